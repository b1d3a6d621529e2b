// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {Stage, Wallet} from "./Stage.sol";

contract RefundTest is Stage {
    function test_either_of_the_receivers_side_gives_back_what_is_not_claimed() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        uint256 before = token.balanceOf(PAYER);

        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Refunded(id, RECEIVER, 100);
        vm.prank(RECEIVER);
        channels.refund(config, 100);
        vm.prank(AUTHORIZER);
        channels.refund(config, 50);

        same(token.balanceOf(PAYER) - before, 150, "returned");
        same(balanceOf(id), 850, "balance");
        same(channels.refundNonce(id), 2, "refunds so far");
    }

    function test_a_refund_is_capped_at_what_is_not_claimed() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        earn(config, 300);
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Refunded(id, RECEIVER, 700);
        vm.recordLogs();
        vm.prank(RECEIVER);
        channels.refund(config, type(uint128).max);
        same(balanceOf(id), 300, "balance still holds the claimed part");
        same(logged(ChannelWords.ChannelClosed.selector), 0, "closings of a channel that earned");
    }

    function test_a_refund_of_nothing_left_only_uses_up_its_number() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        earn(config, 1000);
        vm.recordLogs();
        vm.prank(RECEIVER);
        channels.refund(config, 1);
        same(vm.getRecordedLogs().length, 0, "words");
        same(channels.refundNonce(id), 1, "refunds so far");
    }

    function test_a_full_refund_of_an_unearned_channel_closes_it() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        vm.prank(RECEIVER);
        channels.refund(config, 999);
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Refunded(id, RECEIVER, 1);
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.ChannelClosed(id, config);
        vm.prank(RECEIVER);
        channels.refund(config, 1);
    }

    function test_a_partial_refund_closes_nothing() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        vm.recordLogs();
        vm.prank(RECEIVER);
        channels.refund(config, 999);
        same(logged(ChannelWords.ChannelClosed.selector), 0, "closings");
    }

    function test_a_refund_shrinks_a_pending_withdrawal_to_what_is_left() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        uint256 now_ = vm.getBlockTimestamp();
        askBack(config, 600);
        vm.prank(RECEIVER);
        channels.refund(config, 400);
        isPending(id, 600, now_);
        vm.prank(RECEIVER);
        channels.refund(config, 200);
        isPending(id, 400, now_);
        vm.prank(RECEIVER);
        channels.refund(config, 400);
        isPending(id, 0, 0);
    }

    function test_the_checks_of_a_refund_come_in_their_order() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        vm.prank(PAYER);
        vm.expectRevert(ChannelWords.NotAuthorizedToRefund.selector);
        channels.refund(config, 0);
        vm.prank(RECEIVER);
        vm.expectRevert(ChannelWords.ZeroRefund.selector);
        channels.refund(config, 0);
    }

    function test_anyone_may_send_a_refund_that_the_authorizer_signed_once() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 1000);
        bytes memory signature = refundSigned(AUTHORIZER_KEY, config, 100, 0);
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Refunded(id, STRANGER, 100);
        vm.prank(STRANGER);
        channels.refundWithSignature(config, 100, 0, signature);

        refusedSigned(config, 100, 0, signature, ChannelWords.InvalidRefundNonce.selector);
        refusedSigned(config, 100, 1, signature, ChannelWords.InvalidSignature.selector);
    }

    function test_the_checks_of_a_signed_refund_come_in_their_order() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 1000);
        refusedSigned(config, 0, 1, "", ChannelWords.InvalidRefundNonce.selector);
        refusedSigned(config, 0, 0, "", ChannelWords.InvalidSignature.selector);
        bytes memory receivers = refundSigned(PAYER_KEY, config, 0, 0);
        refusedSigned(config, 0, 0, receivers, ChannelWords.InvalidSignature.selector);
        bytes memory good = refundSigned(AUTHORIZER_KEY, config, 0, 0);
        refusedSigned(config, 0, 0, good, ChannelWords.ZeroRefund.selector);
        refusedSigned(config, 1, 0, good, ChannelWords.InvalidSignature.selector);
    }

    function test_a_contract_may_sign_a_refund() external {
        Wallet wallet = new Wallet();
        ChannelWords.ChannelConfig memory config = terms();
        config.receiverAuthorizer = address(wallet);
        bytes32 id = open(config, 1000);
        wallet.accept(channels.getRefundDigest(id, 0, 30), "any");
        channels.refundWithSignature(config, 30, 0, "any");
        same(balanceOf(id), 970, "balance");
    }

    function testFuzz_claims_and_refunds_share_out_the_deposit(uint128 deposited, uint128 claimed, uint128 wanted)
        external
    {
        vm.assume(deposited != 0 && wanted != 0);
        claimed = deposited == type(uint128).max ? claimed : claimed % (deposited + 1);
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, deposited);
        earn(config, claimed);
        uint256 before = token.balanceOf(PAYER);
        vm.prank(RECEIVER);
        channels.refund(config, wanted);
        uint256 returned = token.balanceOf(PAYER) - before;
        uint256 available = deposited - claimed;
        same(returned, wanted < available ? wanted : available, "returned");
        same(claimedOf(id) + returned + (balanceOf(id) - claimedOf(id)), deposited, "shares of the deposit");
        channels.settle(RECEIVER, address(token));
        same(token.balanceOf(address(channels)), available - returned, "held for the channel");
    }

    function refusedSigned(
        ChannelWords.ChannelConfig memory config,
        uint128 amount,
        uint256 nonce,
        bytes memory signature,
        bytes4 because
    ) private {
        vm.expectRevert(because);
        channels.refundWithSignature(config, amount, nonce, signature);
    }
}
