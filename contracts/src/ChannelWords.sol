// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// What channels say: their terms, what happened to them, and why a call was refused.
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
        /// all deposits less all returns; it **still holds the claimed part**, so `balance - totalClaimed` is what is available
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

    /// One row of a claim: raise the channel's claimed total to `totalClaimed` on the strength of a signed voucher.
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

    /// A deposit into a channel that was empty and has never been claimed from; so also after it was emptied again.
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
}
