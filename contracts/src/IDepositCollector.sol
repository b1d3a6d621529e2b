// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// Brings the tokens of a deposit. Anyone may name any collector, and `Channels` only counts what arrived, so
/// **the payer's protection is the collector's whole duty**: it moves nothing without the payer's consent to
/// exactly this channel.
interface IDepositCollector {
    /// Moves `amount` of `token` from `payer` to the caller, or reverts.
    /// @param channelId the channel that the payer must have consented to
    /// @param data what proves the consent; its layout is the collector's own
    function collect(address payer, address token, uint256 amount, bytes32 channelId, bytes calldata data) external;
}
