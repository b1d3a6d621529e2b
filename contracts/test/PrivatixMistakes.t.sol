// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {Stage} from "./Stage.sol";

/// The mistakes of Privatix' payment contract, by their numbers in `docs/concepts/contracts.md`, and how ours
/// answers each that can be tried. Numbers 4 and 5 have nothing here to try: there is no fee, no key over all,
/// and no offering.
contract PrivatixMistakesTest is Stage {
    function test_mistake_01_nothing_outside_the_channel_can_lock_its_money() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        // The collector is the one outside party that a channel ever met. It goes bad.
        vm.etch(address(purse), hex"fe");

        earn(config, 300);
        channels.settle(RECEIVER, address(token));
        vm.prank(RECEIVER);
        channels.refund(config, 200);
        askBack(config, 500);
        later(DELAY);
        takeBack(config);
        same(token.balanceOf(RECEIVER), 300, "the receiver's part");
        same(token.balanceOf(address(channels)), 0, "locked");
    }

    function test_mistake_02_ids_are_known_beforehand_and_never_collide_in_a_block() external {
        bytes32 first = channels.getChannelId(terms(1));
        bytes32 second = channels.getChannelId(terms(2));
        isTrue(first != second, "two channels of one pair");
        ChannelWords.VoucherClaim[] memory early = one(row(terms(1), 10, 10));
        // A reorganisation puts the deposit into another block, at another time.
        later(1 hours);
        same(open(terms(1), 10), first, "id after the block changed");
        same(open(terms(2), 10), second, "id of its neighbour in the same block");
        claimBy(RECEIVER, early);
        same(claimedOf(first), 10, "claimed by a voucher older than the channel");
    }

    function testFuzz_mistake_03_not_a_unit_is_lost_to_rounding(uint128 amount, uint128 earned) external {
        vm.assume(amount != 0 && earned <= amount);
        ChannelWords.ChannelConfig memory config = terms();
        uint256 before = token.balanceOf(PAYER);
        open(config, amount);
        earn(config, earned);
        channels.settle(RECEIVER, address(token));
        vm.prank(RECEIVER);
        channels.refund(config, amount);
        same(token.balanceOf(RECEIVER), earned, "the receiver's part");
        same(token.balanceOf(PAYER) - before, amount - earned, "the payer's part");
    }

    function test_mistake_06_a_receiver_is_paid_again_and_again_from_many_open_channels() external {
        ChannelWords.VoucherClaim[] memory rows = new ChannelWords.VoucherClaim[](25);
        for (uint256 i = 0; i < rows.length; ++i) {
            open(terms(i), 1000);
        }
        for (uint128 round = 1; round <= 2; ++round) {
            for (uint256 i = 0; i < rows.length; ++i) {
                rows[i] = row(terms(i), 100 * round, 100 * round);
            }
            claimBy(RECEIVER, rows);
            channels.settle(RECEIVER, address(token));
            same(token.balanceOf(RECEIVER), 2500 * round, "paid");
        }
    }

    function test_mistake_07_anyone_with_the_signed_claim_guards_a_sleeping_receiver() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        ChannelWords.VoucherClaim[] memory rows = one(row(config, 900, 900));
        bytes memory left = batchSigned(AUTHORIZER_KEY, rows);
        askBack(config, 1000);

        vm.prank(STRANGER);
        channels.claimWithSignature(rows, left);
        later(DELAY);
        takeBack(config);
        vm.prank(STRANGER);
        channels.settle(RECEIVER, address(token));
        same(token.balanceOf(RECEIVER), 900, "the receiver's part");
    }

    function test_mistake_07_a_vanished_payer_holds_nothing_up() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        earn(config, 900);
        channels.settle(RECEIVER, address(token));
        vm.prank(RECEIVER);
        channels.refund(config, 100);
        same(token.balanceOf(address(channels)), 0, "held");
    }

    function test_mistake_08_a_pending_withdrawal_stops_neither_topups_nor_claims_and_a_refund_ends_it() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        askBack(config, 1000);
        open(config, 500);
        earn(config, 400);
        same(balanceOf(id), 1500, "balance");
        vm.prank(RECEIVER);
        channels.refund(config, 1100);
        isPending(id, 0, 0);
        open(config, 50);
        askBack(config, 50);
    }

    function test_mistake_08_amounts_of_eighteen_decimals_fit() external {
        uint128 aBillion = 1e9 * 1e18;
        ChannelWords.ChannelConfig memory config = terms();
        open(config, aBillion);
        earn(config, aBillion);
        channels.settle(RECEIVER, address(token));
        same(token.balanceOf(RECEIVER), aBillion, "paid");
    }

    function test_mistake_09_a_voucher_holds_on_its_chain_in_its_contract_and_in_one_form() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 10);
        ChannelWords.VoucherClaim[] memory rows = one(row(config, 10, 10));

        uint256 home = block.chainid;
        vm.chainId(home + 1);
        bytes32 abroad = open(config, 10);
        refused(channels, rows, ChannelWords.InvalidSignature.selector);
        same(claimedOf(abroad), 0, "claimed abroad");
        vm.chainId(home);

        ChannelWords twin = ChannelWords(vm.deployCode("Channels.sol:Channels"));
        twin.deposit(config, 10, address(purse), "");
        refused(twin, rows, ChannelWords.InvalidSignature.selector);

        bytes memory low = rows[0].signature;
        bytes32 s;
        (rows[0].signature, s) = mirrored(low);
        vm.prank(RECEIVER);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, s));
        channels.claim(rows);
        rows[0].signature = low;
        claimBy(RECEIVER, rows);
    }

    function test_mistake_10_one_transaction_by_someone_else_opens_and_fills_a_channel() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes memory paper = authorization(PAYER_KEY, config, 1000, 1);
        same(PAYER.balance, 0, "the payer's coin for gas");
        same(token.allowance(PAYER, address(collector)), 0, "his earlier approvals");
        vm.prank(STRANGER);
        channels.deposit(config, 1000, address(collector), paper);
        same(balanceOf(channels.getChannelId(config)), 1000, "balance");
    }

    function test_mistake_11_a_refund_that_the_receiver_agrees_to_is_there_at_once() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        bytes memory agreed = refundSigned(AUTHORIZER_KEY, config, 1000, 0);
        uint256 before = token.balanceOf(PAYER);
        vm.prank(PAYER);
        channels.refundWithSignature(config, 1000, 0, agreed);
        same(token.balanceOf(PAYER) - before, 1000, "returned");
    }

    function test_mistake_12_a_refusal_says_why_and_leaves_the_gas() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 10);
        ChannelWords.VoucherClaim[] memory rows = one(row(config, 11, 11));
        uint256 before = gasleft();
        vm.prank(RECEIVER);
        (bool good, bytes memory why) = address(channels).call{gas: 10_000_000}(abi.encodeCall(channels.claim, (rows)));
        isTrue(!good, "refused");
        same(why, abi.encodePacked(ChannelWords.ClaimExceedsBalance.selector), "reason");
        isTrue(before - gasleft() < 100_000, "gas was eaten");
    }

    function refused(ChannelWords by, ChannelWords.VoucherClaim[] memory rows, bytes4 because) private {
        vm.prank(RECEIVER);
        vm.expectRevert(because);
        by.claim(rows);
    }
}
