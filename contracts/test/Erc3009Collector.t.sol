// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {Erc3009Collector} from "../src/Erc3009Collector.sol";
import {ServiceToken} from "../src/ServiceToken.sol";
import {Stage, Wallet} from "./Stage.sol";

contract Erc3009CollectorTest is Stage {
    function test_a_stranger_pays_in_for_the_payer_by_the_payers_signature() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = channels.getChannelId(config);
        bytes memory paper = authorization(PAYER_KEY, config, 1000, 5);
        uint256 before = token.balanceOf(PAYER);
        vm.prank(STRANGER);
        channels.deposit(config, 1000, address(collector), paper);
        same(balanceOf(id), 1000, "balance");
        same(before - token.balanceOf(PAYER), 1000, "paid");
        same(token.balanceOf(address(collector)), 0, "left with the collector");
        isTrue(token.authorizationState(PAYER, keccak256(abi.encode(id, uint256(5)))), "the paper is spent");
    }

    function test_a_paper_serves_once() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes memory paper = authorization(PAYER_KEY, config, 1000, 0);
        channels.deposit(config, 1000, address(collector), paper);
        bytes32 nonce = keccak256(abi.encode(channels.getChannelId(config), uint256(0)));
        vm.expectRevert(abi.encodeWithSelector(ServiceToken.AuthorizationSpent.selector, PAYER, nonce));
        channels.deposit(config, 1000, address(collector), paper);
    }

    function test_a_paper_serves_no_other_channel_amount_or_signer() external {
        bytes memory paper = authorization(PAYER_KEY, terms(1), 1000, 0);
        refused(terms(2), 1000, paper);
        refused(terms(1), 999, paper);
        refused(terms(1), 1000, authorization(SIGNER_KEY, terms(1), 1000, 0));
        channels.deposit(terms(1), 1000, address(collector), paper);
    }

    function test_a_payer_may_be_a_contract() external {
        Wallet wallet = new Wallet();
        token.transfer(address(wallet), 1000);
        ChannelWords.ChannelConfig memory config = terms();
        config.payer = address(wallet);
        bytes memory paper = authorization(PAYER_KEY, config, 1000, 0);
        (,,, bytes memory signature) = abi.decode(paper, (uint256, uint256, uint256, bytes));
        refused(config, 1000, paper);
        wallet.accept(receiveDigest(config, 1000), signature);
        channels.deposit(config, 1000, address(collector), paper);
    }

    function test_only_channels_may_collect() external {
        vm.expectRevert(Erc3009Collector.OnlyX402BatchSettlement.selector);
        collector.collect(PAYER, address(token), 1, bytes32(0), "");
        same(collector.x402BatchSettlement(), address(channels), "whom it serves");
    }

    function test_a_collector_must_know_whom_it_serves() external {
        vm.expectRevert(Erc3009Collector.InvalidX402BatchSettlementAddress.selector);
        new Erc3009Collector(address(0));
    }

    function refused(ChannelWords.ChannelConfig memory config, uint128 amount, bytes memory paper) private {
        vm.expectRevert(ServiceToken.InvalidSignature.selector);
        channels.deposit(config, amount, address(collector), paper);
    }

    function receiveDigest(ChannelWords.ChannelConfig memory config, uint256 amount) private view returns (bytes32) {
        bytes32 nonce = keccak256(abi.encode(channels.getChannelId(config), uint256(0)));
        uint256 validBefore = vm.getBlockTimestamp() + 1 hours;
        bytes32 kind = token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH();
        return tokenDigest(keccak256(abi.encode(kind, config.payer, address(collector), amount, 0, validBefore, nonce)));
    }
}
