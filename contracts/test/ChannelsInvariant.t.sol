// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {ServiceToken} from "../src/ServiceToken.sol";
import {Check} from "./Check.sol";
import {Purse, Stage} from "./Stage.sol";

/// Deals at random over four channels of two receivers, and keeps its own account of what came in and went
/// back, from token balances alone. Channel 0 names a separate voucher key, channel 1 none, so that each way of
/// signing is walked.
contract Dealer is Check {
    uint256 private constant PAYER_KEY = 0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d;
    uint256 private constant AUTHORIZER_KEY = 0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a;
    uint256 private constant SIGNER_KEY = 0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6;
    uint256 public constant CHANNELS = 4;

    ChannelWords private immutable channels;
    ServiceToken private immutable token;
    Purse private immutable purse;
    ChannelWords.ChannelConfig[] private configs;
    address[2] public receivers = [address(0xA11CE), address(0xB0B)];

    mapping(bytes32 => uint256) public deposited;
    mapping(bytes32 => uint256) public returned;
    uint256 public donated;
    mapping(bytes32 => uint128) private lastClaimed;
    mapping(bytes32 => uint256) private lastNonce;
    mapping(address => uint128) private lastEarned;
    mapping(address => uint128) private lastPaid;
    mapping(bytes4 => uint256) public moved;
    uint256 private purseBefore;
    bytes32 private stateBefore;

    constructor(ChannelWords channels_, ServiceToken token_, Purse purse_) {
        (channels, token, purse) = (channels_, token_, purse_);
        address payer = vm.addr(PAYER_KEY);
        for (uint256 i = 0; i < CHANNELS; ++i) {
            address authorizer = i == 0 ? vm.addr(SIGNER_KEY) : i == 1 ? address(0) : payer;
            configs.push(
                ChannelWords.ChannelConfig({
                    payer: payer,
                    payerAuthorizer: authorizer,
                    receiver: receivers[i % 2],
                    receiverAuthorizer: vm.addr(AUTHORIZER_KEY),
                    token: address(token_),
                    withdrawDelay: uint40(900 * (i + 1)),
                    salt: bytes32(i)
                })
            );
        }
    }

    function config(uint256 i) external view returns (ChannelWords.ChannelConfig memory) {
        return configs[i];
    }

    modifier watched(uint256 pick, bytes4 act) {
        before(pick);
        _;
        afterwards(pick, act);
    }

    // ---- acts

    function deposit(uint256 pick, uint64 amount) external watched(pick, this.deposit.selector) {
        ChannelWords.ChannelConfig memory c = configs[pick % CHANNELS];
        if (amount == 0) return;
        channels.deposit(c, amount, address(purse), "");
        deposited[channels.getChannelId(c)] += amount;
    }

    function claim(uint256 pick, uint128 ceiling, uint128 total) external watched(pick, this.claim.selector) {
        ChannelWords.VoucherClaim[] memory rows = new ChannelWords.VoucherClaim[](1);
        rows[0] = row(pick, ceiling, total);
        vm.prank(rows[0].voucher.channel.receiver);
        channels.claim(rows);
    }

    /// Two rows, perhaps of the same channel, where the second may be stale.
    function claimSigned(uint256 pick, uint256 pick2, uint128 ceiling, uint128 total)
        external
        watched(pick, this.claimSigned.selector)
    {
        ChannelWords.VoucherClaim[] memory rows = new ChannelWords.VoucherClaim[](2);
        rows[0] = row(pick, ceiling, total);
        rows[1] = row(pick2, total, ceiling);
        bytes memory by = signed(AUTHORIZER_KEY, channels.getClaimBatchDigest(rows));
        channels.claimWithSignature(rows, by);
    }

    function settle(uint256 pick) external watched(pick, this.settle.selector) {
        channels.settle(configs[pick % CHANNELS].receiver, address(token));
    }

    function initiateWithdraw(uint256 pick, uint128 amount) external watched(pick, this.initiateWithdraw.selector) {
        ChannelWords.ChannelConfig memory c = configs[pick % CHANNELS];
        bytes32 id = channels.getChannelId(c);
        (, uint40 since) = channels.pendingWithdrawals(id);
        amount = upTo(amount, availableOf(id));
        if (since != 0 || amount == 0) return;
        vm.prank(c.payer);
        channels.initiateWithdraw(c, amount);
    }

    function finalizeWithdraw(uint256 pick, uint16 early) external watched(pick, this.finalizeWithdraw.selector) {
        ChannelWords.ChannelConfig memory c = configs[pick % CHANNELS];
        (, uint40 since) = channels.pendingWithdrawals(channels.getChannelId(c));
        if (since == 0) return;
        uint256 due = uint256(since) + c.withdrawDelay;
        if (early != 0 && vm.getBlockTimestamp() < due) {
            vm.prank(c.payer);
            vm.expectRevert(ChannelWords.WithdrawDelayNotElapsed.selector);
            channels.finalizeWithdraw(c);
        }
        if (vm.getBlockTimestamp() < due) vm.warp(due);
        vm.prank(c.payer);
        channels.finalizeWithdraw(c);
    }

    function refund(uint256 pick, uint64 amount) external watched(pick, this.refund.selector) {
        ChannelWords.ChannelConfig memory c = configs[pick % CHANNELS];
        if (amount == 0) return;
        vm.prank(c.receiver);
        channels.refund(c, amount);
    }

    function refundSigned(uint256 pick, uint64 amount) external watched(pick, this.refundSigned.selector) {
        ChannelWords.ChannelConfig memory c = configs[pick % CHANNELS];
        if (amount == 0) return;
        bytes32 id = channels.getChannelId(c);
        uint256 nonce = channels.refundNonce(id);
        bytes memory by = signed(AUTHORIZER_KEY, channels.getRefundDigest(id, nonce, amount));
        channels.refundWithSignature(c, amount, nonce, by);
    }

    /// Tokens that nobody asked for must not change what anybody is owed.
    function donate(uint32 amount) external {
        token.transfer(address(channels), amount);
        donated += amount;
    }

    function wait(uint16 secs) external {
        vm.warp(vm.getBlockTimestamp() + secs);
    }

    // ---- the small print

    function before(uint256 pick) private {
        ChannelWords.ChannelConfig memory c = configs[pick % CHANNELS];
        purseBefore = token.balanceOf(c.payer);
        stateBefore = stateOf(c);
    }

    function afterwards(uint256 pick, bytes4 act) private {
        ChannelWords.ChannelConfig memory c = configs[pick % CHANNELS];
        returned[channels.getChannelId(c)] += token.balanceOf(c.payer) - purseBefore;
        if (stateOf(c) != stateBefore) ++moved[act];
        grown(c, channels.getChannelId(c));
    }

    function row(uint256 pick, uint128 ceiling, uint128 total) private view returns (ChannelWords.VoucherClaim memory) {
        ChannelWords.ChannelConfig memory c = configs[pick % CHANNELS];
        bytes32 id = channels.getChannelId(c);
        (uint128 balance,) = channels.channels(id);
        total = upTo(total, balance);
        if (ceiling < total) ceiling = total;
        uint256 key = pick % CHANNELS == 0 ? SIGNER_KEY : PAYER_KEY;
        bytes memory by = signed(key, channels.getVoucherDigest(id, ceiling));
        return ChannelWords.VoucherClaim(ChannelWords.Voucher(c, ceiling), by, total);
    }

    function upTo(uint128 wanted, uint128 most) private pure returns (uint128) {
        return most == type(uint128).max ? wanted : wanted % (most + 1);
    }

    function availableOf(bytes32 id) private view returns (uint128) {
        (uint128 balance, uint128 claimed) = channels.channels(id);
        return balance - claimed;
    }

    function stateOf(ChannelWords.ChannelConfig memory c) private view returns (bytes32) {
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = channels.getChannelId(c);
        (uint128 earned, uint128 paid) = channels.receivers(c.receiver, address(token));
        return keccak256(abi.encode(channels.snapshots(ids), earned, paid));
    }

    function grown(ChannelWords.ChannelConfig memory c, bytes32 id) private {
        (, uint128 claimed) = channels.channels(id);
        (uint128 earned, uint128 paid) = channels.receivers(c.receiver, address(token));
        uint256 nonce = channels.refundNonce(id);
        isTrue(claimed >= lastClaimed[id], "claimed total fell");
        isTrue(nonce >= lastNonce[id], "refund nonce fell");
        isTrue(earned >= lastEarned[c.receiver], "earned total fell");
        isTrue(paid >= lastPaid[c.receiver], "paid total fell");
        (lastClaimed[id], lastNonce[id]) = (claimed, nonce);
        (lastEarned[c.receiver], lastPaid[c.receiver]) = (earned, paid);
    }
}

contract ChannelsInvariantTest is Stage {
    Dealer private dealer;

    function setUp() public override {
        super.setUp();
        dealer = new Dealer(channels, token, purse);
        token.transfer(address(dealer), type(uint256).max / 16);
    }

    function targetContracts() external view returns (address[] memory only) {
        only = new address[](1);
        only[0] = address(dealer);
    }

    function invariant_each_channels_deposits_are_claimed_returned_or_remain() external view {
        for (uint256 i = 0; i < dealer.CHANNELS(); ++i) {
            bytes32 id = channels.getChannelId(dealer.config(i));
            (uint128 balance, uint128 claimed) = channels.channels(id);
            isTrue(claimed <= balance, "claimed more than is there");
            same(dealer.deposited(id), claimed + dealer.returned(id) + (balance - claimed), "deposits");
        }
    }

    function invariant_the_holding_covers_all_that_is_not_paid_out() external view {
        uint256 owed = dealer.donated();
        for (uint256 i = 0; i < dealer.CHANNELS(); ++i) {
            (uint128 balance, uint128 claimed) = channels.channels(channels.getChannelId(dealer.config(i)));
            owed += balance - claimed;
        }
        for (uint256 i = 0; i < 2; ++i) {
            (uint128 earned, uint128 paid) = channels.receivers(dealer.receivers(i), address(token));
            isTrue(paid <= earned, "paid more than earned");
            same(token.balanceOf(dealer.receivers(i)), paid, "tokens of a receiver");
            owed += earned - paid;
        }
        same(token.balanceOf(address(channels)), owed, "holding");
    }

    function invariant_receivers_have_earned_what_their_channels_say() external view {
        uint256[2] memory sums;
        for (uint256 i = 0; i < dealer.CHANNELS(); ++i) {
            (, uint128 claimed) = channels.channels(channels.getChannelId(dealer.config(i)));
            sums[i % 2] += claimed;
        }
        for (uint256 i = 0; i < 2; ++i) {
            (uint128 earned,) = channels.receivers(dealer.receivers(i), address(token));
            same(earned, sums[i], "earned");
        }
    }

    /// The dealer's acts are no empty gestures: each of them really moves something when it can.
    function test_every_act_of_the_dealer_moves() external {
        dealer.deposit(0, 1000);
        dealer.claim(0, 500, 300);
        dealer.claimSigned(0, 0, 700, 400);
        dealer.settle(0);
        dealer.initiateWithdraw(0, 100);
        dealer.finalizeWithdraw(0, 1);
        dealer.refund(0, 10);
        dealer.refundSigned(0, 10);
        bytes4[8] memory acts = [
            Dealer.deposit.selector,
            Dealer.claim.selector,
            Dealer.claimSigned.selector,
            Dealer.settle.selector,
            Dealer.initiateWithdraw.selector,
            Dealer.finalizeWithdraw.selector,
            Dealer.refund.selector,
            Dealer.refundSigned.selector
        ];
        for (uint256 i = 0; i < acts.length; ++i) {
            same(dealer.moved(acts[i]), 1, "moves of an act");
        }
    }
}
