// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {Stage} from "./Stage.sol";

contract DepositTest is Stage {
    function test_the_first_deposit_creates_the_channel_and_the_next_adds_to_it() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = channels.getChannelId(config);

        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.ChannelCreated(id, config);
        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.Deposited(id, STRANGER, 700, 700);
        vm.prank(STRANGER);
        channels.deposit(config, 700, address(purse), "");

        vm.recordLogs();
        channels.deposit(config, 300, address(purse), "");
        same(logged(ChannelWords.ChannelCreated.selector), 0, "a second creation");
        same(balanceOf(id), 1000, "balance");
        same(token.balanceOf(address(channels)), 1000, "held");
    }

    function test_a_deposit_into_an_emptied_channel_that_never_earned_creates_it_again() external {
        ChannelWords.ChannelConfig memory config = terms();
        bytes32 id = open(config, 700);
        vm.prank(RECEIVER);
        channels.refund(config, 700);

        vm.expectEmit(true, true, true, true, address(channels));
        emit ChannelWords.ChannelCreated(id, config);
        open(config, 5);
    }

    function test_a_deposit_into_a_channel_that_has_earned_creates_nothing() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, 700);
        earn(config, 100);
        vm.prank(RECEIVER);
        channels.refund(config, 600);

        vm.recordLogs();
        open(config, 100);
        same(logged(ChannelWords.ChannelCreated.selector), 0, "a creation");
    }

    /// Everything is wrong at first; each refusal is mended in turn and uncovers the next.
    function test_the_checks_of_a_deposit_come_in_their_order() external {
        open(terms(), type(uint128).max);
        ChannelWords.ChannelConfig memory config = terms();
        config.payer = address(0);
        config.withdrawDelay = 899;
        refused(config, 0, address(0), ChannelWords.InvalidChannel.selector);
        config.payer = PAYER;
        refused(config, 0, address(0), ChannelWords.WithdrawDelayOutOfRange.selector);
        config.withdrawDelay = DELAY;
        refused(config, 0, address(0), ChannelWords.ZeroDeposit.selector);
        refused(config, 1, address(0), ChannelWords.InvalidCollector.selector);
        purse.misdeliverBy(-1);
        refused(config, 1, address(purse), ChannelWords.DepositOverflow.selector);
        config.salt = bytes32(uint256(1));
        refused(config, 1, address(purse), ChannelWords.DepositCollectionFailed.selector);
        purse.misdeliverBy(0);
        channels.deposit(config, 1, address(purse), "");
    }

    function test_payer_receiver_authorizer_and_token_must_be_named() external {
        ChannelWords.ChannelConfig memory config = terms();
        config.receiver = address(0);
        refused(config, 1, address(purse), ChannelWords.InvalidChannel.selector);
        config = terms();
        config.receiverAuthorizer = address(0);
        refused(config, 1, address(purse), ChannelWords.InvalidChannel.selector);
        config = terms();
        config.token = address(0);
        refused(config, 1, address(purse), ChannelWords.InvalidChannel.selector);
        config = terms();
        config.payerAuthorizer = address(0);
        channels.deposit(config, 1, address(purse), "");
    }

    function test_the_delay_lies_between_a_quarter_of_an_hour_and_thirty_days() external {
        ChannelWords.ChannelConfig memory config = terms();
        config.withdrawDelay = 899;
        refused(config, 1, address(purse), ChannelWords.WithdrawDelayOutOfRange.selector);
        config.withdrawDelay = 900;
        channels.deposit(config, 1, address(purse), "");
        config.withdrawDelay = 2_592_000;
        channels.deposit(config, 1, address(purse), "");
        config.withdrawDelay = 2_592_001;
        refused(config, 1, address(purse), ChannelWords.WithdrawDelayOutOfRange.selector);
        same(channels.MIN_WITHDRAW_DELAY(), 15 minutes, "shortest delay");
        same(channels.MAX_WITHDRAW_DELAY(), 30 days, "longest delay");
    }

    function test_a_channel_takes_all_that_its_number_can_hold_and_not_one_unit_more() external {
        ChannelWords.ChannelConfig memory config = terms();
        open(config, type(uint128).max - 1);
        open(config, 1);
        refused(config, 1, address(purse), ChannelWords.DepositOverflow.selector);
    }

    function testFuzz_exactly_the_amount_must_arrive(uint64 amount, int64 off) external {
        vm.assume(amount != 0 && off != 0 && int256(uint256(amount)) + off >= 0);
        purse.misdeliverBy(off);
        refused(terms(), amount, address(purse), ChannelWords.DepositCollectionFailed.selector);
        same(token.balanceOf(address(channels)), 0, "held after the refusal");
    }

    function test_a_collector_without_code_is_refused() external {
        vm.expectRevert();
        channels.deposit(terms(), 1, STRANGER, "");
    }

    function testFuzz_the_id_is_the_digest_of_all_terms(ChannelWords.ChannelConfig calldata config) external view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("x402 Batch Settlement"),
                keccak256("1"),
                block.chainid,
                address(channels)
            )
        );
        bytes32 words = keccak256(
            abi.encode(
                channels.CHANNEL_CONFIG_TYPEHASH(),
                config.payer,
                config.payerAuthorizer,
                config.receiver,
                config.receiverAuthorizer,
                config.token,
                config.withdrawDelay,
                config.salt
            )
        );
        same(channels.getChannelId(config), keccak256(abi.encodePacked(hex"1901", domain, words)), "id");
    }

    function refused(ChannelWords.ChannelConfig memory config, uint128 amount, address by, bytes4 because) private {
        vm.expectRevert(because);
        channels.deposit(config, amount, by, "");
    }
}
