// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {ChannelWords} from "./ChannelWords.sol";

bytes32 constant CHANNEL_CONFIG = keccak256(
    "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,address token,uint40 withdrawDelay,bytes32 salt)"
);
bytes32 constant CHANNEL_DOMAIN =
    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
bytes32 constant CHANNEL_NAME = keccak256("x402 Batch Settlement");
bytes32 constant CHANNEL_VERSION = keccak256("1");

/// The name of a channel, worked out as the channel contract does it. Asking it instead would cost each draw and each return
/// 1 500 gas more; a vault asks once, when it is made, whether both come to the same.
/// The domain is put together in each call, since a fork of the chain has another one at once.
function channelIdOf(ChannelWords channels, ChannelWords.ChannelConfig memory config) view returns (bytes32) {
    bytes32 domain =
        keccak256(abi.encode(CHANNEL_DOMAIN, CHANNEL_NAME, CHANNEL_VERSION, block.chainid, address(channels)));
    return MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(CHANNEL_CONFIG, config)));
}
