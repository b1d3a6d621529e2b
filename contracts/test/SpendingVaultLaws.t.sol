// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {SpendingVaultFacts} from "../src/SpendingVaultFacts.sol";
import {SpendingVaultWords} from "../src/SpendingVaultWords.sol";
import {Check} from "./Check.sol";
import {SpendingVaultCoin} from "./SpendingVaultCoin.sol";
import {SpendingVaultHandler} from "./SpendingVaultHandler.sol";

/// The ten laws of the vault, after each of many random acts.
contract SpendingVaultLawsTest is Check {
    SpendingVaultHandler private hand;
    SpendingVaultWords private vault;
    ChannelWords private channels;
    SpendingVaultCoin private coin;

    function setUp() public {
        hand = new SpendingVaultHandler();
        hand.setUp();
        (address atVault, address atChannels, address atCoin) = hand.stage();
        (vault, channels, coin) = (SpendingVaultWords(atVault), ChannelWords(atChannels), SpendingVaultCoin(atCoin));
    }

    /// Read by forge: what may be called at random, and nothing else.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(hand);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[32] memory all = kinds();
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(hand), new bytes4[](all.length));
        for (uint256 i = 0; i < all.length; ++i) {
            targets[0].selectors[i] = all[i];
        }
    }

    /// One campaign for all laws, so that each act is held to each of them.
    ///
    /// forge-config: long.invariant.runs = 400
    /// forge-config: long.invariant.depth = 300
    function invariant_the_ten_laws_hold() external view {
        hold();
    }

    function hold() private view {
        law_1_the_vault_holds_what_it_owes();
        law_2_everything_funded_is_somewhere();
        law_3_what_is_neither_owed_nor_inside_is_a_gift();
        law_4_locked_is_the_sum_of_what_may_be_reclaimed();
        law_5_7_8_no_act_was_seen_to_break_a_law();
        law_6_no_more_is_reclaimed_than_was_granted();
        law_9_providers_are_covered();
        law_10_no_more_leaves_in_a_day_than_may();
    }

    function law_1_the_vault_holds_what_it_owes() private view {
        isTrue(coin.balanceOf(address(vault)) >= owed(), "held covers owed");
    }

    function law_2_everything_funded_is_somewhere() private view {
        uint256 out = vault.released(hand.party(0)) + vault.released(hand.party(1)) + hand.drained();
        same(owed() + inside() + out, hand.funded(), "funded");
    }

    function law_3_what_is_neither_owed_nor_inside_is_a_gift() private view {
        uint256 balances;
        for (uint256 i = 0; i < hand.CHANNELS(); ++i) {
            (uint128 balance,) = channels.channels(idAt(i));
            isTrue(insideOf(i) + hand.giftsInto(i) >= balance, "inside and gifts cover the channel");
            balances += balance;
        }
        same(coin.balanceOf(address(vault)) + balances, owed() + inside() + hand.gifts(), "gifts");
    }

    function law_4_locked_is_the_sum_of_what_may_be_reclaimed() private view {
        uint256[2] memory sums;
        for (uint256 i = 0; i < hand.count(); ++i) {
            (uint256 owner, bytes32 payment,,) = hand.made(i);
            (uint128 amount,,, SpendingVaultFacts.State state) = vault.grants(hand.party(owner), payment);
            bool locks = state == SpendingVaultFacts.State.Granted || state == SpendingVaultFacts.State.Frozen
                || state == SpendingVaultFacts.State.Appealed;
            if (locks) sums[owner] += amount;
        }
        for (uint256 owner = 0; owner < 2; ++owner) {
            (, uint128 locked) = vault.accounts(hand.party(owner));
            same(locked, sums[owner], "locked");
        }
    }

    /// 5 without the operator no act leaves less than is locked; 7 what was drawn, returned and released only grows, and no signature works
    /// twice; 8 Matured and Reclaimed are final; and the acts' own halves of 6 and 10. The handler watches each act.
    function law_5_7_8_no_act_was_seen_to_break_a_law() private view {
        same(bytes(hand.broken()), "", "broken");
    }

    function law_6_no_more_is_reclaimed_than_was_granted() private view {
        for (uint256 i = 0; i < hand.count(); ++i) {
            (uint256 owner, bytes32 payment, uint128 granted, uint128 reclaimed) = hand.made(i);
            (uint128 amount,,,) = vault.grants(hand.party(owner), payment);
            same(amount + reclaimed, granted, "granted");
        }
    }

    function law_9_providers_are_covered() private view {
        uint256 due;
        for (uint256 i = 0; i < hand.CHANNELS(); ++i) {
            (uint128 balance, uint128 claimed) = channels.channels(idAt(i));
            isTrue(claimed <= balance, "claimed within the channel");
            due += balance - claimed;
        }
        for (uint256 i = 0; i < hand.CHANNELS(); i += 2) {
            (uint128 claimed, uint128 settled) = channels.receivers(hand.channelAt(i).receiver, address(coin));
            due += claimed - settled;
        }
        same(coin.balanceOf(address(channels)), due, "held by channels");
    }

    function law_10_no_more_leaves_in_a_day_than_may() private view {
        uint256 gone = hand.leftOn(vm.getBlockTimestamp() / 1 days);
        uint256 limit = vault.dailyLimit();
        same(vault.leftToday(), gone < limit ? limit - gone : 0, "left today");
    }

    /// Laws that hold because nothing ever happens would say nothing: on a long walk each kind of act succeeds, the forbidden ones never do,
    /// and the laws hold at its end.
    function test_on_a_long_walk_each_kind_of_act_happens() public {
        bytes4[32] memory all = kinds();
        uint256 seed = 1;
        for (uint256 turn = 0; turn < 1_500; ++turn) {
            seed = uint256(keccak256(abi.encode(seed)));
            acts(all[seed % all.length], (seed >> 8) % 2 ** 40, (seed >> 48) % 2 ** 40, (seed >> 88) % 2 ** 40);
        }
        hold();
        for (uint256 i = 0; i < all.length; ++i) {
            bool forbidden = all[i] == hand.grantAgain.selector || all[i] == hand.drawAgain.selector
                || all[i] == hand.releaseAgain.selector || all[i] == hand.depositByStranger.selector;
            isTrue((hand.done(all[i]) == 0) == forbidden, vm.toString(i));
        }
    }

    /// Acts ask for numbers, and some for a flag at the end; a number is refused for a flag by the decoder.
    function acts(bytes4 kind, uint256 first, uint256 second, uint256 third) private {
        (bool ok,) = address(hand).call(abi.encodePacked(kind, first, second, third));
        if (!ok) (ok,) = address(hand).call(abi.encodePacked(kind, first, second, third % 2));
        if (!ok) (ok,) = address(hand).call(abi.encodePacked(kind, first, third % 2));
        isTrue(ok, "an act of the handler is never refused itself");
    }

    function kinds() private view returns (bytes4[32] memory) {
        return [
            hand.fundMore.selector,
            hand.grantLocked.selector,
            hand.grantMatured.selector,
            hand.grantAgain.selector,
            hand.drainSome.selector,
            bytes4(keccak256("appoint(uint96)")),
            hand.drawFree.selector,
            hand.drawByOperator.selector,
            hand.drawAgain.selector,
            hand.depositByStranger.selector,
            bytes4(keccak256("release(uint256,uint128)")),
            hand.releaseAgain.selector,
            hand.claim.selector,
            hand.settle.selector,
            hand.refund.selector,
            hand.withdrawByUser.selector,
            hand.finalizeByUser.selector,
            bytes4(keccak256("recall(uint256,uint128,bool)")),
            bytes4(keccak256("finish(uint256)")),
            bytes4(keccak256("sync(uint256)")),
            hand.syncAll.selector,
            bytes4(keccak256("mature(uint256)")),
            bytes4(keccak256("freeze(uint256)")),
            bytes4(keccak256("appeal(uint256,bool)")),
            bytes4(keccak256("decide(uint256,bool)")),
            bytes4(keccak256("reclaim(uint256,uint128)")),
            bytes4(keccak256("surrender(uint256,uint128)")),
            bytes4(keccak256("thaw(uint256,bool)")),
            hand.giveToVault.selector,
            hand.giveToChannel.selector,
            hand.giveByOwnChannel.selector,
            hand.elapseSome.selector
        ];
    }

    function owed() private view returns (uint256 sum) {
        sum = vault.reserve();
        for (uint256 i = 0; i < 2; ++i) {
            (uint128 available,) = vault.accounts(hand.party(i));
            sum += available;
        }
    }

    function inside() private view returns (uint256 sum) {
        for (uint256 i = 0; i < hand.CHANNELS(); ++i) {
            sum += insideOf(i);
        }
    }

    function insideOf(uint256 index) private view returns (uint256) {
        (uint128 drawn, uint128 returned) = vault.lines(idAt(index));
        return drawn - returned;
    }

    function idAt(uint256 index) private view returns (bytes32) {
        return hand.idAt(index);
    }
}
