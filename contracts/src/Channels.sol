// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ChannelWords} from "./ChannelWords.sol";
import {IDepositCollector} from "./IDepositCollector.sol";

/// Payment channels of the x402 v2 scheme `batch-settlement`: one payer, one receiver, one token, paid by
/// vouchers whose amounts only grow.
///
/// A channel is named by the EIP-712 digest of its terms, which binds it to this chain and this contract; the
/// terms themselves are not kept, each call brings them. Money leaves in three ways and no other: a receiver is
/// settled what payers signed and he claimed, the receiver's side refunds what is not claimed, or the payer's
/// side withdraws it after a delay. There is no owner, no fee, no pause and no upgrade. The constructor keeps
/// nothing, so the code may be copied to another address.
///
/// For each channel: everything deposited = claimed + returned + still available. For each token: what this
/// contract holds covers everything not yet paid out. Totals of claims and settlements only grow.
contract Channels is ChannelWords, IERC5267, Multicall, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint40 public constant MIN_WITHDRAW_DELAY = 900;
    uint40 public constant MAX_WITHDRAW_DELAY = 2_592_000;

    bytes32 public constant CHANNEL_CONFIG_TYPEHASH = keccak256(
        "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,address token,uint40 withdrawDelay,bytes32 salt)"
    );
    bytes32 public constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint128 maxClaimableAmount)");
    bytes32 public constant REFUND_TYPEHASH = keccak256("Refund(bytes32 channelId,uint256 nonce,uint128 amount)");
    bytes32 public constant CLAIM_ENTRY_TYPEHASH =
        keccak256("ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)");
    bytes32 public constant CLAIM_BATCH_TYPEHASH = keccak256(
        "ClaimBatch(ClaimEntry[] claims)ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)"
    );

    string private constant NAME = "x402 Batch Settlement";
    string private constant VERSION = "1";
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256(bytes(NAME));
    bytes32 private constant VERSION_HASH = keccak256(bytes(VERSION));

    mapping(bytes32 channelId => ChannelState) public channels;
    mapping(bytes32 channelId => WithdrawalState) public pendingWithdrawals;
    mapping(bytes32 channelId => uint256) public refundNonce;
    mapping(address receiver => mapping(address token => ReceiverState)) public receivers;

    // ---- paying in

    function deposit(ChannelConfig calldata config, uint128 amount, address collector, bytes calldata collectorData)
        external
        nonReentrant
    {
        if (
            config.payer == address(0) || config.receiver == address(0) || config.receiverAuthorizer == address(0)
                || config.token == address(0)
        ) revert InvalidChannel();
        if (config.withdrawDelay < MIN_WITHDRAW_DELAY || config.withdrawDelay > MAX_WITHDRAW_DELAY) {
            revert WithdrawDelayOutOfRange();
        }
        if (amount == 0) revert ZeroDeposit();
        if (collector == address(0)) revert InvalidCollector();

        bytes32 channelId = getChannelId(config);
        ChannelState storage channel = channels[channelId];
        uint128 before = channel.balance;
        if (amount > type(uint128).max - before) revert DepositOverflow();
        channel.balance = before + amount;

        _collect(config, amount, channelId, collector, collectorData);

        // What was claimed stays in the balance, so an empty channel has never earned.
        if (before == 0) emit ChannelCreated(channelId, config);
        emit Deposited(channelId, msg.sender, amount, before + amount);
    }

    // ---- earning

    function claim(VoucherClaim[] calldata claims) external nonReentrant {
        uint256 rows = claims.length;
        if (rows == 0) revert EmptyBatch();
        bytes32 domain = _domain();
        for (uint256 i = 0; i < rows; ++i) {
            ChannelConfig calldata config = claims[i].voucher.channel;
            if (!_isReceiverSide(config)) revert NotAuthorizedToClaim();
            _claim(claims[i], _channelId(domain, config), domain);
        }
    }

    function claimWithSignature(VoucherClaim[] calldata claims, bytes calldata signature) external nonReentrant {
        uint256 rows = claims.length;
        if (rows == 0) revert EmptyBatch();
        address authorizer = claims[0].voucher.channel.receiverAuthorizer;
        for (uint256 i = 1; i < rows; ++i) {
            if (claims[i].voucher.channel.receiverAuthorizer != authorizer) revert NotReceiverAuthorizer();
        }

        bytes32 domain = _domain();
        (bytes32 digest, bytes32[] memory channelIds) = _batch(domain, claims);
        _requireSigned(authorizer, digest, signature);
        for (uint256 i = 0; i < rows; ++i) {
            _claim(claims[i], channelIds[i], domain);
        }
    }

    function settle(address receiver, address token) external nonReentrant {
        ReceiverState storage state = receivers[receiver][token];
        uint128 total = state.totalClaimed;
        uint128 due = total - state.totalSettled;
        if (due == 0) return;
        state.totalSettled = total;

        emit Settled(receiver, token, msg.sender, due);
        IERC20(token).safeTransfer(receiver, due);
    }

    // ---- giving back

    function initiateWithdraw(ChannelConfig calldata config, uint128 amount) external nonReentrant {
        if (!_isPayerSide(config)) revert InvalidChannel();
        if (amount == 0) revert NothingToWithdraw();
        bytes32 channelId = getChannelId(config);
        WithdrawalState storage pending = pendingWithdrawals[channelId];
        if (pending.initiatedAt != 0) revert WithdrawalAlreadyPending();
        ChannelState storage channel = channels[channelId];
        if (amount > channel.balance - channel.totalClaimed) revert WithdrawAmountExceedsAvailable();

        pending.amount = amount;
        pending.initiatedAt = uint40(block.timestamp);
        emit WithdrawInitiated(channelId, amount, uint40(block.timestamp) + config.withdrawDelay);
    }

    function finalizeWithdraw(ChannelConfig calldata config) external nonReentrant {
        if (!_isPayerSide(config)) revert NotAuthorizedToFinalizeWithdraw();
        bytes32 channelId = getChannelId(config);
        WithdrawalState memory pending = pendingWithdrawals[channelId];
        if (pending.initiatedAt == 0) revert WithdrawalNotPending();
        if (block.timestamp < uint256(pending.initiatedAt) + config.withdrawDelay) revert WithdrawDelayNotElapsed();

        ChannelState memory channel = channels[channelId];
        uint128 amount = _least(pending.amount, channel.balance - channel.totalClaimed);
        delete pendingWithdrawals[channelId];
        channels[channelId].balance = channel.balance - amount;

        emit WithdrawFinalized(channelId, msg.sender, amount);
        if (channel.balance == amount) emit ChannelClosed(channelId, config);
        if (amount != 0) IERC20(config.token).safeTransfer(config.payer, amount);
    }

    function refund(ChannelConfig calldata config, uint128 amount) external nonReentrant {
        if (!_isReceiverSide(config)) revert NotAuthorizedToRefund();
        _refund(config, getChannelId(config), amount);
    }

    function refundWithSignature(ChannelConfig calldata config, uint128 amount, uint256 nonce, bytes calldata signature)
        external
        nonReentrant
    {
        bytes32 domain = _domain();
        bytes32 channelId = _channelId(domain, config);
        if (nonce != refundNonce[channelId]) revert InvalidRefundNonce();
        _requireSigned(config.receiverAuthorizer, _refundDigest(domain, channelId, nonce, amount), signature);
        _refund(config, channelId, amount);
    }

    // ---- looking

    function snapshots(bytes32[] calldata channelIds) external view returns (Snapshot[] memory found) {
        found = new Snapshot[](channelIds.length);
        for (uint256 i = 0; i < found.length; ++i) {
            bytes32 channelId = channelIds[i];
            found[i] = Snapshot(channels[channelId], pendingWithdrawals[channelId], refundNonce[channelId]);
        }
    }

    function getChannelId(ChannelConfig calldata config) public view returns (bytes32) {
        return _channelId(_domain(), config);
    }

    function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount) external view returns (bytes32) {
        return _voucherDigest(_domain(), channelId, maxClaimableAmount);
    }

    function getRefundDigest(bytes32 channelId, uint256 nonce, uint128 amount) external view returns (bytes32) {
        return _refundDigest(_domain(), channelId, nonce, amount);
    }

    function getClaimBatchDigest(VoucherClaim[] calldata claims) external view returns (bytes32 digest) {
        (digest,) = _batch(_domain(), claims);
    }

    /// The signing domain, as EIP-5267 asks for it.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return (hex"0f", NAME, VERSION, block.chainid, address(this), salt, extensions);
    }

    // ---- the small print

    function _collect(
        ChannelConfig calldata config,
        uint128 amount,
        bytes32 channelId,
        address collector,
        bytes calldata collectorData
    ) private {
        uint256 held = IERC20(config.token).balanceOf(address(this));
        IDepositCollector(collector).collect(config.payer, config.token, amount, channelId, collectorData);
        // Exactly: a token that keeps a part on its way would otherwise leave other channels' money to stand in
        // for it.
        if (IERC20(config.token).balanceOf(address(this)) != held + amount) revert DepositCollectionFailed();
    }

    function _claim(VoucherClaim calldata row, bytes32 channelId, bytes32 domain) private {
        uint128 total = row.totalClaimed;
        ChannelState storage channel = channels[channelId];
        uint128 before = channel.totalClaimed;
        if (total <= before) return;
        uint128 ceiling = row.voucher.maxClaimableAmount;
        if (total > ceiling) revert ClaimExceedsCeiling();
        if (total > channel.balance) revert ClaimExceedsBalance();
        ChannelConfig calldata config = row.voucher.channel;
        _requirePayerSigned(config, _voucherDigest(domain, channelId, ceiling), row.signature);

        channel.totalClaimed = total;
        receivers[config.receiver][config.token].totalClaimed += total - before;
        emit Claimed(channelId, msg.sender, total - before, total);
    }

    function _refund(ChannelConfig calldata config, bytes32 channelId, uint128 wanted) private {
        if (wanted == 0) revert ZeroRefund();
        ++refundNonce[channelId];
        ChannelState memory channel = channels[channelId];
        uint128 available = channel.balance - channel.totalClaimed;
        uint128 amount = _least(wanted, available);
        if (amount == 0) return;
        channels[channelId].balance = channel.balance - amount;
        _shrinkWithdrawal(channelId, available - amount);

        emit Refunded(channelId, msg.sender, amount);
        if (channel.balance == amount) emit ChannelClosed(channelId, config);
        IERC20(config.token).safeTransfer(config.payer, amount);
    }

    /// A pending withdrawal never asks for more than is there.
    function _shrinkWithdrawal(bytes32 channelId, uint128 available) private {
        WithdrawalState storage pending = pendingWithdrawals[channelId];
        if (pending.amount <= available) return;
        if (available == 0) delete pendingWithdrawals[channelId];
        else pending.amount = available;
    }

    /// A named authorizer is a plain key: recovery must give exactly him, and no contract can stand in. Without
    /// one the payer signs himself, with a key or as a contract (EIP-1271).
    function _requirePayerSigned(ChannelConfig calldata config, bytes32 digest, bytes calldata signature) private view {
        address authorizer = config.payerAuthorizer;
        if (authorizer == address(0)) _requireSigned(config.payer, digest, signature);
        else if (ECDSA.recoverCalldata(digest, signature) != authorizer) revert InvalidSignature();
    }

    function _requireSigned(address signer, bytes32 digest, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) revert InvalidSignature();
    }

    function _isPayerSide(ChannelConfig calldata config) private view returns (bool) {
        return msg.sender == config.payer || msg.sender == config.payerAuthorizer;
    }

    function _isReceiverSide(ChannelConfig calldata config) private view returns (bool) {
        return msg.sender == config.receiver || msg.sender == config.receiverAuthorizer;
    }

    function _least(uint128 a, uint128 b) private pure returns (uint128) {
        return a < b ? a : b;
    }

    /// The digest of a whole batch, and the id of each row's channel, which the caller needs anyway.
    function _batch(bytes32 domain, VoucherClaim[] calldata claims)
        private
        pure
        returns (bytes32 digest, bytes32[] memory channelIds)
    {
        uint256 rows = claims.length;
        channelIds = new bytes32[](rows);
        bytes32[] memory entries = new bytes32[](rows);
        for (uint256 i = 0; i < rows; ++i) {
            VoucherClaim calldata row = claims[i];
            bytes32 channelId = _channelId(domain, row.voucher.channel);
            channelIds[i] = channelId;
            entries[i] = keccak256(
                abi.encode(CLAIM_ENTRY_TYPEHASH, channelId, row.voucher.maxClaimableAmount, row.totalClaimed)
            );
        }
        bytes32 list = keccak256(abi.encodePacked(entries));
        digest = MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(CLAIM_BATCH_TYPEHASH, list)));
    }

    function _channelId(bytes32 domain, ChannelConfig calldata config) private pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(CHANNEL_CONFIG_TYPEHASH, config)));
    }

    function _voucherDigest(bytes32 domain, bytes32 channelId, uint128 ceiling) private pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(VOUCHER_TYPEHASH, channelId, ceiling)));
    }

    function _refundDigest(bytes32 domain, bytes32 channelId, uint256 nonce, uint128 amount)
        private
        pure
        returns (bytes32)
    {
        return
            MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(REFUND_TYPEHASH, channelId, nonce, amount)));
    }

    /// Worked out anew in each call: a fork of the chain or a copy of the code has another domain at once.
    function _domain() private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
    }
}
