// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {SpendingVaultStage} from "./SpendingVaultStage.sol";

/// Channels that name themselves in some other way.
contract Strange {
    function getChannelId(ChannelWords.ChannelConfig calldata) external pure returns (bytes32) {
        return "another name";
    }
}

/// The processor's side of the value: terms, fund, grant, drain, appoint and what may leave in a day.
contract SpendingVaultReserveTest is SpendingVaultStage {
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
        (, string memory name, string memory version,, address verifier,,) = IERC5267(address(vault)).eip712Domain();
        same(bytes(name), "Tally SpendingVault", "domain");
        same(bytes(version), "1", "version");
        same(verifier, address(vault), "verifier");
    }

    function test_terms_that_cannot_be_kept_are_unfit() public {
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
        without = terms();
        without.channels = address(new Strange());
        unfit(without, TREASURY);
    }

    function test_two_delays_fit_into_the_window() public {
        Terms memory tight = terms();
        tight.delayMax = W / 2;
        founded(tight);
        tight.delayMax = W / 2 + 1;
        unfit(tight, TREASURY);
        tight.delayMax = type(uint40).max;
        unfit(tight, TREASURY);
    }

    function unfit(Terms memory wrong, address treasury) private {
        try this.tryFound(wrong, treasury) {
            revert Untrue("refused");
        } catch (bytes memory why) {
            same(why, plain(UnfitTerms.selector), "refusal");
        }
    }

    function tryFound(Terms calldata wrong, address treasury) external {
        found(wrong, treasury);
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
}
