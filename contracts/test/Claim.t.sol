// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {Stage, Wallet} from "./Stage.sol";

contract ClaimTest is Stage {
    function test_a_claim_raises_what_is_earned_and_moves_no_tokens() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        ChannelWords.VoucherClaim[] memory rows = one(row(config, 600, 450));

        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Claimed(id, RECEIVER, 450, 450);
        claimBy(RECEIVER, rows);
        rows = one(row(config, 800, 700));
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Claimed(id, AUTHORIZER, 250, 700);
        claimBy(AUTHORIZER, rows);

        same(balanceOf(id), 1000, "balance");
        same(claimedOf(id), 700, "claimed");
        earnedAndPaid(700, 0);
        same(token.balanceOf(RECEIVER), 0, "paid out");
    }

    function test_a_row_is_checked_for_ceiling_then_balance_then_signature() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        refused(one(rowBy(SIGNER_KEY, config, 1500, 1501)), ChannelWords.ClaimExceedsCeiling.selector);
        refused(one(rowBy(SIGNER_KEY, config, 1500, 1001)), ChannelWords.ClaimExceedsBalance.selector);
        refused(one(rowBy(SIGNER_KEY, config, 1500, 1000)), ChannelWords.InvalidSignature.selector);
        claimBy(RECEIVER, one(row(config, 1500, 1000)));
    }

    function test_a_row_that_raises_nothing_is_passed_over_with_its_signature_unread() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        earn(config, 500);
        ChannelWords.VoucherClaim memory stale = row(config, 0, 500);
        stale.signature = "";

        vm.recordLogs();
        claimBy(RECEIVER, two(stale, row(config, 600, 600)));
        same(logged(ChannelWords.Claimed.selector), 1, "rows that count");
        same(claimedOf(id), 600, "claimed");
        stale.totalClaimed = 0;
        claimBy(RECEIVER, one(stale));
        same(claimedOf(id), 600, "claimed after an old row");
    }

    function test_one_bad_row_refuses_the_whole_batch() external {
        ChannelWords.ChannelConfig memory good = terms(1);
        ChannelWords.ChannelConfig memory bad = terms(2);
        bytes32 id = open(good, 1000);
        open(bad, 10);
        refused(two(row(good, 500, 500), row(bad, 11, 11)), ChannelWords.ClaimExceedsBalance.selector);
        same(claimedOf(id), 0, "claimed");
    }

    function test_only_the_receivers_side_claims_and_of_every_row() external {
        ChannelWords.ChannelConfig memory ours = terms(1);
        ChannelWords.ChannelConfig memory theirs = terms(2);
        theirs.receiver = STRANGER;
        theirs.receiverAuthorizer = STRANGER;
        open(ours, 10);
        open(theirs, 10);

        ChannelWords.VoucherClaim[] memory rows = two(row(ours, 10, 10), row(theirs, 10, 10));
        refused(rows, ChannelWords.NotAuthorizedToClaim.selector);
        vm.prank(PAYER);
        vm.expectRevert(ChannelWords.NotAuthorizedToClaim.selector);
        channels.claim(rows);
    }

    function test_an_empty_batch_is_refused() external {
        ChannelWords.VoucherClaim[] memory none;
        refused(none, ChannelWords.EmptyBatch.selector);
        vm.expectRevert(ChannelWords.EmptyBatch.selector);
        channels.claimWithSignature(none, "");
    }

    // ---- who may sign a voucher

    function test_a_named_authorizer_signs_and_the_payer_then_does_not() external {
        ChannelWords.ChannelConfig memory config = terms();
        config.payerAuthorizer = SIGNER;
        open(config, 10);
        refused(one(rowBy(PAYER_KEY, config, 10, 10)), ChannelWords.InvalidSignature.selector);
        claimBy(RECEIVER, one(rowBy(SIGNER_KEY, config, 10, 10)));
    }

    function test_without_an_authorizer_the_payer_signs_himself() external {
        ChannelWords.ChannelConfig memory config = terms();
        config.payerAuthorizer = address(0);
        open(config, 10);
        refused(one(rowBy(SIGNER_KEY, config, 10, 10)), ChannelWords.InvalidSignature.selector);
        claimBy(RECEIVER, one(rowBy(PAYER_KEY, config, 10, 10)));
    }

    function test_a_contract_may_sign_as_payer_but_never_as_authorizer() external {
        Wallet wallet = new Wallet();
        ChannelWords.ChannelConfig memory config = terms();
        config.payer = address(wallet);
        config.payerAuthorizer = address(0);
        open(config, 10);
        ChannelWords.VoucherClaim memory claim = row(config, 10, 10);
        refused(one(claim), ChannelWords.InvalidSignature.selector);
        wallet.accept(channels.getVoucherDigest(channels.getChannelId(config), 10), claim.signature);
        claimBy(RECEIVER, one(claim));

        config.payerAuthorizer = address(wallet);
        open(config, 10);
        claim = row(config, 10, 10);
        wallet.accept(channels.getVoucherDigest(channels.getChannelId(config), 10), claim.signature);
        refused(one(claim), ChannelWords.InvalidSignature.selector);
    }

    function test_a_malformed_signature_of_an_authorizer_is_named_as_such() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 10);
        ChannelWords.VoucherClaim memory claim = row(config, 10, 10);

        claim.signature = new bytes(64);
        refusedWith(claim, abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 64));
        claim.signature = new bytes(65);
        refusedWith(claim, abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector));
        (bytes memory high, bytes32 s) = mirrored(row(config, 10, 10).signature);
        claim.signature = high;
        refusedWith(claim, abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, s));
    }

    function test_without_an_authorizer_every_bad_signature_is_simply_invalid() external {
        ChannelWords.ChannelConfig memory config = terms();
        config.payerAuthorizer = address(0);
        open(config, 10);
        ChannelWords.VoucherClaim memory claim = row(config, 10, 10);
        (claim.signature,) = mirrored(claim.signature);
        refused(one(claim), ChannelWords.InvalidSignature.selector);
        claim.signature = "";
        refused(one(claim), ChannelWords.InvalidSignature.selector);
    }

    // ---- claims by signature

    function test_anyone_may_send_a_claim_that_the_authorizer_signed() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 10);
        ChannelWords.VoucherClaim[] memory rows = one(row(config, 10, 7));
        bytes memory signature = batchSigned(AUTHORIZER_KEY, rows);

        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Claimed(id, STRANGER, 7, 7);
        vm.prank(STRANGER);
        channels.claimWithSignature(rows, signature);
        channels.claimWithSignature(rows, signature);
        same(claimedOf(id), 7, "claimed, though sent twice");
    }

    function test_a_signed_batch_is_checked_for_one_authorizer_then_for_his_signature_then_row_by_row() external {
        ChannelWords.ChannelConfig memory ours = terms(1);
        ChannelWords.ChannelConfig memory theirs = terms(2);
        theirs.receiverAuthorizer = STRANGER;
        open(ours, 10);
        open(theirs, 10);
        ChannelWords.VoucherClaim[] memory rows = two(row(ours, 11, 11), row(theirs, 10, 10));
        refusedSigned(rows, "", ChannelWords.NotReceiverAuthorizer.selector);
        theirs.receiverAuthorizer = AUTHORIZER;
        open(theirs, 10);
        rows = two(row(ours, 11, 11), row(theirs, 10, 10));
        refusedSigned(rows, "", ChannelWords.InvalidSignature.selector);
        refusedSigned(rows, batchSigned(PAYER_KEY, rows), ChannelWords.InvalidSignature.selector);
        refusedSigned(rows, batchSigned(AUTHORIZER_KEY, rows), ChannelWords.ClaimExceedsBalance.selector);
    }

    function test_a_signed_batch_holds_for_its_rows_its_order_and_its_totals() external {
        ChannelWords.ChannelConfig memory a = terms(1);
        ChannelWords.ChannelConfig memory b = terms(2);
        open(a, 10);
        open(b, 10);
        ChannelWords.VoucherClaim[] memory rows = two(row(a, 10, 5), row(b, 10, 5));
        bytes memory signature = batchSigned(AUTHORIZER_KEY, rows);
        refusedSigned(two(rows[1], rows[0]), signature, ChannelWords.InvalidSignature.selector);
        refusedSigned(one(rows[0]), signature, ChannelWords.InvalidSignature.selector);
        rows[1].totalClaimed = 6;
        refusedSigned(rows, signature, ChannelWords.InvalidSignature.selector);
        rows[1].totalClaimed = 5;
        rows[1] = row(b, 9, 5);
        refusedSigned(rows, signature, ChannelWords.InvalidSignature.selector);
    }

    function test_a_contract_may_be_the_receivers_authorizer() external {
        Wallet wallet = new Wallet();
        ChannelWords.ChannelConfig memory config = terms();
        config.receiverAuthorizer = address(wallet);
        bytes32 id = open(config, 10);
        ChannelWords.VoucherClaim[] memory rows = one(row(config, 10, 10));
        refusedSigned(rows, "any", ChannelWords.InvalidSignature.selector);
        wallet.accept(channels.getClaimBatchDigest(rows), "any");
        channels.claimWithSignature(rows, "any");
        same(claimedOf(id), 10, "claimed");
    }

    // ---- paying out

    function test_settling_pays_what_all_channels_earned_once() external {
        open(terms(1), 10);
        open(terms(2), 10);
        earn(terms(1), 7);
        earn(terms(2), 5);

        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Settled(RECEIVER, address(token), STRANGER, 12);
        vm.prank(STRANGER);
        channels.settle(RECEIVER, address(token));
        same(token.balanceOf(RECEIVER), 12, "paid");
        earnedAndPaid(12, 12);

        vm.recordLogs();
        channels.settle(RECEIVER, address(token));
        same(vm.getRecordedLogs().length, 0, "words about nothing due");
        earn(terms(1), 10);
        channels.settle(RECEIVER, address(token));
        same(token.balanceOf(RECEIVER), 15, "paid in all");
    }

    function testFuzz_totals_rise_to_the_highest_row_and_are_paid_whole(uint128[5] memory totals) external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, type(uint128).max);
        uint128 highest;
        for (uint256 i = 0; i < totals.length; ++i) {
            earn(config, totals[i]);
            if (totals[i] > highest) highest = totals[i];
            same(claimedOf(id), highest, "claimed");
            channels.settle(RECEIVER, address(token));
            same(token.balanceOf(RECEIVER), highest, "paid");
        }
    }

    // ---- the small print

    function earnedAndPaid(uint128 earned, uint128 paid) private view {
        (uint128 totalClaimed, uint128 totalSettled) = channels.receivers(RECEIVER, address(token));
        same(totalClaimed, earned, "earned");
        same(totalSettled, paid, "paid");
    }

    function refused(ChannelWords.VoucherClaim[] memory rows, bytes4 because) private {
        vm.prank(RECEIVER);
        vm.expectRevert(because);
        channels.claim(rows);
    }

    function refusedWith(ChannelWords.VoucherClaim memory claim, bytes memory because) private {
        ChannelWords.VoucherClaim[] memory rows = one(claim);
        vm.prank(RECEIVER);
        vm.expectRevert(because);
        channels.claim(rows);
    }

    function refusedSigned(ChannelWords.VoucherClaim[] memory rows, bytes memory signature, bytes4 because) private {
        vm.expectRevert(because);
        channels.claimWithSignature(rows, signature);
    }
}
