// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {IDepositCollector} from "../src/IDepositCollector.sol";
import {Stage} from "./Stage.sol";

/// A token and a collector that uses each of its calls to call channels back.
contract Turncoat is IDepositCollector {
    bytes private word;
    bool private refuses;

    function plan(bytes calldata call) external {
        word = call;
    }

    function refuse() external {
        refuses = true;
    }

    function balanceOf(address) external pure returns (uint256) {
        return 0;
    }

    function transfer(address, uint256) external returns (bool) {
        if (refuses) return false;
        comeBackIn();
        return true;
    }

    function collect(address, address, uint256, bytes32, bytes calldata) external {
        comeBackIn();
    }

    function comeBackIn() private {
        (bool good, bytes memory answer) = msg.sender.call(word);
        if (good) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}

contract ViewsTest is Stage {
    function test_a_snapshot_tells_all_of_many_channels_in_one_call() external {
        ChannelWords.ChannelConfig memory config = terms(7);
        bytes32 id = open(config, 1000);
        earn(config, 200);
        askBack(config, 300);
        vm.prank(RECEIVER);
        channels.refund(config, 50);

        bytes32[] memory ids = new bytes32[](2);
        ids[1] = id;
        ChannelWords.Snapshot[] memory found = channels.snapshots(ids);
        same(found.length, 2, "snapshots");
        same(abi.encode(found[0]), new bytes(160), "a channel that never was");
        same(found[1].channel.balance, 950, "balance");
        same(found[1].channel.totalClaimed, 200, "claimed");
        same(found[1].withdrawal.amount, 300, "asked back");
        same(found[1].withdrawal.initiatedAt, vm.getBlockTimestamp(), "asked back at");
        same(found[1].refundNonce, 1, "refunds so far");
    }

    function test_the_domain_names_this_chain_and_this_contract() external view {
        (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        ) = IERC5267(address(channels)).eip712Domain();
        same(uint8(fields), 0x0f, "fields");
        same(bytes(name), "x402 Batch Settlement", "name");
        same(bytes(version), "1", "version");
        same(chainId, block.chainid, "chain id");
        same(verifyingContract, address(channels), "contract");
        same(salt, 0, "salt");
        same(extensions.length, 0, "extensions");
    }

    function test_several_acts_go_in_one_transaction_each_in_the_senders_name() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        bytes[] memory acts = new bytes[](3);
        acts[0] = abi.encodeCall(channels.claim, (one(row(config, 400, 400))));
        acts[1] = abi.encodeCall(channels.settle, (RECEIVER, address(token)));
        acts[2] = abi.encodeCall(channels.refund, (config, 600));
        vm.prank(RECEIVER);
        Multicall(address(channels)).multicall(acts);
        same(balanceOf(id), 400, "balance");
        same(token.balanceOf(RECEIVER), 400, "paid");
    }

    function test_the_first_act_that_fails_undoes_all() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        bytes[] memory acts = new bytes[](2);
        acts[0] = abi.encodeCall(channels.refund, (config, 600));
        acts[1] = abi.encodeCall(channels.refund, (config, 0));
        vm.prank(RECEIVER);
        vm.expectRevert(ChannelWords.ZeroRefund.selector);
        Multicall(address(channels)).multicall(acts);
        same(balanceOf(id), 1000, "balance");
    }

    function test_an_act_that_is_none_fails_the_call() external {
        bytes[] memory acts = new bytes[](1);
        acts[0] = hex"12345678";
        vm.expectRevert(Errors.FailedCall.selector);
        Multicall(address(channels)).multicall(acts);
    }

    /// While tokens move, no door that changes anything is open.
    function test_a_token_cannot_come_back_in_while_it_is_moved() external {
        Turncoat turncoat = new Turncoat();
        ChannelWords.ChannelConfig memory config = terms();
        config.token = address(turncoat);
        ChannelWords.VoucherClaim[] memory rows = one(row(config, 1, 1));
        bytes[8] memory doors = [
            abi.encodeCall(channels.deposit, (config, 1, address(turncoat), "")),
            abi.encodeCall(channels.claim, (rows)),
            abi.encodeCall(channels.claimWithSignature, (rows, "")),
            abi.encodeCall(channels.settle, (RECEIVER, address(turncoat))),
            abi.encodeCall(channels.initiateWithdraw, (config, 1)),
            abi.encodeCall(channels.finalizeWithdraw, (config)),
            abi.encodeCall(channels.refund, (config, 1)),
            abi.encodeCall(channels.refundWithSignature, (config, 1, 0, ""))
        ];
        for (uint256 i = 0; i < doors.length; ++i) {
            turncoat.plan(doors[i]);
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            channels.deposit(config, 1, address(turncoat), "");
        }
    }

    function test_a_token_that_refuses_a_transfer_is_named() external {
        Turncoat turncoat = new Turncoat();
        turncoat.refuse();
        earnedOutOfNothing(address(turncoat), 5);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(turncoat)));
        channels.settle(RECEIVER, address(turncoat));
    }

    function test_settling_twice_from_within_a_transfer_is_refused() external {
        Turncoat turncoat = new Turncoat();
        earnedOutOfNothing(address(turncoat), 5);
        turncoat.plan(abi.encodeCall(channels.settle, (RECEIVER, address(turncoat))));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        channels.settle(RECEIVER, address(turncoat));
    }

    /// Writes an earned total straight into `receivers`, the fourth of the contract's slots: no honest road
    /// leads there with this token.
    function earnedOutOfNothing(address of_, uint128 total) private {
        bytes32 slot = keccak256(abi.encode(of_, keccak256(abi.encode(RECEIVER, uint256(3)))));
        vm.store(address(channels), slot, bytes32(uint256(total)));
        (uint128 earned,) = channels.receivers(RECEIVER, of_);
        same(earned, total, "earned");
    }
}
