// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {SpendingVaultStage} from "./SpendingVaultStage.sol";

/// The user's side of the value: draw, what comes back, release, and many acts at once.
contract SpendingVaultDrawsTest is SpendingVaultStage {
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
        bytes memory signature = signed(USER_KEY, drawDigest(id(), 60));
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

    function test_on_a_fork_of_the_chain_old_signatures_are_worth_nothing_and_new_ones_draw() public {
        granted(100);
        bytes memory old = draw(60);
        vm.chainId(31_338);
        refuses(OPERATOR, old, plain(WrongSigner.selector));
        does(OPERATOR, draw(60));
        holdsLine(60, 0);
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
        bytes memory signature = signed(USER_KEY, releaseDigest(SELLER, 40));
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

    // ---- many at once

    function test_many_acts_in_one_call_keep_their_sender_and_fail_together() public {
        bytes[] memory acts = new bytes[](3);
        (acts[0], acts[1], acts[2]) = (grant(PAYMENT, 100, inDays(30)), draw(60), draw(100));
        does(OPERATOR, abi.encodeCall(Multicall.multicall, (acts)));
        holdsPower(0, 100);
        holdsLine(100, 0);

        (acts[0], acts[1], acts[2]) = (grant("two", 100, inDays(30)), draw(150), draw(201));
        refuses(OPERATOR, abi.encodeCall(Multicall.multicall, (acts)), short(50));
        holdsPower(0, 100);
        refuses(STRANGER, abi.encodeCall(Multicall.multicall, (acts)), plain(NotYours.selector));
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
