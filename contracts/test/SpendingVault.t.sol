// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {SpendingVaultStage} from "./SpendingVaultStage.sol";
import {ChannelWords} from "../src/ChannelWords.sol";
import {SpendingVault} from "../src/SpendingVault.sol";

/// Value in and out of the vault: what each act does, and when it is refused.
contract SpendingVaultTest is SpendingVaultStage {
    // ---- the terms

    function test_a_vault_says_its_terms() public view {
        same(address(vault.token()), address(coin), "token");
        same(address(vault.channels()), address(channels), "channels");
        same(vault.council(), COUNCIL, "council");
        same(vault.treasury(), TREASURY, "treasury");
        same(vault.operator(), OPERATOR, "operator");
        same(vault.window(), W, "window");
        same(vault.decisionTime(), D, "decision time");
        same(vault.delayMax(), DELAY, "longest delay");
        same(vault.maturityMax(), MATURITY_MAX, "longest maturity");
        same(vault.dailyLimit(), LIMIT, "daily limit");
        (, string memory name, string memory version,, address verifier,,) = vault.eip712Domain();
        same(bytes(name), "Tally SpendingVault", "domain");
        same(bytes(version), "1", "version");
        same(verifier, address(vault), "verifier");
    }

    function test_terms_without_a_party_or_without_time_are_unfit() public {
        Terms memory without = terms();
        without.token = address(0);
        unfit(without, TREASURY);
        without = terms();
        without.channels = address(0);
        unfit(without, TREASURY);
        without = terms();
        without.council = address(0);
        unfit(without, TREASURY);
        without = terms();
        (without.window, without.delayMax) = (0, 0);
        unfit(without, TREASURY);
        without = terms();
        without.decisionTime = 0;
        unfit(without, TREASURY);
        unfit(terms(), address(0));
    }

    function test_two_delays_fit_into_the_window() public {
        Terms memory tight = terms();
        tight.delayMax = W / 2;
        new SpendingVault(tight, TREASURY, OPERATOR, LIMIT);
        tight.delayMax = W / 2 + 1;
        unfit(tight, TREASURY);
        tight.delayMax = type(uint40).max;
        unfit(tight, TREASURY);
    }

    function unfit(Terms memory wrong, address treasury) private {
        vm.expectRevert(UnfitTerms.selector);
        new SpendingVault(wrong, treasury, OPERATOR, LIMIT);
    }

    // ---- fund

    function test_funding_moves_the_senders_tokens_into_the_reserve() public {
        coin.mint(STRANGER, 50);
        does(STRANGER, address(coin), abi.encodeCall(coin.approve, (address(vault), 50)));
        tells();
        emit Funded(STRANGER, 50);
        does(STRANGER, abi.encodeCall(vault.fund, (50)));
        same(vault.reserve(), 1_050, "reserve");
        same(coin.balanceOf(address(vault)), 1_050, "held");
        same(coin.balanceOf(STRANGER), 0, "left to the sender");
    }

    function test_funding_with_nothing_is_refused() public {
        refuses(TREASURY, abi.encodeCall(vault.fund, (0)), plain(ZeroAmount.selector));
    }

    function test_a_bare_transfer_is_a_gift_to_nobody() public {
        coin.mint(address(vault), 70);
        same(vault.reserve(), 1_000, "reserve");
        refuses(OPERATOR, grant(PAYMENT, 1_001, inDays(30)), short(1_000));
    }

    // ---- grant

    function test_a_grant_turns_reserve_into_locked_power() public {
        tells();
        emit Granted(user, PAYMENT, 100, inDays(30));
        granted(100);
        same(vault.reserve(), 900, "reserve");
        holdsPower(100, 100);
        same(vault.free(user), 0, "free");
        (uint128 amount, uint40 maturesAt, uint40 since, State state) = vault.grants(user, PAYMENT);
        same(amount, 100, "amount");
        same(maturesAt, inDays(30), "matures");
        same(since, vm.getBlockTimestamp(), "since");
        same(uint256(state), uint256(State.Granted), "state");
    }

    function test_a_grant_that_is_mature_at_once_is_free() public {
        does(OPERATOR, grant(PAYMENT, 100, uint40(vm.getBlockTimestamp())));
        holdsPower(100, 0);
        same(vault.free(user), 100, "free");
        isIn(State.Matured);
    }

    function test_a_grant_that_matures_in_a_second_is_locked() public {
        does(OPERATOR, grant(PAYMENT, 100, uint40(vm.getBlockTimestamp() + 1)));
        holdsPower(100, 100);
        isIn(State.Granted);
    }

    function test_power_of_several_payments_is_one_account() public {
        granted(100);
        does(OPERATOR, grant("second", 50, inDays(60)));
        does(OPERATOR, grantMature(20));
        holdsPower(170, 150);
        same(vault.free(user), 20, "free");
        same(vault.reserve(), 830, "reserve");
    }

    function test_only_the_operator_grants() public {
        refuses(TREASURY, grant(PAYMENT, 1, inDays(30)), plain(NotYours.selector));
        refuses(user, grant(PAYMENT, 1, inDays(30)), plain(NotYours.selector));
    }

    function test_a_payment_is_granted_once_for_ever() public {
        granted(100);
        refuses(OPERATOR, grant(PAYMENT, 100, inDays(30)), plain(AlreadyDone.selector));
        does(OPERATOR, surrender(0));
        refuses(OPERATOR, grant(PAYMENT, 100, inDays(30)), plain(AlreadyDone.selector));
    }

    function test_a_grant_of_nothing_is_refused() public {
        refuses(OPERATOR, grant(PAYMENT, 0, inDays(30)), plain(ZeroAmount.selector));
    }

    function test_a_grant_is_no_larger_than_the_reserve() public {
        refuses(OPERATOR, grant(PAYMENT, 1_001, inDays(30)), short(1_000));
        granted(1_000);
        same(vault.reserve(), 0, "reserve");
    }

    function test_a_grant_matures_within_the_longest_maturity() public {
        uint40 latest = uint40(vm.getBlockTimestamp()) + MATURITY_MAX;
        refuses(OPERATOR, grant(PAYMENT, 1, latest + 1), late(latest));
        refuses(OPERATOR, grant(PAYMENT, 1, type(uint40).max), late(latest));
        does(OPERATOR, grant(PAYMENT, 1, latest));
    }

    // ---- draw

    function test_a_draw_of_locked_power_is_sent_by_the_operator() public {
        granted(100);
        tells();
        emit Drawn(user, id(), 60, 60);
        does(OPERATOR, draw(60));
        holdsPower(40, 100);
        holdsLine(60, 0);
        (uint128 balance,) = channels.channels(id());
        same(balance, 60, "in the channel");
        same(coin.balanceOf(address(channels)), 60, "held by channels");
        same(coin.balanceOf(address(vault)), 940, "held by the vault");
    }

    function test_a_draw_of_free_power_is_sent_by_anyone() public {
        does(OPERATOR, grantMature(100));
        does(STRANGER, draw(60));
        holdsPower(40, 0);
        does(user, draw(100));
        holdsPower(0, 0);
        holdsLine(100, 0);
    }

    function test_a_second_draw_tops_the_channel_up_by_the_difference() public {
        granted(100);
        does(OPERATOR, draw(60));
        tells();
        emit Drawn(user, id(), 15, 75);
        does(OPERATOR, draw(75));
        holdsPower(25, 100);
        (uint128 balance,) = channels.channels(id());
        same(balance, 75, "in the channel");
    }

    function test_one_unit_above_free_needs_the_operator() public {
        granted(100);
        does(OPERATOR, grantMature(50));
        refuses(STRANGER, draw(51), short(50));
        refuses(user, draw(51), short(50));
        refuses(TREASURY, draw(51), short(50));
        does(STRANGER, draw(50));
        does(OPERATOR, draw(51));
        holdsPower(99, 100);
    }

    function test_not_even_the_operator_draws_more_than_is_available() public {
        granted(100);
        refuses(OPERATOR, draw(101), short(100));
        does(OPERATOR, draw(100));
        refuses(OPERATOR, draw(101), short(0));
    }

    function test_a_draw_needs_the_users_own_signature_over_exactly_it() public {
        granted(100);
        ChannelWords.ChannelConfig memory config = channel();
        bytes memory wrong = plain(WrongSigner.selector);
        refuses(OPERATOR, draw(config, OTHER_KEY, 60), wrong);
        bytes memory signature = sign(USER_KEY, drawDigest(id(), 60));
        refuses(OPERATOR, abi.encodeCall(vault.draw, (config, 61, signature)), wrong);
        refuses(OPERATOR, abi.encodeCall(vault.draw, (config, 60, "")), wrong);
        refuses(OPERATOR, abi.encodeCall(vault.draw, (config, 60, new bytes(65))), wrong);
        config.salt = "another channel";
        refuses(OPERATOR, abi.encodeCall(vault.draw, (config, 60, signature)), wrong);
    }

    function test_a_channel_without_authorizer_is_nobodys() public {
        ChannelWords.ChannelConfig memory config = channel(address(0));
        refuses(OPERATOR, abi.encodeCall(vault.draw, (config, 1, new bytes(65))), plain(WrongSigner.selector));
    }

    function test_only_channels_of_the_vault_are_drawn_into() public {
        granted(100);
        bytes memory foreign = plain(NotOurChannel.selector);
        ChannelWords.ChannelConfig memory config = channel();
        config.payer = user;
        refuses(OPERATOR, draw(config, USER_KEY, 60), foreign);
        config = channel();
        config.token = address(this);
        refuses(OPERATOR, draw(config, USER_KEY, 60), foreign);
        config = channel();
        config.withdrawDelay = DELAY + 1;
        refuses(OPERATOR, draw(config, USER_KEY, 60), foreign);
        config.withdrawDelay = DELAY;
        does(OPERATOR, draw(config, USER_KEY, 60));
    }

    function test_a_total_that_was_reached_is_done_already() public {
        granted(100);
        does(OPERATOR, draw(60));
        refuses(OPERATOR, draw(60), plain(AlreadyDone.selector));
        refuses(OPERATOR, draw(59), plain(AlreadyDone.selector));
        refuses(OPERATOR, draw(0), plain(AlreadyDone.selector));
    }

    // ---- sync

    function test_what_came_back_is_credited_once() public {
        granted(100);
        does(OPERATOR, draw(60));
        claimed(25);
        refunded(20);
        holdsPower(40, 100);
        tells();
        emit Returned(user, id(), 20);
        does(STRANGER, sync());
        holdsPower(60, 100);
        holdsLine(60, 20);
        does(STRANGER, sync());
        holdsPower(60, 100);
    }

    function test_claims_do_not_look_like_returns() public {
        granted(100);
        does(OPERATOR, draw(60));
        claimed(25);
        does(STRANGER, sync());
        holdsPower(40, 100);
        holdsLine(60, 0);
    }

    function test_a_channel_is_used_again_after_it_gave_all_back() public {
        granted(100);
        does(OPERATOR, draw(60));
        refunded(60);
        does(STRANGER, sync());
        does(OPERATOR, draw(90));
        holdsPower(70, 100);
        holdsLine(90, 60);
        refunded(30);
        does(STRANGER, sync());
        holdsPower(100, 100);
        holdsLine(90, 90);
    }

    // ---- release

    function test_free_power_is_released_to_the_address_the_user_chose() public {
        does(OPERATOR, grantMature(100));
        tells();
        emit Released(user, SELLER, 40);
        does(STRANGER, release(SELLER, 40));
        same(coin.balanceOf(SELLER), 40, "paid");
        same(vault.released(user), 40, "released");
        holdsPower(60, 0);
        does(STRANGER, release(STRANGER, 100));
        same(coin.balanceOf(STRANGER), 60, "paid later");
        holdsPower(0, 0);
    }

    function test_locked_power_is_never_released_not_even_by_the_operator() public {
        granted(100);
        does(OPERATOR, grantMature(50));
        refuses(OPERATOR, release(user, 51), short(50));
        does(STRANGER, release(user, 50));
        refuses(OPERATOR, release(user, 51), short(0));
    }

    function test_a_release_needs_the_users_own_signature_over_exactly_it() public {
        does(OPERATOR, grantMature(100));
        bytes memory signature = sign(USER_KEY, releaseDigest(SELLER, 40));
        bytes memory wrong = plain(WrongSigner.selector);
        refuses(STRANGER, abi.encodeCall(vault.release, (user, STRANGER, 40, signature)), wrong);
        refuses(STRANGER, abi.encodeCall(vault.release, (user, SELLER, 41, signature)), wrong);
        refuses(STRANGER, abi.encodeCall(vault.release, (other, SELLER, 40, signature)), wrong);
        refuses(STRANGER, abi.encodeCall(vault.release, (user, SELLER, 40, "")), wrong);
    }

    function test_a_released_total_is_done_already() public {
        does(OPERATOR, grantMature(100));
        does(STRANGER, release(user, 40));
        refuses(STRANGER, release(user, 40), plain(AlreadyDone.selector));
        refuses(STRANGER, release(user, 39), plain(AlreadyDone.selector));
    }

    // ---- drain

    function test_reserve_goes_home_to_the_treasury_only() public {
        tells();
        emit Drained(TREASURY, 400);
        does(OPERATOR, drain(400));
        does(TREASURY, drain(600));
        same(coin.balanceOf(TREASURY), 1_000, "home");
        same(vault.reserve(), 0, "reserve");
    }

    function test_only_treasury_and_operator_drain_and_only_reserve() public {
        granted(100);
        refuses(STRANGER, drain(1), plain(NotYours.selector));
        refuses(COUNCIL, drain(1), plain(NotYours.selector));
        refuses(TREASURY, drain(0), plain(ZeroAmount.selector));
        refuses(OPERATOR, drain(901), short(900));
        does(OPERATOR, drain(900));
    }

    // ---- appoint and the daily limit

    function test_the_treasury_appoints_and_the_old_keys_are_dead() public {
        tells();
        emit Appointed(SELLER, STRANGER, 7);
        does(TREASURY, appoint(SELLER, STRANGER, 7));
        same(vault.treasury(), SELLER, "treasury");
        same(vault.operator(), STRANGER, "operator");
        same(vault.dailyLimit(), 7, "daily limit");
        refuses(OPERATOR, grant(PAYMENT, 1, inDays(30)), plain(NotYours.selector));
        refuses(TREASURY, appoint(TREASURY, OPERATOR, 7), plain(NotYours.selector));
        refuses(TREASURY, drain(1), plain(NotYours.selector));
        does(STRANGER, grant(PAYMENT, 1, inDays(30)));
    }

    function test_nobody_else_appoints_and_never_nobody_as_treasury() public {
        refuses(OPERATOR, appoint(OPERATOR, OPERATOR, 1), plain(NotYours.selector));
        refuses(COUNCIL, appoint(COUNCIL, COUNCIL, 1), plain(NotYours.selector));
        refuses(TREASURY, appoint(address(0), OPERATOR, 1), plain(UnfitTerms.selector));
    }

    function test_locked_draws_of_a_day_stay_within_the_limit() public {
        does(TREASURY, appoint(TREASURY, OPERATOR, 50));
        granted(100);
        same(vault.leftToday(), 50, "left at first");
        does(OPERATOR, draw(30));
        same(vault.leftToday(), 20, "left");
        refuses(OPERATOR, draw(51), above(50));
        does(OPERATOR, draw(50));
        same(vault.leftToday(), 0, "left at last");
        same(vault.today(), vm.getBlockTimestamp() / 1 days, "today");
        elapse(1 days);
        same(vault.leftToday(), 50, "left on the next day");
        does(OPERATOR, draw(100));
    }

    function test_only_the_part_of_a_draw_that_is_locked_counts() public {
        does(TREASURY, appoint(TREASURY, OPERATOR, 10));
        granted(100);
        refuses(OPERATOR, grantMature(40), above(10));
        elapse(31 days);
        does(STRANGER, mature());
        does(OPERATOR, grant("locked", 50, inDays(30)));
        does(OPERATOR, draw(105));
        same(vault.leftToday(), 5, "left");
        refuses(OPERATOR, draw(111), above(10));
    }

    function test_grants_that_mature_within_the_window_count_as_leaving() public {
        does(TREASURY, appoint(TREASURY, OPERATOR, 50));
        does(OPERATOR, grant("after it", 500, inDays(7)));
        same(vault.leftToday(), 50, "not counted");
        does(OPERATOR, grant("within it", 30, inDays(7) - 1));
        same(vault.leftToday(), 20, "counted");
        refuses(OPERATOR, grantMature(21), above(50));
        does(OPERATOR, grantMature(20));
    }

    function test_what_left_today_counts_against_a_new_limit() public {
        granted(100);
        does(OPERATOR, draw(30));
        does(TREASURY, appoint(TREASURY, OPERATOR, 20));
        same(vault.leftToday(), 0, "left under a lower limit");
        refuses(OPERATOR, draw(31), above(20));
        does(TREASURY, appoint(TREASURY, OPERATOR, 40));
        same(vault.leftToday(), 10, "left under a higher limit");
        refuses(OPERATOR, draw(41), above(40));
        does(OPERATOR, draw(40));
    }

    // ---- many at once

    function test_many_acts_in_one_call_keep_their_sender_and_fail_together() public {
        bytes[] memory acts = new bytes[](3);
        (acts[0], acts[1], acts[2]) = (grant(PAYMENT, 100, inDays(30)), draw(60), draw(100));
        does(OPERATOR, abi.encodeCall(vault.multicall, (acts)));
        holdsPower(0, 100);
        holdsLine(100, 0);

        (acts[0], acts[1], acts[2]) = (grant("two", 100, inDays(30)), draw(150), draw(201));
        refuses(OPERATOR, abi.encodeCall(vault.multicall, (acts)), short(50));
        holdsPower(0, 100);
        refuses(STRANGER, abi.encodeCall(vault.multicall, (acts)), plain(NotYours.selector));
    }

    // ---- any amounts

    function testFuzz_what_is_drawn_claimed_and_refunded_comes_home_to_the_unit(
        uint128 amount,
        uint128 drawn,
        uint128 used,
        uint128 back
    ) public {
        amount = uint128(within(amount, 1, type(uint128).max - 1_000));
        drawn = uint128(within(drawn, 1, amount < type(uint96).max ? amount : type(uint96).max));
        used = uint128(within(used, 0, drawn));
        back = uint128(within(back, 0, drawn - used));
        does(TREASURY, appoint(TREASURY, OPERATOR, type(uint96).max));
        fund(amount);
        granted(amount);

        does(OPERATOR, draw(drawn));
        if (used != 0) claimed(used);
        if (back != 0) refunded(back);
        does(STRANGER, sync());
        holdsPower(amount - drawn + back, amount);
        holdsLine(drawn, back);
        same(vault.reserve(), 1_000, "reserve");
    }

    function testFuzz_free_is_available_less_locked(uint128 mature_, uint128 locked, uint128 drawn) public {
        mature_ = uint128(within(mature_, 1, 1e24));
        locked = uint128(within(locked, 1, 1e24));
        drawn = uint128(within(drawn, 1, uint256(mature_) + locked));
        does(TREASURY, appoint(TREASURY, OPERATOR, type(uint96).max));
        fund(mature_ + locked);
        granted(locked);
        does(OPERATOR, grantMature(mature_));

        does(OPERATOR, draw(drawn));
        same(vault.free(user), drawn < mature_ ? mature_ - drawn : 0, "free");
        same(vault.leftToday(), type(uint96).max - mature_ - (drawn > mature_ ? drawn - mature_ : 0), "left");
    }

    function within(uint256 seed, uint256 least, uint256 most) private pure returns (uint256) {
        return least + seed % (most - least + 1);
    }
}
