// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {SpendingVaultStage} from "./SpendingVaultStage.sol";

/// Two users, two sellers, operator, council, treasury, a donor and time, acting at random on one vault. Most acts are built so that they
/// may succeed, and many are refused. What the laws need and the vault does not tell is counted here anew.
contract SpendingVaultHandler is SpendingVaultStage {
    struct Made {
        uint256 owner;
        bytes32 payment;
        uint128 amount;
        uint128 reclaimed;
    }

    struct Final {
        State state;
        uint128 amount;
    }

    uint256 public constant CHANNELS = 4;
    uint256 private constant KEPT_MAX = 16;
    uint256 private constant RECENT = 8;

    uint256 public funded;
    uint256 public drained;
    uint256 public gifts;
    mapping(uint256 channel => uint256) public giftsInto;
    mapping(uint256 day => uint256) public leftOn;
    mapping(bytes4 act => uint256) public done;
    Made[] public made;
    mapping(bytes32 payment => Final) public finals;
    /// The first law of an act that was seen broken; empty if none.
    string public broken;

    bytes32[CHANNELS] private ids;
    bytes[] private drawn;
    bytes[] private paidOut;

    function setUp() public override {
        super.setUp();
        funded = 1_000;
        does(TREASURY, appoint(TREASURY, OPERATOR, 300));
        for (uint256 i = 0; i < CHANNELS; ++i) {
            ids[i] = channels.getChannelId(channelAt(i));
        }
    }

    /// Keeps the laws that compare before and after: totals only grow, and what is final stays.
    modifier lawful() {
        uint128[10] memory before = totals();
        _;
        uint128[10] memory then = totals();
        for (uint256 i = 0; i < before.length; ++i) {
            if (then[i] < before[i]) broken = "a total shrank";
        }
        for (uint256 i = 0; i < made.length; ++i) {
            remember(made[i]);
        }
    }

    // ---- processor

    function fundMore(uint128 amount) external lawful {
        amount = 1 + amount % 500;
        coin.mint(TREASURY, amount);
        does(TREASURY, address(coin), abi.encodeCall(coin.approve, (address(vault), amount)));
        if (acts(TREASURY, abi.encodeCall(vault.fund, (amount)))) funded += amount;
    }

    function grantLocked(uint256 who, uint128 amount, uint256 hoursAhead) external lawful {
        // forge-lint: disable-next-line(unsafe-typecast)
        grants(who % 2, amount, uint40(vm.getBlockTimestamp() + (1 + hoursAhead % (24 * 24)) * 1 hours));
    }

    function grantMatured(uint256 who, uint128 amount) external lawful {
        // forge-lint: disable-next-line(unsafe-typecast)
        grants(who % 2, amount, uint40(amount % 2 == 0 ? 0 : vm.getBlockTimestamp()));
    }

    function grantAgain(uint256 which) external lawful {
        if (made.length == 0) return;
        Made memory old = made[which % made.length];
        if (acts(OPERATOR, abi.encodeCall(vault.grant, (party(old.owner), old.payment, 1, 0)))) {
            broken = "a payment was granted twice";
        }
    }

    function drainSome(uint128 amount, bool treasury) external lawful {
        amount = 1 + amount % 300;
        if (acts(treasury ? TREASURY : OPERATOR, drain(amount))) drained += amount;
    }

    function appoint(uint96 limit) external lawful {
        acts(TREASURY, appoint(TREASURY, OPERATOR, limit % 1_001));
    }

    // ---- draws

    function drawFree(uint256 which, uint128 amount) external lawful {
        draws(which % CHANNELS, amount, STRANGER);
    }

    function drawByOperator(uint256 which, uint128 amount) external lawful {
        draws(which % CHANNELS, amount, OPERATOR);
    }

    function drawAgain(uint256 which, bool operator) external lawful {
        if (drawn.length == 0) return;
        if (acts(operator ? OPERATOR : STRANGER, drawn[which % drawn.length])) broken = "a draw was replayed";
    }

    function depositByStranger(uint256 which, uint128 amount) external lawful {
        ChannelWords.ChannelConfig memory config = channelAt(which % CHANNELS);
        bytes memory act = abi.encodeCall(channels.deposit, (config, 1 + amount % 100, address(vault), ""));
        if (acts(STRANGER, address(channels), act)) broken = "a stranger drew";
    }

    function release(uint256 who, uint128 amount) external lawful {
        address from = party(who % 2);
        uint128 total = vault.released(from) + 1 + amount % 100;
        bytes memory signature = signed(keyOf(who % 2), releaseDigest(SELLER, total));
        bytes memory act = abi.encodeCall(vault.release, (from, SELLER, total, signature));
        if (!acts(STRANGER, act)) return;
        keep(paidOut, act);
        covered(from);
    }

    function releaseAgain(uint256 which) external lawful {
        if (paidOut.length == 0) return;
        if (acts(OPERATOR, paidOut[which % paidOut.length])) broken = "a release was replayed";
    }

    // ---- channels

    function claim(uint256 which, uint128 amount) external lawful {
        ChannelWords.ChannelConfig memory config = channelAt(which % CHANNELS);
        bytes32 channelId = ids[which % CHANNELS];
        (, uint128 before) = channels.channels(channelId);
        uint128 total = before + 1 + amount % 60;
        bytes memory signature = signed(keyOf(which % 2), channels.getVoucherDigest(channelId, total));
        ChannelWords.VoucherClaim[] memory rows = new ChannelWords.VoucherClaim[](1);
        rows[0] = ChannelWords.VoucherClaim(ChannelWords.Voucher(config, total), signature, total);
        acts(config.receiver, address(channels), abi.encodeCall(channels.claim, (rows)));
    }

    function settle(uint256 which) external lawful {
        ChannelWords.ChannelConfig memory config = channelAt(which % CHANNELS);
        acts(STRANGER, address(channels), abi.encodeCall(channels.settle, (config.receiver, config.token)));
    }

    function refund(uint256 which, uint128 amount) external lawful {
        ChannelWords.ChannelConfig memory config = channelAt(which % CHANNELS);
        bytes memory act = abi.encodeCall(channels.refund, (config, 1 + amount % 150));
        acts(config.receiver, address(channels), act);
    }

    function withdrawByUser(uint256 which, uint128 amount) external lawful {
        ChannelWords.ChannelConfig memory config = channelAt(which % CHANNELS);
        bytes memory act = abi.encodeCall(channels.initiateWithdraw, (config, 1 + amount % 20));
        acts(config.payerAuthorizer, address(channels), act);
    }

    function finalizeByUser(uint256 which) external lawful {
        ChannelWords.ChannelConfig memory config = channelAt(which % CHANNELS);
        acts(config.payerAuthorizer, address(channels), abi.encodeCall(channels.finalizeWithdraw, (config)));
    }

    function recall(uint256 which, uint128 most, bool operator) external lawful {
        ChannelWords.ChannelConfig memory config = channelAt(which % CHANNELS);
        address sender = operator ? OPERATOR : config.payerAuthorizer;
        acts(sender, abi.encodeCall(vault.recall, (config, 1 + most % 500)));
    }

    function finish(uint256 which) external lawful {
        acts(STRANGER, abi.encodeCall(vault.finish, (channelAt(which % CHANNELS))));
    }

    function sync(uint256 which) external lawful {
        acts(STRANGER, abi.encodeCall(vault.sync, (channelAt(which % CHANNELS))));
    }

    function syncAll() external lawful {
        bytes[] memory many = new bytes[](CHANNELS);
        for (uint256 i = 0; i < CHANNELS; ++i) {
            many[i] = abi.encodeCall(vault.sync, (channelAt(i)));
        }
        acts(STRANGER, abi.encodeCall(Multicall.multicall, (many)));
    }

    // ---- a payment's course

    function mature(uint256 which) external lawful {
        if (made.length == 0) return;
        Made memory one = made[pick(which, State.Granted)];
        acts(STRANGER, abi.encodeCall(vault.mature, (party(one.owner), one.payment)));
    }

    function freeze(uint256 which) external lawful {
        if (made.length == 0) return;
        Made memory one = made[pick(which, State.Granted)];
        acts(OPERATOR, abi.encodeCall(vault.freeze, (party(one.owner), one.payment, EVIDENCE)));
    }

    function appeal(uint256 which, bool council) external lawful {
        if (made.length == 0) return;
        Made memory one = made[pick(which, State.Frozen)];
        (,, uint40 since,) = vault.grants(party(one.owner), one.payment);
        bytes memory signature = signed(keyOf(one.owner), appealDigest(one.payment, since));
        bytes memory act =
            abi.encodeCall(vault.appeal, (party(one.owner), one.payment, council ? bytes("") : signature));
        acts(council ? COUNCIL : STRANGER, act);
    }

    function decide(uint256 which, bool forUser) external lawful {
        if (made.length == 0) return;
        Made memory one = made[pick(which, State.Appealed)];
        acts(COUNCIL, abi.encodeCall(vault.decide, (party(one.owner), one.payment, forUser)));
    }

    function reclaim(uint256 which, uint128 rest) external lawful {
        if (made.length == 0) return;
        uint256 index = pick(which, State.Frozen);
        (,, uint40 since, State state) = grantOf(made[index]);
        bool inTime = vm.getBlockTimestamp() >= since + W && vm.getBlockTimestamp() < since + 2 * W;
        if (takes(index, rest % 50, "") && (state != State.Frozen || !inTime)) broken = "reclaimed out of turn";
    }

    function surrender(uint256 which, uint128 rest) external lawful {
        if (made.length == 0) return;
        uint256 index = pick(which, State.Granted);
        (uint128 amount, uint40 maturesAt,, State state) = grantOf(made[index]);
        rest = amount == 0 ? 0 : rest % amount;
        bytes memory consent = signed(keyOf(made[index].owner), surrenderDigest(made[index].payment, rest));
        bool unmatured = state == State.Frozen || state == State.Appealed
            || (state == State.Granted && vm.getBlockTimestamp() < maturesAt);
        if (takes(index, rest, consent) && !unmatured) broken = "surrendered out of turn";
    }

    function thaw(uint256 which, bool operator) external lawful {
        if (made.length == 0) return;
        Made memory one = made[pick(which, State.Frozen)];
        acts(operator ? OPERATOR : STRANGER, abi.encodeCall(vault.thaw, (party(one.owner), one.payment)));
    }

    // ---- donors and time

    function giveToVault(uint256 amount) external lawful {
        amount = 1 + amount % 50;
        coin.mint(address(vault), amount);
        gifts += amount;
        ++done[msg.sig];
    }

    function giveToChannel(uint256 which, uint128 amount) external lawful {
        amount = 1 + amount % 50;
        donor.give(channelAt(which % CHANNELS), amount);
        gifts += amount;
        giftsInto[which % CHANNELS] += amount;
        ++done[msg.sig];
    }

    function giveByOwnChannel(uint128 amount) external lawful {
        amount = 1 + amount % 50;
        ChannelWords.ChannelConfig memory config = channelAt(0);
        config.salt = "an outsider's own";
        donor.give(config, amount);
        gifts += amount;
        acts(config.receiver, address(channels), abi.encodeCall(channels.refund, (config, amount)));
        acts(STRANGER, abi.encodeCall(vault.sync, (config)));
    }

    function elapseSome(uint256 hours_) external lawful {
        elapse((1 + hours_ % (8 * 24)) * 1 hours);
        ++done[msg.sig];
    }

    // ---- what is there, for the laws

    function idAt(uint256 index) external view returns (bytes32) {
        return ids[index];
    }

    function channelAt(uint256 index) public view returns (ChannelWords.ChannelConfig memory config) {
        config = channel(party(index % 2));
        config.receiver = index < 2 ? SELLER : address(0x7006);
    }

    function party(uint256 index) public view returns (address) {
        return index == 0 ? user : other;
    }

    function count() external view returns (uint256) {
        return made.length;
    }

    function stage() external view returns (address, address, address) {
        return (address(vault), address(channels), address(coin));
    }

    // ---- the small print

    function acts(address who, bytes memory act) private returns (bool) {
        return acts(who, address(vault), act);
    }

    function acts(address who, address target, bytes memory act) private returns (bool ok) {
        vm.prank(who);
        (ok,) = target.call(act);
        if (ok) ++done[msg.sig];
    }

    function grants(uint256 owner, uint128 amount, uint40 maturesAt) private {
        amount = 1 + amount % 200;
        bytes32 payment = keccak256(abi.encode("payment", made.length));
        bool leaves = maturesAt < vm.getBlockTimestamp() + W;
        if (!acts(OPERATOR, abi.encodeCall(vault.grant, (party(owner), payment, amount, maturesAt)))) return;
        made.push(Made(owner, payment, amount, 0));
        if (leaves) left(amount);
    }

    function draws(uint256 which, uint128 amount, address sender) private {
        ChannelWords.ChannelConfig memory config = channelAt(which);
        bytes32 channelId = ids[which];
        (uint128 before,) = vault.lines(channelId);
        uint128 total = before + 1 + amount % 150;
        uint128 unlocked = vault.free(config.payerAuthorizer);
        bytes memory act =
            abi.encodeCall(vault.draw, (config, total, signed(keyOf(which % 2), drawDigest(channelId, total))));
        if (!acts(sender, act)) return;
        keep(drawn, act);
        if (sender != OPERATOR) covered(config.payerAuthorizer);
        if (total - before > unlocked) left(total - before - unlocked);
    }

    function takes(uint256 index, uint128 rest, bytes memory consent) private returns (bool ok) {
        Made memory one = made[index];
        (uint128 before,,,) = grantOf(one);
        ok = acts(OPERATOR, abi.encodeCall(vault.reclaim, (party(one.owner), one.payment, rest, consent)));
        (uint128 then,,,) = grantOf(one);
        made[index].reclaimed += before - then;
    }

    function covered(address who) private {
        (uint128 available, uint128 locked) = vault.accounts(who);
        if (available < locked) broken = "locked value left without the operator";
    }

    function left(uint256 amount) private {
        leftOn[vm.getBlockTimestamp() / 1 days] += amount;
        if (leftOn[vm.getBlockTimestamp() / 1 days] > vault.dailyLimit()) broken = "more left than may in a day";
    }

    function remember(Made memory one) private {
        Final memory was = finals[one.payment];
        (uint128 amount,,, State state) = grantOf(one);
        if (was.state != State.None) {
            if (was.state != state || was.amount != amount) broken = "a final state changed";
        } else if (state == State.Matured || state == State.Reclaimed) {
            finals[one.payment] = Final(state, amount);
        }
    }

    function totals() private view returns (uint128[10] memory found) {
        for (uint256 i = 0; i < CHANNELS; ++i) {
            (found[2 * i], found[2 * i + 1]) = vault.lines(ids[i]);
        }
        (found[8], found[9]) = (vault.released(user), vault.released(other));
    }

    /// One of the last few payments, three times out of four one in the state that the act wants, if there is any.
    function pick(uint256 which, State wanted) private view returns (uint256) {
        uint256 most = made.length < RECENT ? made.length : RECENT;
        for (uint256 i = 0; which % 4 != 0 && i < most; ++i) {
            uint256 index = made.length - 1 - (which % most + i) % most;
            (,,, State state) = grantOf(made[index]);
            if (state == wanted) return index;
        }
        return made.length - 1 - which % most;
    }

    function grantOf(Made memory one) private view returns (uint128, uint40, uint40, State) {
        return vault.grants(party(one.owner), one.payment);
    }

    function keyOf(uint256 index) private pure returns (uint256) {
        return index == 0 ? USER_KEY : OTHER_KEY;
    }

    function keep(bytes[] storage list, bytes memory act) private {
        if (list.length < KEPT_MAX) list.push(act);
        else list[uint256(keccak256(act)) % KEPT_MAX] = act;
    }
}
