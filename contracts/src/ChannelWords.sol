// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// What can be asked of channels and what they say: terms, events and refusals. `Channels` says how.
interface ChannelWords {
    /// The terms of a channel. Its id is a digest of all of them, so no term can change.
    struct ChannelConfig {
        /// whose money it is; every return goes here
        address payer;
        /// whose key signs vouchers; 0 when the payer signs himself
        address payerAuthorizer;
        /// who is paid
        address receiver;
        /// who signs claims and refunds for the receiver; it must be named
        address receiverAuthorizer;
        /// an ERC-20 that neither rebases nor keeps a fee
        address token;
        /// seconds from asking for a withdrawal to taking it
        uint40 withdrawDelay;
        /// tells channels of the same parties apart
        bytes32 salt;
    }

    /// What has come in and what is earned, in units of the channel's token.
    struct ChannelState {
        /// all deposits less all returns; it **still holds the claimed part**, so `balance - totalClaimed` is
        /// what is available
        uint128 balance;
        /// all that the receiver has claimed, whether paid out or not
        uint128 totalClaimed;
    }

    /// The payer's request to take money back; none when `initiatedAt` is 0.
    struct WithdrawalState {
        uint128 amount;
        /// time of the block, in seconds since 1970
        uint40 initiatedAt;
    }

    /// What a receiver has earned in one token over all channels, and what of it he was paid.
    struct ReceiverState {
        uint128 totalClaimed;
        uint128 totalSettled;
    }

    /// A payer's promise: of this channel, up to `maxClaimableAmount` in all may be claimed.
    struct Voucher {
        ChannelConfig channel;
        uint128 maxClaimableAmount;
    }

    /// One row of a claim: raise the channel's claimed total to `totalClaimed` on the strength of a signed
    /// voucher.
    struct VoucherClaim {
        Voucher voucher;
        bytes signature;
        uint128 totalClaimed;
    }

    /// All that a seller must know of a channel before he accepts a voucher.
    struct Snapshot {
        ChannelState channel;
        WithdrawalState withdrawal;
        uint256 refundNonce;
    }

    /// A deposit into a channel that was empty and has never been claimed from; so also after it was emptied
    /// again.
    event ChannelCreated(bytes32 indexed channelId, ChannelConfig config);
    /// The last unit of a channel that was never claimed from went back to the payer.
    event ChannelClosed(bytes32 indexed channelId, ChannelConfig config);
    event Deposited(bytes32 indexed channelId, address indexed sender, uint128 amount, uint128 newBalance);
    event Claimed(bytes32 indexed channelId, address indexed sender, uint128 claimAmount, uint128 newTotalClaimed);
    event Settled(address indexed receiver, address indexed token, address indexed sender, uint128 amount);
    /// `amount` is what really went back, which may be less than was asked for.
    event Refunded(bytes32 indexed channelId, address indexed sender, uint128 amount);
    event WithdrawInitiated(bytes32 indexed channelId, uint128 amount, uint40 finalizeAfter);
    /// `amount` is what really went back, and may be 0.
    event WithdrawFinalized(bytes32 indexed channelId, address indexed sender, uint128 amount);

    /// Payer, receiver, receiver's authorizer or token is 0; or a withdrawal was asked for by a stranger.
    error InvalidChannel();
    error WithdrawDelayOutOfRange();
    error ZeroDeposit();
    error InvalidCollector();
    error DepositOverflow();
    /// The contract's holding did not grow by exactly the amount.
    error DepositCollectionFailed();

    error EmptyBatch();
    error NotAuthorizedToClaim();
    /// A signed batch holds rows of different receiver's authorizers.
    error NotReceiverAuthorizer();
    error ClaimExceedsCeiling();
    error ClaimExceedsBalance();
    error InvalidSignature();

    error NothingToWithdraw();
    error WithdrawalAlreadyPending();
    error WithdrawAmountExceedsAvailable();
    error NotAuthorizedToFinalizeWithdraw();
    error WithdrawalNotPending();
    error WithdrawDelayNotElapsed();

    error NotAuthorizedToRefund();
    error InvalidRefundNonce();
    error ZeroRefund();

    // ---- paying in

    /// Adds `amount` to a channel, new or old. Anyone may call and anyone's collector may bring the tokens, but
    /// exactly `amount` must arrive.
    function deposit(ChannelConfig calldata config, uint128 amount, address collector, bytes calldata collectorData)
        external;

    // ---- earning

    /// Raises claimed totals by the payers' vouchers; the caller must be on the receiver's side of every row.
    /// No tokens move. A row that raises nothing is passed over, so a batch may be sent twice; any other bad
    /// row refuses the whole batch.
    function claim(VoucherClaim[] calldata claims) external;
    /// The same on behalf of a receiver's authorizer, who signed this very list; anyone may send it.
    function claimWithSignature(VoucherClaim[] calldata claims, bytes calldata signature) external;
    /// Pays a receiver all that he has claimed in a token and not yet been paid. Anyone may call; with nothing
    /// due nothing happens.
    function settle(address receiver, address token) external;

    // ---- giving back

    /// Asks for `amount` back. Claims and deposits go on while the delay runs, and what is claimed meanwhile is
    /// not returned.
    function initiateWithdraw(ChannelConfig calldata config, uint128 amount) external;
    /// Takes what was asked for, or what is left of it, once the delay is over. It goes to the payer, whoever
    /// of his side calls.
    function finalizeWithdraw(ChannelConfig calldata config) external;
    /// Gives up to `amount` of what is not claimed back to the payer at once; the receiver's side decides it.
    function refund(ChannelConfig calldata config, uint128 amount) external;
    /// The same on behalf of the receiver's authorizer, who signed it for this `nonce`; anyone may send it,
    /// once.
    function refundWithSignature(ChannelConfig calldata config, uint128 amount, uint256 nonce, bytes calldata signature)
        external;

    // ---- looking

    function channels(bytes32 channelId) external view returns (uint128 balance, uint128 totalClaimed);
    function pendingWithdrawals(bytes32 channelId) external view returns (uint128 amount, uint40 initiatedAt);
    /// How many refunds a channel has had; the next signed refund must carry this number.
    function refundNonce(bytes32 channelId) external view returns (uint256);
    function receivers(address receiver, address token)
        external
        view
        returns (uint128 totalClaimed, uint128 totalSettled);
    /// Everything about many channels in one call, in the order asked; a channel that never was is all zeros.
    function snapshots(bytes32[] calldata channelIds) external view returns (Snapshot[] memory found);

    /// The channel's name: the EIP-712 digest of its terms, known to both sides before anything is mined.
    function getChannelId(ChannelConfig calldata config) external view returns (bytes32);
    function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount) external view returns (bytes32);
    function getRefundDigest(bytes32 channelId, uint256 nonce, uint128 amount) external view returns (bytes32);
    function getClaimBatchDigest(VoucherClaim[] calldata claims) external view returns (bytes32 digest);

    /// Bounds of the delay between asking for a withdrawal and taking it, in seconds: 15 minutes to 30 days.
    function MIN_WITHDRAW_DELAY() external view returns (uint40);
    function MAX_WITHDRAW_DELAY() external view returns (uint40);
    function CHANNEL_CONFIG_TYPEHASH() external view returns (bytes32);
    function VOUCHER_TYPEHASH() external view returns (bytes32);
    function REFUND_TYPEHASH() external view returns (bytes32);
    function CLAIM_ENTRY_TYPEHASH() external view returns (bytes32);
    function CLAIM_BATCH_TYPEHASH() external view returns (bytes32);
}
