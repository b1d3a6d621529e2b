// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {SpendingVaultFacts} from "../src/SpendingVaultFacts.sol";
import {SpendingVaultWords} from "../src/SpendingVaultWords.sol";
import {GasTable} from "./GasTable.sol";
import {Artefacts, vaultDigest} from "./SpendingVaultStage.sol";

/// What granted power costs: who pays is the processor, but for claims, settlements and refunds, which are the seller's.
contract SpendingVaultGasTest is GasTable, SpendingVaultFacts {
    uint256 private constant BATCH = 25;
    uint40 private constant W = 7 days;
    uint40 private constant LONG = 1 days;
    uint128 private constant AMOUNT = 5_000_000;
    address private constant OPERATOR = address(0x7002);

    SpendingVaultWords private vault;
    uint256 private users;

    function setUp() public override {
        super.setUp();
        bytes memory args = abi.encode(
            Terms(address(token), address(channels), address(0x7003), W, 2 * W, LONG, 180 days),
            address(this),
            OPERATOR,
            type(uint96).max
        );
        bytes memory code = bytes.concat(Artefacts(address(vm)).getCode("SpendingVault.sol:SpendingVault"), args);
        address made;
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
        }
        vault = SpendingVaultWords(made);
        token.approve(made, type(uint256).max);
        vault.fund(1e15);
        // Neither vault, channels nor receiver are new to the token, and something has left today, as on any day but the first.
        (uint256 key, ChannelWords.ChannelConfig memory config) = fresh();
        by(grant(key, 1));
        by(draw(key, config, AMOUNT));
        claim(one(rowBy(key, config, 1, 1)));
        channels.settle(RECEIVER, address(token));
    }

    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_grants() external {
        heading("granting");
        (uint256 key,) = fresh();
        line("grant, a user's first", by(grant(key, 1)), 1, 79_500, "");
        line("grant, later", by(grant(key, 2)), 1, 62_500, "");
        bytes[] memory acts = new bytes[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            (key,) = fresh();
            acts[i] = grant(key, 1);
        }
        line("grant, 25 first ones in one call", by(many(acts)), BATCH, 54_500, "");
    }

    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_draws() external {
        heading("drawing into channels");
        (uint256 key, ChannelWords.ChannelConfig memory config) = granted();
        uint256 gas = by(draw(key, config, AMOUNT / 2));
        line("draw, new channel", gas, 1, 131_000, "193 327 approve + addBalance + createChannel");
        gas = by(draw(key, config, AMOUNT));
        line("draw, top-up", gas, 1, 93_000, "150 629 approve + addBalance + topUp");
        bytes[] memory acts = new bytes[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            (key, config) = granted();
            acts[i] = draw(key, config, AMOUNT);
        }
        line("draw, 25 new channels in one call", by(many(acts)), BATCH, 90_500, "no batches");
    }

    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_returns() external {
        heading("coming home");
        (uint256 key, ChannelWords.ChannelConfig memory config) = opened();
        line("sync, nothing came back", by(abi.encodeCall(vault.sync, (config))), 1, 36_000, "");
        vm.prank(RECEIVER);
        channels.refund(config, 1);
        line("sync", by(abi.encodeCall(vault.sync, (config))), 1, 46_000, "");
        line("recall", by(abi.encodeCall(vault.recall, (config, AMOUNT))), 1, 67_000, "53 434 uncooperativeClose");
        later(LONG);
        line("finish", by(abi.encodeCall(vault.finish, (config))), 1, 73_000, "98 218 settle + returnBalance");
        bytes[] memory acts = new bytes[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            (key, config) = opened();
            vm.prank(RECEIVER);
            channels.refund(config, 1);
            acts[i] = abi.encodeCall(vault.sync, (config));
        }
        line("sync, 25 in one call", by(many(acts)), BATCH, 25_000, "");
    }

    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_disputes_and_maturity() external {
        heading("disputes and maturity");
        (uint256 key,) = granted();
        address user = vm.addr(key);
        line("freeze", by(abi.encodeCall(vault.freeze, (user, ref(1), "evidence"))), 1, 33_500, "");
        later(W);
        line("reclaim", by(abi.encodeCall(vault.reclaim, (user, ref(1), 0, ""))), 1, 42_000, "");

        bytes[] memory acts = new bytes[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            (key,) = granted();
            acts[i] = abi.encodeCall(vault.mature, (vm.addr(key), ref(1)));
        }
        (key,) = granted();
        user = vm.addr(key);
        later(30 days);
        line("mature", by(abi.encodeCall(vault.mature, (user, ref(1)))), 1, 35_000, "");
        line("mature, 25 in one call", by(many(acts)), BATCH, 16_500, "");
        line("release, a user's first to a new holder", by(release(key, user, 1)), 1, 93_000, "");
        line("release, later", by(release(key, user, 2)), 1, 60_000, "");
    }

    /// Grant, open, claim, settle, refund and sync, each in one call for 25 new users with a new channel each.
    ///
    /// forge-config: default.isolate = true
    /// forge-config: long.isolate = true
    function test_gas_of_a_deal_from_grant_to_return() external {
        heading("a whole deal, 25 new users and channels at once");
        uint256 gas = deals(new bytes[](BATCH), new bytes[](BATCH));
        line("grant + open + claim + settle + return", gas, BATCH, 240_000, "302 664 without grant: 193 327 + 109 337");
    }

    function deals(bytes[] memory grants, bytes[] memory draws) private returns (uint256 gas) {
        ChannelWords.VoucherClaim[] memory rows = new ChannelWords.VoucherClaim[](BATCH);
        bytes[] memory refunds = new bytes[](BATCH);
        bytes[] memory syncs = new bytes[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            (uint256 key, ChannelWords.ChannelConfig memory config) = fresh();
            (grants[i], draws[i]) = (grant(key, 1), draw(key, config, AMOUNT));
            rows[i] = rowBy(key, config, AMOUNT / 2, AMOUNT / 2);
            bytes memory paper = refundSigned(AUTHORIZER_KEY, config, AMOUNT, 0);
            refunds[i] = abi.encodeCall(channels.refundWithSignature, (config, AMOUNT, 0, paper));
            syncs[i] = abi.encodeCall(vault.sync, (config));
        }
        gas = part("  grant", by(many(grants)));
        gas += part("  open", by(many(draws)));
        gas += part("  claim", claim(rows));
        channels.settle(RECEIVER, address(token));
        gas += part("  settle", spent());
        Multicall(address(channels)).multicall(refunds);
        gas += part("  refund", spent());
        gas += part("  sync", by(many(syncs)));
    }

    function part(string memory act, uint256 gas) private view returns (uint256) {
        line(act, gas, BATCH, 100_000, "");
        return gas;
    }

    // ---- the small print

    function by(bytes memory act) private returns (uint256) {
        vm.prank(OPERATOR);
        (bool ok,) = address(vault).call(act);
        isTrue(ok, "done");
        return vm.lastCallGas().gasTotalUsed;
    }

    function claim(ChannelWords.VoucherClaim[] memory rows) private returns (uint256) {
        bytes memory paper = batchSigned(AUTHORIZER_KEY, rows);
        channels.claimWithSignature(rows, paper);
        return vm.lastCallGas().gasTotalUsed;
    }

    /// A user that nobody has seen, and terms with a salt as random as a program makes it.
    function fresh() private returns (uint256 key, ChannelWords.ChannelConfig memory config) {
        key = uint256(keccak256(abi.encode("user", ++users))) >> 1;
        config = terms(uint256(keccak256(abi.encode("salt", users))));
        (config.payer, config.payerAuthorizer, config.withdrawDelay) = (address(vault), vm.addr(key), LONG);
    }

    function granted() private returns (uint256 key, ChannelWords.ChannelConfig memory config) {
        (key, config) = fresh();
        by(grant(key, 1));
    }

    function opened() private returns (uint256 key, ChannelWords.ChannelConfig memory config) {
        (key, config) = granted();
        by(draw(key, config, AMOUNT));
    }

    function ref(uint256 number) private pure returns (bytes32) {
        return keccak256(abi.encode("payment", number));
    }

    function grant(uint256 key, uint256 number) private view returns (bytes memory) {
        // forge-lint: disable-next-line(unsafe-typecast)
        uint40 due = uint40(vm.getBlockTimestamp() + 30 days);
        return abi.encodeCall(vault.grant, (vm.addr(key), ref(number), AMOUNT, due));
    }

    function draw(uint256 key, ChannelWords.ChannelConfig memory config, uint128 total)
        private
        view
        returns (bytes memory)
    {
        bytes memory words =
            abi.encode(keccak256("Draw(bytes32 channelId,uint128 total)"), channels.getChannelId(config), total);
        return abi.encodeCall(vault.draw, (config, total, signed(key, vaultDigest(address(vault), words))));
    }

    function release(uint256 key, address to, uint128 total) private view returns (bytes memory) {
        bytes memory words = abi.encode(keccak256("Release(address to,uint128 total)"), to, total);
        bytes memory paper = signed(key, vaultDigest(address(vault), words));
        return abi.encodeCall(vault.release, (vm.addr(key), to, total, paper));
    }

    function many(bytes[] memory acts) private pure returns (bytes memory) {
        return abi.encodeCall(Multicall.multicall, (acts));
    }
}
