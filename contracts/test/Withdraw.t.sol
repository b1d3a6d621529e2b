// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {Stage} from "./Stage.sol";
import {Vm} from "./Vm.sol";

contract WithdrawTest is Stage {
    function test_a_withdrawal_is_asked_for_and_taken_after_the_delay() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        uint256 now_ = vm.getBlockTimestamp();
        uint256 before = token.balanceOf(PAYER);

        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.WithdrawInitiated(id, 400, uint40(now_ + DELAY));
        askBack(config, 400);
        isPending(id, 400, now_);

        later(DELAY);
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.WithdrawFinalized(id, PAYER, 400);
        takeBack(config);
        isPending(id, 0, 0);
        same(balanceOf(id), 600, "balance");
        same(token.balanceOf(PAYER) - before, 400, "returned");
    }

    function test_the_checks_of_a_request_come_in_their_order() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        earn(config, 100);
        refusedToAsk(STRANGER, config, 0, ChannelWords.InvalidChannel.selector);
        refusedToAsk(RECEIVER, config, 1, ChannelWords.InvalidChannel.selector);
        refusedToAsk(PAYER, config, 0, ChannelWords.NothingToWithdraw.selector);
        refusedToAsk(PAYER, config, 901, ChannelWords.WithdrawAmountExceedsAvailable.selector);
        askBack(config, 900);
        refusedToAsk(PAYER, config, 901, ChannelWords.WithdrawalAlreadyPending.selector);
    }

    function test_the_checks_of_taking_come_in_their_order() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        refusedToTake(STRANGER, config, ChannelWords.NotAuthorizedToFinalizeWithdraw.selector);
        refusedToTake(PAYER, config, ChannelWords.WithdrawalNotPending.selector);
        askBack(config, 1);
        refusedToTake(RECEIVER, config, ChannelWords.NotAuthorizedToFinalizeWithdraw.selector);
        later(DELAY - 1);
        refusedToTake(PAYER, config, ChannelWords.WithdrawDelayNotElapsed.selector);
        later(1);
        takeBack(config);
        refusedToTake(PAYER, config, ChannelWords.WithdrawalNotPending.selector);
    }

    function test_the_payers_authorizer_may_ask_and_take_but_the_payer_gets_it() external {
        ChannelWords.ChannelConfig memory config = terms();
        config.payerAuthorizer = SIGNER;
        bytes32 id = open(config, 1000);
        uint256 before = token.balanceOf(PAYER);
        vm.prank(SIGNER);
        channels.initiateWithdraw(config, 1000);
        later(DELAY);
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.WithdrawFinalized(id, SIGNER, 1000);
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.ChannelClosed(id, config);
        vm.prank(SIGNER);
        channels.finalizeWithdraw(config);
        same(token.balanceOf(PAYER) - before, 1000, "returned to the payer");
        same(token.balanceOf(SIGNER), 0, "kept by the signer");
    }

    function test_what_is_claimed_while_the_delay_runs_is_not_returned() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        askBack(config, 1000);
        earn(config, 300);
        later(DELAY);
        uint256 before = token.balanceOf(PAYER);
        vm.recordLogs();
        takeBack(config);
        same(token.balanceOf(PAYER) - before, 700, "returned");
        same(balanceOf(id), 300, "balance");
        channels.settle(RECEIVER, address(token));
        same(token.balanceOf(RECEIVER), 300, "paid to the receiver");
        same(logged(ChannelWords.ChannelClosed.selector), 0, "closings of a channel that earned");
    }

    function test_taking_when_all_was_claimed_returns_nothing_and_ends_the_request() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        askBack(config, 10);
        earn(config, 1000);
        later(DELAY);
        vm.recordLogs();
        takeBack(config);
        isPending(id, 0, 0);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1, "words: the end, and no transfer");
        same(logs[0].topics[0], ChannelWords.WithdrawFinalized.selector, "the end");
        same(abi.decode(logs[0].data, (uint256)), 0, "amount");
    }

    function test_a_channel_is_closed_only_when_its_last_unit_goes_back_unearned() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        askBack(config, 999);
        later(DELAY);
        vm.recordLogs();
        takeBack(config);
        same(logged(ChannelWords.ChannelClosed.selector), 0, "closings with one unit left");
    }

    function test_each_request_waits_its_own_delay() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        askBack(config, 10);
        later(DELAY);
        takeBack(config);
        askBack(config, 10);
        refusedToTake(PAYER, config, ChannelWords.WithdrawDelayNotElapsed.selector);
    }

    function testFuzz_nobody_waits_shorter_than_the_terms_say(uint40 delay, uint40 waited) external {
        ChannelWords.ChannelConfig memory config = terms();
        config.withdrawDelay = 900 + delay % (2_592_000 - 900 + 1);
        open(config, 1000);
        askBack(config, 10);
        later(waited % config.withdrawDelay);
        refusedToTake(PAYER, config, ChannelWords.WithdrawDelayNotElapsed.selector);
        later(config.withdrawDelay - waited % config.withdrawDelay);
        takeBack(config);
    }

    function refusedToAsk(address who, ChannelWords.ChannelConfig memory config, uint128 amount, bytes4 because)
        private
    {
        vm.prank(who);
        vm.expectRevert(because);
        channels.initiateWithdraw(config, amount);
    }

    function refusedToTake(address who, ChannelWords.ChannelConfig memory config, bytes4 because) private {
        vm.prank(who);
        vm.expectRevert(because);
        channels.finalizeWithdraw(config);
    }
}
