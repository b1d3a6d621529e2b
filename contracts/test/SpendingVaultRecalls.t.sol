// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {SpendingVaultStage} from "./SpendingVaultStage.sol";

/// Out of a channel that its seller does not close: recall and finish.
contract SpendingVaultRecallsTest is SpendingVaultStage {
    function test_a_recall_brings_home_what_is_not_claimed() public {
        granted(100);
        does(OPERATOR, draw(60));
        claimed(25);
        does(OPERATOR, recall(type(uint128).max));
        (uint128 asked,) = channels.pendingWithdrawals(id());
        same(asked, 35, "asked back");
        elapse(DELAY);
        does(STRANGER, finish());
        holdsPower(75, 100);
        holdsLine(60, 35);
        same(coin.balanceOf(address(vault)), 975, "held");
    }

    function test_a_recall_asks_for_no_more_than_it_was_told_to() public {
        granted(100);
        does(OPERATOR, draw(60));
        does(user, recall(10));
        (uint128 asked,) = channels.pendingWithdrawals(id());
        same(asked, 10, "asked back");
    }

    function test_a_provider_claims_all_his_vouchers_while_a_recall_runs() public {
        granted(100);
        does(OPERATOR, draw(60));
        does(OPERATOR, recall(60));
        claimed(50);
        elapse(DELAY);
        does(STRANGER, finish());
        holdsPower(50, 100);
        does(STRANGER, address(channels), abi.encodeCall(channels.settle, (SELLER, address(coin))));
        same(coin.balanceOf(SELLER), 50, "paid");
    }

    function test_a_recall_finishes_an_elapsed_one_first() public {
        granted(100);
        does(OPERATOR, draw(60));
        does(user, recall(1));
        elapse(DELAY);
        tells();
        emit Returned(user, id(), 1);
        does(OPERATOR, recall(60));
        holdsPower(41, 100);
        (uint128 asked, uint40 due) = channels.pendingWithdrawals(id());
        same(asked, 59, "asked back");
        same(due, vm.getBlockTimestamp(), "asked at");
    }

    function test_a_recall_does_not_finish_one_that_still_runs() public {
        granted(100);
        does(OPERATOR, draw(60));
        does(user, recall(1));
        elapse(DELAY - 1);
        refuses(OPERATOR, recall(60), plain(ChannelWords.WithdrawalAlreadyPending.selector));
    }

    function test_only_operator_and_user_recall_and_only_from_own_channels() public {
        granted(100);
        does(OPERATOR, draw(60));
        refuses(STRANGER, recall(60), plain(NotYours.selector));
        refuses(SELLER, recall(60), plain(NotYours.selector));
        ChannelWords.ChannelConfig memory config = channel(address(vault));
        config.payer = user;
        refuses(OPERATOR, abi.encodeCall(vault.recall, (config, 1)), plain(NotOurChannel.selector));
        refuses(OPERATOR, abi.encodeCall(vault.finish, (config)), plain(NotOurChannel.selector));
    }

    function test_there_is_nothing_to_recall_from_a_channel_that_is_all_claimed() public {
        granted(100);
        does(OPERATOR, draw(60));
        claimed(60);
        refuses(OPERATOR, recall(60), plain(ChannelWords.NothingToWithdraw.selector));
    }

    function test_a_finish_waits_for_the_delay() public {
        granted(100);
        does(OPERATOR, draw(60));
        refuses(STRANGER, finish(), plain(ChannelWords.WithdrawalNotPending.selector));
        does(OPERATOR, recall(60));
        elapse(DELAY - 1);
        refuses(STRANGER, finish(), plain(ChannelWords.WithdrawDelayNotElapsed.selector));
        elapse(1);
        does(STRANGER, finish());
        holdsPower(100, 100);
    }

    function test_a_withdrawal_that_the_user_ended_himself_is_synced() public {
        granted(100);
        does(OPERATOR, draw(60));
        does(user, address(channels), abi.encodeCall(channels.initiateWithdraw, (channel(), 60)));
        elapse(DELAY);
        does(user, address(channels), abi.encodeCall(channels.finalizeWithdraw, (channel())));
        holdsPower(40, 100);
        does(STRANGER, sync());
        holdsPower(100, 100);
    }
}
