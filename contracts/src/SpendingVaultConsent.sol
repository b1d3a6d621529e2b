// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {SpendingVaultWords} from "./SpendingVaultWords.sol";

/// What a user of a spending vault signs, each in the vault's own domain.
///
/// Amounts are cumulative totals, or the rest below which nothing is taken: what was done once is done, so a replay moves nothing and no
/// nonce is needed. There is no deadline either: a late draw still lands in the user's own channel. Signers are plain keys, since the
/// channel contract takes no contract for a `payerAuthorizer`.
abstract contract SpendingVaultConsent is SpendingVaultWords, EIP712 {
    bytes32 private constant DRAW = keccak256("Draw(bytes32 channelId,uint128 total)");
    bytes32 private constant RELEASE = keccak256("Release(address to,uint128 total)");
    bytes32 private constant SURRENDER = keccak256("Surrender(bytes32 payment,uint128 rest)");
    bytes32 private constant APPEAL = keccak256("Appeal(bytes32 payment,uint40 frozenAt)");

    constructor() EIP712("Tally SpendingVault", "1") {}

    /// The channel's id binds payer, signer, receiver, token, delay, salt, chain and channel contract.
    function _requireDraw(address user, bytes32 channelId, uint128 total, bytes calldata signature) internal view {
        _requireSigned(user, keccak256(abi.encode(DRAW, channelId, total)), signature);
    }

    function _requireRelease(address user, address to, uint128 total, bytes calldata signature) internal view {
        _requireSigned(user, keccak256(abi.encode(RELEASE, to, total)), signature);
    }

    function _requireSurrender(address user, bytes32 payment, uint128 rest, bytes calldata signature) internal view {
        _requireSigned(user, keccak256(abi.encode(SURRENDER, payment, rest)), signature);
    }

    /// The time of the freeze is part of it, so that an old appeal says nothing about a later freeze.
    function _requireAppeal(address user, bytes32 payment, uint40 frozenAt, bytes calldata signature) internal view {
        _requireSigned(user, keccak256(abi.encode(APPEAL, payment, frozenAt)), signature);
    }

    /// Recovery from a malformed signature gives zero, which is nobody's key.
    function _requireSigned(address user, bytes32 words, bytes calldata signature) private view {
        (address signer,,) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(words), signature);
        if (signer == address(0) || signer != user) revert WrongSigner();
    }
}
