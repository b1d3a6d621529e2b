// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {SpendingVaultStage} from "./SpendingVaultStage.sol";

/// A payment's course: mature, or freeze, appeal, decide, reclaim, thaw.
contract SpendingVaultDisputesTest is SpendingVaultStage {
    // ---- mature

    function test_a_payment_matures_on_its_second_and_is_free_then() public {
        granted(100);
        uint40 due = inDays(30);
        elapse(30 days - 1);
        refuses(STRANGER, mature(), early(due));
        elapse(1);
        tells();
        emit Matured(user, PAYMENT);
        does(STRANGER, mature());
        holdsPower(100, 0);
        isIn(State.Matured);
        same(sinceOf(PAYMENT), vm.getBlockTimestamp(), "since");
    }

    function test_what_was_spent_before_maturity_is_not_locked_after_it() public {
        granted(100);
        does(OPERATOR, draw(80));
        elapse(30 days);
        does(STRANGER, mature());
        holdsPower(20, 0);
        does(STRANGER, draw(100));
    }

    // ---- freeze

    function test_a_freeze_holds_a_payment_until_its_last_second() public {
        granted(100);
        uint40 due = inDays(30);
        elapse(30 days - 1);
        tells();
        emit Frozen(user, PAYMENT, EVIDENCE);
        does(OPERATOR, freeze());
        isIn(State.Frozen);
        same(sinceOf(PAYMENT), vm.getBlockTimestamp(), "since");
        does(OPERATOR, thaw());
        elapse(1);
        refuses(OPERATOR, freeze(), late(due));
    }

    function test_only_the_operator_freezes() public {
        granted(100);
        refuses(TREASURY, freeze(), plain(NotYours.selector));
        refuses(COUNCIL, freeze(), plain(NotYours.selector));
    }

    // ---- appeal

    function test_a_user_appeals_by_signature_within_the_window() public {
        frozen(100);
        bytes memory act = appeal(signed(USER_KEY, appealDigest(PAYMENT, sinceOf(PAYMENT))));
        elapse(W - 1);
        tells();
        emit Appealed(user, PAYMENT);
        does(STRANGER, act);
        isIn(State.Appealed);
        same(sinceOf(PAYMENT), vm.getBlockTimestamp(), "since");
    }

    function test_after_the_window_there_is_no_appeal() public {
        frozen(100);
        uint256 end = vm.getBlockTimestamp() + W;
        elapse(W);
        refuses(STRANGER, appeal(signed(USER_KEY, appealDigest(PAYMENT, sinceOf(PAYMENT)))), late(end));
        refuses(COUNCIL, appeal(""), late(end));
    }

    function test_an_appeal_is_the_users_or_the_councils() public {
        frozen(100);
        refuses(OPERATOR, appeal(""), plain(NotYours.selector));
        refuses(user, appeal(""), plain(NotYours.selector));
        bytes32 digest = appealDigest(PAYMENT, sinceOf(PAYMENT));
        refuses(STRANGER, appeal(signed(OTHER_KEY, digest)), plain(WrongSigner.selector));
        refuses(COUNCIL, appeal(signed(OTHER_KEY, digest)), plain(WrongSigner.selector));
        bytes32 later = appealDigest(PAYMENT, sinceOf(PAYMENT) + 1);
        refuses(STRANGER, appeal(signed(USER_KEY, later)), plain(WrongSigner.selector));
        does(COUNCIL, appeal(""));
        isIn(State.Appealed);
    }

    // ---- decide

    function test_a_decision_for_the_user_makes_the_payment_his() public {
        appealed(100);
        elapse(D - 1);
        tells();
        emit Decided(user, PAYMENT, true);
        does(COUNCIL, decide(true));
        isIn(State.Matured);
        holdsPower(100, 0);
        does(STRANGER, release(user, 100));
    }

    function test_a_decision_against_leaves_no_second_appeal_and_one_window_to_reclaim() public {
        appealed(100);
        elapse(D - 1);
        uint256 now_ = vm.getBlockTimestamp();
        tells();
        emit Decided(user, PAYMENT, false);
        does(COUNCIL, decide(false));
        isIn(State.Frozen);
        holdsPower(100, 100);
        refuses(COUNCIL, appeal(""), late(now_));
        elapse(W - 1);
        does(OPERATOR, reclaim(60));
        elapse(1);
        refuses(OPERATOR, reclaim(0), late(now_ + W));
    }

    function test_only_the_council_decides_and_only_in_its_time() public {
        appealed(100);
        refuses(OPERATOR, decide(false), plain(NotYours.selector));
        refuses(TREASURY, decide(false), plain(NotYours.selector));
        refuses(user, decide(true), plain(NotYours.selector));
        uint256 end = vm.getBlockTimestamp() + D;
        elapse(D);
        refuses(COUNCIL, decide(false), late(end));
        refuses(COUNCIL, decide(true), late(end));
    }

    function test_a_timelock_as_council_decides_an_appeal() public {
        address[] memory voters = new address[](1);
        voters[0] = STRANGER;
        TimelockController council = new TimelockController(1 days, voters, voters, address(0));
        Terms memory with = terms();
        with.council = address(council);
        vault = founded(with);
        fund(1_000);
        frozen(100);
        does(user, appeal(signed(USER_KEY, appealDigest(PAYMENT, sinceOf(PAYMENT)))));

        bytes memory act = decide(true);
        does(STRANGER, address(council), abi.encodeCall(council.schedule, (address(vault), 0, act, 0, 0, 1 days)));
        isIn(State.Appealed);
        elapse(1 days);
        does(STRANGER, address(council), abi.encodeCall(council.execute, (address(vault), 0, act, 0, 0)));
        isIn(State.Matured);
        holdsPower(100, 0);
    }

    // ---- reclaim

    function test_a_frozen_payment_is_reclaimed_between_one_window_and_two() public {
        frozen(100);
        uint256 start = vm.getBlockTimestamp() + W;
        elapse(W - 1);
        refuses(OPERATOR, reclaim(0), early(start));
        elapse(1);
        tells();
        emit Reclaimed(user, PAYMENT, 40, 60);
        does(OPERATOR, reclaim(60));
        holdsPower(60, 60);
        same(vault.reserve(), 940, "reserve");
        isIn(State.Frozen);
        elapse(W - 1);
        does(OPERATOR, reclaim(30));
        elapse(1);
        refuses(OPERATOR, reclaim(0), late(start + W));
    }

    function test_a_payment_reclaimed_to_the_last_unit_is_closed() public {
        frozen(100);
        elapse(W);
        tells();
        emit Reclaimed(user, PAYMENT, 100, 0);
        does(OPERATOR, reclaim(0));
        isIn(State.Reclaimed);
        holdsPower(0, 0);
        same(amountOf(PAYMENT), 0, "amount");
        same(vault.reserve(), 1_000, "reserve");
    }

    function test_what_is_spent_cannot_be_reclaimed_and_what_comes_back_later_can() public {
        granted(100);
        does(OPERATOR, draw(60));
        claimed(25);
        does(OPERATOR, freeze());
        elapse(W);
        does(OPERATOR, reclaim(0));
        holdsPower(0, 60);
        isIn(State.Frozen);
        refuses(OPERATOR, reclaim(0), short(0));
        refunded(35);
        does(STRANGER, sync());
        does(OPERATOR, reclaim(0));
        holdsPower(0, 25);
        same(amountOf(PAYMENT), 25, "the rest");
        same(vault.reserve(), 975, "reserve");
    }

    function test_the_rest_of_a_shortfall_thaws_matures_and_unlocks_by_itself() public {
        granted(100);
        does(OPERATOR, draw(60));
        claimed(60);
        does(OPERATOR, freeze());
        elapse(W);
        does(OPERATOR, reclaim(0));
        elapse(W);
        does(STRANGER, thaw());
        elapse(30 days);
        does(STRANGER, mature());
        holdsPower(0, 0);
    }

    function test_only_the_operator_reclaims() public {
        frozen(100);
        elapse(W);
        refuses(TREASURY, reclaim(0), plain(NotYours.selector));
        refuses(COUNCIL, reclaim(0), plain(NotYours.selector));
        refuses(user, surrender(0), plain(NotYours.selector));
    }

    function test_a_rest_that_was_reached_is_done_already() public {
        frozen(100);
        elapse(W);
        refuses(OPERATOR, reclaim(100), plain(AlreadyDone.selector));
        does(OPERATOR, reclaim(70));
        refuses(OPERATOR, reclaim(70), plain(AlreadyDone.selector));
        refuses(OPERATOR, reclaim(80), plain(AlreadyDone.selector));
    }

    function test_with_the_users_surrender_no_window_is_waited_for() public {
        granted(100);
        tells();
        emit Reclaimed(user, PAYMENT, 30, 70);
        does(OPERATOR, surrender(70));
        holdsPower(70, 70);
        isIn(State.Granted);
        does(OPERATOR, freeze());
        does(OPERATOR, surrender(50));
        isIn(State.Frozen);
        does(COUNCIL, appeal(""));
        does(OPERATOR, surrender(0));
        isIn(State.Reclaimed);
        holdsPower(0, 0);
    }

    function test_a_surrender_is_the_users_own_over_exactly_it() public {
        granted(100);
        bytes memory signature = signed(USER_KEY, surrenderDigest(PAYMENT, 70));
        bytes memory wrong = plain(WrongSigner.selector);
        refuses(OPERATOR, abi.encodeCall(vault.reclaim, (user, PAYMENT, 69, signature)), wrong);
        bytes memory forged = signed(OTHER_KEY, surrenderDigest(PAYMENT, 70));
        refuses(OPERATOR, abi.encodeCall(vault.reclaim, (user, PAYMENT, 70, forged)), wrong);
        does(OPERATOR, grant("two", 100, inDays(30)));
        refuses(OPERATOR, abi.encodeCall(vault.reclaim, (user, "two", 70, signature)), wrong);
    }

    function test_from_maturity_on_not_even_a_surrender_takes() public {
        granted(100);
        uint40 due = inDays(30);
        bytes memory consent = surrender(0);
        elapse(30 days - 1);
        does(OPERATOR, surrender(90));
        elapse(1);
        refuses(OPERATOR, consent, late(due));
        does(STRANGER, mature());
        refuses(OPERATOR, consent, outOfTurn(State.Matured));
    }

    // ---- thaw

    function test_the_operator_thaws_at_any_time() public {
        frozen(100);
        tells();
        emit Thawed(user, PAYMENT);
        does(OPERATOR, thaw());
        isIn(State.Granted);
        does(OPERATOR, freeze());
        does(COUNCIL, appeal(""));
        does(OPERATOR, thaw());
        isIn(State.Granted);
        holdsPower(100, 100);
    }

    function test_after_two_windows_anyone_thaws_what_is_frozen() public {
        frozen(100);
        uint256 end = vm.getBlockTimestamp() + 2 * W;
        elapse(2 * W - 1);
        refuses(STRANGER, thaw(), early(end));
        refuses(user, thaw(), early(end));
        elapse(1);
        does(STRANGER, thaw());
        isIn(State.Granted);
    }

    function test_after_the_time_to_decide_anyone_thaws_what_is_appealed() public {
        appealed(100);
        uint256 end = vm.getBlockTimestamp() + D;
        elapse(D - 1);
        refuses(STRANGER, thaw(), early(end));
        elapse(1);
        does(STRANGER, thaw());
        isIn(State.Granted);
    }

    function test_a_thawed_payment_matures_by_its_old_date() public {
        frozen(100);
        uint40 due = inDays(30);
        elapse(2 * W);
        does(STRANGER, thaw());
        same(sinceOf(PAYMENT), vm.getBlockTimestamp(), "since");
        refuses(STRANGER, mature(), early(due));
        elapse(30 days - 2 * W);
        does(STRANGER, mature());
    }

    function test_nothing_stays_frozen_longer_than_its_maturity_and_the_windows() public {
        granted(100);
        uint256 last = inDays(30) + 2 * uint256(W) + D;
        elapse(30 days - 1);
        does(OPERATOR, freeze());
        elapse(W - 1);
        does(COUNCIL, appeal(""));
        elapse(D - 1);
        does(COUNCIL, decide(false));
        elapse(W);
        isTrue(vm.getBlockTimestamp() <= last, "in time");
        does(STRANGER, thaw());
        refuses(OPERATOR, freeze(), late(last - 2 * uint256(W) - D));
        does(STRANGER, mature());
    }
}
