// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {GasTable} from "./GasTable.sol";

/// What channels cost, beside what Privatix' contract of 2018 was measured to cost for the like.
contract ChannelsGasTest is GasTable {
    uint256 private constant BATCH = 25;
    uint256 private salts;

    function setUp() public override {
        super.setUp();
        // Neither the contract nor the payer is new to the token, as on any day but the first.
        open(fresh(), 1);
    }

    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_deposits() external {
        heading("paying in");
        ChannelWords.ChannelConfig memory config = fresh();
        bytes memory paper = authorization(PAYER_KEY, config, 5_000_000, uint256(keccak256("a")));
        channels.deposit(config, 5_000_000, address(collector), paper);
        line("deposit by ERC-3009, new channel", spent(), 1, 125_000, "193 327 approve + addBalance + createChannel");
        paper = authorization(PAYER_KEY, config, 5_000_000, uint256(keccak256("b")));
        channels.deposit(config, 5_000_000, address(collector), paper);
        line("deposit by ERC-3009, top-up", spent(), 1, 105_000, "150 629 approve + addBalance + topUp");
    }

    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_one_claim_and_its_settlement() external {
        heading("earning, one at a time");
        ChannelWords.ChannelConfig memory config = fresh();
        open(config, 5_000_000);
        claimSigned(config, 1, 1_000_000);
        line("claimWithSignature, receiver's first", spent(), 1, 80_000, "");
        channels.settle(RECEIVER, address(token));
        line("settle, receiver's first", spent(), 1, 70_000, "");
        claimSigned(config, 1, 2_000_000);
        uint256 claimed = spent();
        line("claimWithSignature, later", claimed, 1, 65_000, "64 222 cooperativeClose (and the channel ends)");
        channels.settle(RECEIVER, address(token));
        uint256 settled = spent();
        line("settle, later", settled, 1, 50_000, "106 537 uncooperativeClose + settle, 20 h apart");
        line(
            "one more deal on an open channel",
            claimed + settled,
            1,
            110_000,
            "129 241 createChannel + cooperativeClose"
        );
        channels.settle(RECEIVER, address(token));
        line("settle, nothing due", spent(), 1, 26_000, "");
    }

    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_25_claims_and_their_settlement() external {
        heading("earning, 25 channels at once");
        ChannelWords.ChannelConfig[] memory configs = new ChannelWords.ChannelConfig[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            configs[i] = fresh();
            open(configs[i], 5_000_000);
        }
        claimSigned(configs, 1_000_000);
        line("claimWithSignature, first rows", spent(), BATCH, 27_500, "no batches");
        channels.settle(RECEIVER, address(token));
        claimSigned(configs, 2_000_000);
        line("claimWithSignature, later rows", spent(), BATCH, 25_000, "no batches");
        channels.settle(RECEIVER, address(token));

        bytes[] memory acts = new bytes[](2);
        ChannelWords.VoucherClaim[] memory rows = rowsOf(configs, 3_000_000);
        acts[0] = abi.encodeCall(channels.claimWithSignature, (rows, batchSigned(AUTHORIZER_KEY, rows)));
        acts[1] = abi.encodeCall(channels.settle, (RECEIVER, address(token)));
        Multicall(address(channels)).multicall(acts);
        line(
            "claim + settle of one more deal, in one call",
            spent(),
            BATCH,
            30_000,
            "129 241 createChannel + cooperativeClose"
        );
        Multicall(address(channels)).multicall(acts);
        line("the same sent again: every row is passed over", spent(), BATCH, 15_000, "");
    }

    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_returns() external {
        heading("giving back");
        ChannelWords.ChannelConfig memory config = fresh();
        open(config, 5_000_000);
        bytes memory by = refundSigned(AUTHORIZER_KEY, config, 1_000_000, 0);
        channels.refundWithSignature(config, 1_000_000, 0, by);
        line("refundWithSignature", spent(), 1, 90_000, "109 337 cooperativeClose + returnBalance");

        vm.prank(PAYER);
        channels.initiateWithdraw(config, 1_000_000);
        uint256 asked = spent();
        line("initiateWithdraw", asked, 1, 60_000, "53 434 uncooperativeClose");
        later(DELAY);
        vm.prank(PAYER);
        channels.finalizeWithdraw(config);
        uint256 taken = spent();
        line("finalizeWithdraw", taken, 1, 55_000, "98 218 settle + returnBalance");
        line("withdrawal, both", asked + taken, 1, 110_000, "151 652");

        bytes[] memory acts = new bytes[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            config = fresh();
            open(config, 5_000_000);
            by = refundSigned(AUTHORIZER_KEY, config, 1_000_000, 0);
            acts[i] = abi.encodeCall(channels.refundWithSignature, (config, 1_000_000, 0, by));
        }
        Multicall(address(channels)).multicall(acts);
        line("refundWithSignature, 25 in one call", spent(), BATCH, 55_000, "no batches");
    }

    // ---- the small print

    /// Terms that nobody has used yet, with a salt as random as a program makes it: call data of zeros would
    /// cost a quarter.
    function fresh() private returns (ChannelWords.ChannelConfig memory) {
        return terms(uint256(keccak256(abi.encode("salt", ++salts))));
    }

    function claimSigned(ChannelWords.ChannelConfig memory config, uint256 times, uint128 total) private {
        ChannelWords.ChannelConfig[] memory configs = new ChannelWords.ChannelConfig[](times);
        for (uint256 i = 0; i < times; ++i) {
            configs[i] = config;
        }
        claimSigned(configs, total);
    }

    function claimSigned(ChannelWords.ChannelConfig[] memory configs, uint128 total) private {
        ChannelWords.VoucherClaim[] memory rows = rowsOf(configs, total);
        bytes memory by = batchSigned(AUTHORIZER_KEY, rows);
        channels.claimWithSignature(rows, by);
    }

    function rowsOf(ChannelWords.ChannelConfig[] memory configs, uint128 total)
        private
        view
        returns (ChannelWords.VoucherClaim[] memory rows)
    {
        rows = new ChannelWords.VoucherClaim[](configs.length);
        for (uint256 i = 0; i < rows.length; ++i) {
            rows[i] = row(configs[i], total, total);
        }
    }
}
