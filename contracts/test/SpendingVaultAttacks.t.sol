// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {IDepositCollector} from "../src/IDepositCollector.sol";
import {SpendingVaultCoin} from "./SpendingVaultCoin.sol";
import {SpendingVaultStage} from "./SpendingVaultStage.sol";

/// Attacks on users and on their payments: each test is named for the attack that it turns away.
contract SpendingVaultAttacksTest is SpendingVaultStage {
    // ---- thieves of cards

    /// Which sellers may be paid with young money is judged off chain. The bound on chain behind it: nothing moves without the operator,
    /// and with him no more than the daily limit, so what a stolen card pays an accomplice is what was drawn, here one slice of 50.
    function test_a_stolen_card_pays_an_accomplice() public {
        does(TREASURY, appoint(TREASURY, OPERATOR, 50));
        granted(100);
        refuses(user, draw(1), short(0));
        does(OPERATOR, draw(50));
        claimed(50);
        refuses(OPERATOR, draw(51), above(50));
        does(OPERATOR, freeze());
        elapse(W);
        does(OPERATOR, reclaim(0));
        same(vault.reserve(), 950, "all but the slice");
    }

    function test_a_thief_opens_to_an_accomplice_in_front_of_the_freeze() public {
        granted(100);
        refuses(user, draw(100), short(0));
        refuses(user, release(user, 100), short(0));
        does(OPERATOR, freeze());
        holdsPower(100, 100);
    }

    /// What is mature is the user's own: no freeze, no reclaim and no recall takes it from him.
    function test_the_operator_freezes_what_is_mature() public {
        granted(100);
        elapse(30 days);
        refuses(OPERATOR, freeze(), late(vm.getBlockTimestamp()));
        does(user, mature());
        does(user, draw(60));
        does(OPERATOR, recall(60));
        elapse(DELAY);
        does(OPERATOR, finish());
        holdsPower(100, 0);
        does(user, release(user, 100));
    }

    function test_a_freeze_comes_while_channels_are_open() public {
        granted(100);
        does(OPERATOR, draw(60));
        does(OPERATOR, recall(60));
        does(OPERATOR, freeze());
        claimed(20);
        elapse(DELAY);
        does(STRANGER, finish());
        refuses(user, draw(61), short(0));
        refuses(user, release(user, 1), short(0));
        elapse(W - DELAY);
        does(OPERATOR, reclaim(0));
        same(vault.reserve(), 980, "all but what the provider claimed");
    }

    /// He costs it one delay, and two delays fit into the window before anything is reclaimed.
    function test_a_user_blocks_the_recall_with_a_pending_withdrawal_of_one_unit() public {
        granted(100);
        does(OPERATOR, draw(60));
        does(OPERATOR, freeze());
        uint256 frozenAt = vm.getBlockTimestamp();
        does(user, address(channels), abi.encodeCall(channels.initiateWithdraw, (channel(), 1)));
        refuses(OPERATOR, recall(60), plain(ChannelWords.WithdrawalAlreadyPending.selector));
        elapse(DELAY);
        does(OPERATOR, recall(60));
        elapse(DELAY);
        does(STRANGER, finish());
        isTrue(vm.getBlockTimestamp() <= frozenAt + W, "home before the window ends");
        holdsPower(100, 100);
    }

    // ---- replays

    function test_an_old_draw_is_replayed_also_after_the_refund() public {
        granted(100);
        bytes memory first = draw(60);
        does(OPERATOR, first);
        refuses(OPERATOR, first, plain(AlreadyDone.selector));
        refunded(60);
        does(STRANGER, sync());
        refuses(OPERATOR, first, plain(AlreadyDone.selector));
        does(OPERATOR, draw(70));
        refuses(OPERATOR, first, plain(AlreadyDone.selector));
        holdsPower(90, 100);
    }

    function test_an_old_surrender_is_replayed() public {
        granted(100);
        bytes memory first = surrender(70);
        does(OPERATOR, first);
        refuses(OPERATOR, first, plain(AlreadyDone.selector));
        does(OPERATOR, grant("two", 100, inDays(30)));
        refuses(OPERATOR, first, plain(AlreadyDone.selector));
        holdsPower(170, 170);
    }

    function test_an_old_release_is_replayed_after_new_power_came() public {
        does(OPERATOR, grantMature(100));
        bytes memory first = release(SELLER, 100);
        does(STRANGER, first);
        does(OPERATOR, grantMature(150));
        refuses(STRANGER, first, plain(AlreadyDone.selector));
        holdsPower(150, 0);
    }

    function test_an_old_appeal_is_replayed_on_a_later_freeze() public {
        frozen(100);
        bytes memory first = appeal(signed(USER_KEY, appealDigest(PAYMENT, sinceOf(PAYMENT))));
        does(STRANGER, first);
        does(OPERATOR, thaw());
        elapse(1);
        does(OPERATOR, freeze());
        refuses(STRANGER, first, plain(WrongSigner.selector));
        isIn(State.Frozen);
    }

    /// It lands in the user's own channel, only his vouchers spend it, and he has it back within the longest delay.
    function test_the_operator_withholds_a_draw_and_sends_it_later() public {
        granted(100);
        bytes memory old = draw(60);
        elapse(29 days);
        does(OPERATOR, old);
        refuses(SELLER, address(channels), forgedClaim(60), plain(ChannelWords.InvalidSignature.selector));
        does(user, recall(60));
        elapse(DELAY);
        does(user, finish());
        holdsPower(100, 100);
    }

    function test_a_salt_is_used_again_after_a_full_refund() public {
        granted(100);
        does(OPERATOR, draw(60));
        refunded(60);
        does(OPERATOR, draw(80));
        does(STRANGER, sync());
        holdsLine(80, 60);
        holdsPower(80, 100);
        (uint128 balance,) = channels.channels(id());
        same(balance, 20, "in the channel");
    }

    // ---- strangers and their channels

    function test_a_stranger_deposits_into_a_channel_of_the_vault() public {
        granted(100);
        does(OPERATOR, draw(100));
        donor.give(channel(), 50);
        refunded(50);
        does(STRANGER, sync());
        holdsPower(0, 100);
        refunded(100);
        does(STRANGER, sync());
        holdsPower(100, 100);
        same(coin.balanceOf(address(vault)), 1_050, "the gift stays, and is nobody's");
        same(vault.reserve(), 900, "reserve");
    }

    function test_a_stranger_names_the_vault_as_collector() public {
        granted(100);
        does(OPERATOR, draw(60));
        bytes memory act = abi.encodeCall(channels.deposit, (channel(), 40, address(vault), ""));
        refuses(STRANGER, address(channels), act, plain(NotYours.selector));
        refuses(OPERATOR, address(channels), act, plain(NotYours.selector));
        refuses(
            STRANGER,
            abi.encodeCall(IDepositCollector.collect, (address(vault), address(coin), 40, id(), "")),
            plain(NotYours.selector)
        );
        refuses(
            address(channels),
            abi.encodeCall(IDepositCollector.collect, (address(vault), address(coin), 40, 0, "")),
            plain(NotYours.selector)
        );
    }

    function test_sync_and_finish_are_called_for_foreign_channels() public {
        granted(100);
        does(OPERATOR, draw(60));
        ChannelWords.ChannelConfig memory config = channel();
        config.token = address(new SpendingVaultCoin());
        does(STRANGER, abi.encodeCall(vault.sync, (config)));
        config = channel();
        config.payer = user;
        does(STRANGER, abi.encodeCall(vault.sync, (config)));
        refuses(STRANGER, abi.encodeCall(vault.finish, (config)), plain(NotOurChannel.selector));
        config = channel(address(vault));
        config.payer = user;
        donor.give(config, 30);
        does(SELLER, address(channels), abi.encodeCall(channels.refund, (config, 30)));
        does(STRANGER, abi.encodeCall(vault.sync, (config)));
        refuses(STRANGER, abi.encodeCall(vault.finish, (config)), plain(NotOurChannel.selector));
        holdsPower(40, 100);
    }

    /// His loss: the refund comes to the vault, no line knows of it, and the vault owes nobody more than before.
    function test_an_outsider_opens_his_own_channel_with_the_vault_as_payer() public {
        ChannelWords.ChannelConfig memory config = channel(other);
        donor.give(config, 30);
        does(SELLER, address(channels), abi.encodeCall(channels.refund, (config, 30)));
        does(other, abi.encodeCall(vault.sync, (config)));
        (uint128 available,) = vault.accounts(other);
        same(available, 0, "credited");
        refuses(other, draw(config, OTHER_KEY, 1), short(0));
        same(vault.reserve(), 1_000, "reserve");
    }

    /// The provider's loss and the user's gain, but there is no way out of the vault for it while it is locked.
    function test_a_stolen_receivers_key_refunds_what_was_earned() public {
        granted(100);
        does(OPERATOR, draw(60));
        refunded(60);
        does(STRANGER, sync());
        holdsPower(100, 100);
        refuses(user, release(user, 1), short(0));
        refuses(user, draw(61), short(0));
    }

    /// Nothing to turn away: mature value is the user's own. He may pay whom he likes, and take it out without a detour.
    function test_a_user_and_a_receiver_move_mature_value_to_themselves() public {
        granted(100);
        does(OPERATOR, grantMature(50));
        does(user, draw(50));
        claimed(50);
        refuses(user, draw(51), short(0));
        holdsPower(100, 100);
    }

    function test_returns_that_nobody_synced_are_used_as_reserve() public {
        does(OPERATOR, grant(PAYMENT, 1_000, inDays(30)));
        does(OPERATOR, draw(1_000));
        refunded(1_000);
        same(coin.balanceOf(address(vault)), 1_000, "held");
        refuses(OPERATOR, grant("two", 1, inDays(30)), short(0));
        refuses(TREASURY, drain(1), short(0));
        does(STRANGER, sync());
        holdsPower(1_000, 1_000);
    }

    /// What is asked back is worked out in the transaction: a claim that came before makes it smaller, or refuses it to be tried again.
    function test_a_claim_races_a_recall() public {
        granted(100);
        does(OPERATOR, draw(60));
        bytes memory act = recall(60);
        claimed(45);
        does(OPERATOR, act);
        (uint128 asked,) = channels.pendingWithdrawals(id());
        same(asked, 15, "asked back");
        claimed(60);
        elapse(DELAY);
        does(STRANGER, finish());
        refuses(OPERATOR, act, plain(ChannelWords.NothingToWithdraw.selector));
        holdsPower(40, 100);
    }

    function forgedClaim(uint128 total) private view returns (bytes memory) {
        bytes memory signature = signed(OTHER_KEY, channels.getVoucherDigest(id(), total));
        return claimCall(total, signature);
    }
}
