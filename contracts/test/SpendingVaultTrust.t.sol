// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {IDepositCollector} from "../src/IDepositCollector.sol";
import {channelIdOf} from "../src/SpendingVaultChannels.sol";
import {SpendingVaultCoin} from "./SpendingVaultCoin.sol";
import {SpendingVaultStage} from "./SpendingVaultStage.sol";

/// Channels that, asked for a deposit, let somebody else collect it.
contract OpenDoor {
    bytes public refusal;

    function getChannelId(ChannelWords.ChannelConfig calldata config) public view returns (bytes32) {
        return channelIdOf(ChannelWords(address(this)), config);
    }

    function deposit(ChannelWords.ChannelConfig calldata config, uint128 amount, address collector, bytes calldata)
        external
    {
        (bool ok, bytes memory why) =
            address(new Thief()).call(abi.encodeCall(Thief.take, (collector, amount, getChannelId(config))));
        refusal = ok ? bytes("nothing") : why;
    }
}

contract Thief {
    function take(address vault, uint128 amount, bytes32 channelId) external {
        IDepositCollector(vault).collect(vault, address(0), amount, channelId, "");
    }
}

/// Attacks by tokens, by stolen keys and by those who are trusted: each test is named for the attack.
contract SpendingVaultTrustTest is SpendingVaultStage {
    bytes private next;
    bytes private refusal;

    // ---- tokens

    /// Called by the coin in the middle of a transfer.
    function moved() external {
        if (next.length == 0) return;
        bytes memory act = next;
        delete next;
        (bool ok, bytes memory why) = address(vault).call(act);
        refusal = ok ? bytes("nothing") : why;
    }

    function test_a_token_with_hooks_enters_again() public {
        does(OPERATOR, grantMature(100));
        bytes memory locked = plain(bytes4(keccak256("ReentrancyGuardReentrantCall()")));
        bytes[6] memory acts = [draw(20), release(user, 20), sync(), finish(), recall(1), drain(1)];
        for (uint128 i = 0; i < acts.length; ++i) {
            enters(acts[i], draw(i + 1), locked);
        }
        enters(release(user, 30), release(user, 10), locked);
        enters(abi.encodeCall(vault.fund, (1)), release(user, 11), locked);
        enters(release(user, 30), drain(5), locked);
        enters(collectCall(), draw(7), plain(NotYours.selector));
        holdsPower(100 - 7 - 11, 0);
    }

    /// While `outer` moves tokens, `inner` is tried.
    function enters(bytes memory inner, bytes memory outer, bytes memory why) private {
        coin.tell(address(this));
        (next, refusal) = (inner, "");
        does(OPERATOR, outer);
        coin.tell(address(0));
        same(refusal, why, "refusal");
    }

    function collectCall() private view returns (bytes memory) {
        return abi.encodeCall(IDepositCollector.collect, (address(vault), address(coin), 1, id(), ""));
    }

    function test_somebody_else_collects_while_a_draw_runs() public {
        OpenDoor door = new OpenDoor();
        Terms memory with = terms();
        with.channels = address(door);
        (channels, vault) = (ChannelWords(address(door)), founded(with));
        fund(1_000);
        granted(100);
        does(OPERATOR, draw(60));
        same(door.refusal(), plain(NotYours.selector), "refusal");
        same(coin.balanceOf(address(vault)), 1_000, "held");
    }

    /// Such tokens are not to be chosen. A draw of one is at least refused, since the channel contract counts what arrives.
    function test_a_token_keeps_a_fee_on_its_way() public {
        granted(100);
        coin.keep(1);
        refuses(OPERATOR, draw(60), plain(ChannelWords.DepositCollectionFailed.selector));
        holdsPower(100, 100);
    }

    /// Such tokens are not to be chosen either: the last to leave finds too little. What was booked stays booked until the token makes it good.
    function test_a_token_rebases() public {
        does(OPERATOR, grantMature(100));
        coin.burn(address(vault), 950);
        bytes memory little =
            abi.encodeWithSignature("ERC20InsufficientBalance(address,uint256,uint256)", address(vault), 50, 100);
        refuses(STRANGER, release(user, 100), little);
        does(STRANGER, release(user, 50));
        holdsPower(50, 0);
        coin.mint(address(vault), 950);
        does(STRANGER, release(user, 100));
    }

    /// Everything that moves tokens stands still and no record is lost: whatever was refused can be done once the token relents.
    function test_a_token_blacklists_the_vault() public {
        granted(100);
        does(OPERATOR, draw(60));
        coin.bar(address(vault));
        bytes memory barred = plain(SpendingVaultCoin.Barred.selector);
        refuses(OPERATOR, draw(61), barred);
        refuses(TREASURY, drain(1), barred);
        refuses(SELLER, address(channels), abi.encodeCall(channels.refund, (channel(), 60)), barred);
        holdsPower(40, 100);
        claimed(20);
        does(STRANGER, address(channels), abi.encodeCall(channels.settle, (SELLER, address(coin))));
        coin.bar(address(0));
        refunded(40);
        does(STRANGER, sync());
        holdsPower(80, 100);
    }

    // ---- stolen keys

    /// With the keys of operator and of a custodial user the thief draws locked value, but in a day no more than the limit; the reserve goes
    /// nowhere but home; and the next operator undoes the freezes.
    function test_the_operators_key_is_stolen() public {
        granted(100);
        does(TREASURY, appoint(TREASURY, OPERATOR, 50));
        does(OPERATOR, grantMature(50));
        refuses(OPERATOR, grant("more", 1, 0), above(50));
        refuses(OPERATOR, draw(51), above(50));
        does(OPERATOR, grant("locked", 850, inDays(30)));
        refuses(OPERATOR, draw(51), above(50));
        does(OPERATOR, freeze());
        does(TREASURY, appoint(TREASURY, STRANGER, 50));
        refuses(OPERATOR, drain(0), plain(NotYours.selector));
        does(STRANGER, thaw());
        isIn(State.Granted);
    }

    function test_a_stolen_operators_key_drains_the_reserve() public {
        does(OPERATOR, drain(1_000));
        same(coin.balanceOf(OPERATOR), 0, "to the thief");
        same(coin.balanceOf(TREASURY), 1_000, "home");
    }

    function test_a_stolen_operators_key_reaches_for_mature_value() public {
        does(OPERATOR, grantMature(100));
        bytes32 payment = keccak256(abi.encode("mature", uint128(100)));
        refuses(OPERATOR, abi.encodeCall(vault.freeze, (user, payment, EVIDENCE)), outOfTurn(State.Matured));
        refuses(OPERATOR, abi.encodeCall(vault.reclaim, (user, payment, 0, "")), outOfTurn(State.Matured));
        bytes memory forged = signed(OTHER_KEY, releaseDigest(OPERATOR, 100));
        refuses(OPERATOR, abi.encodeCall(vault.release, (user, OPERATOR, 100, forged)), plain(WrongSigner.selector));
        holdsPower(100, 0);
    }

    /// Locked value of custodial users is bounded by the daily limit. Their mature value is not, so custodians keep little of it here.
    function test_custody_keys_and_the_operators_key_are_stolen() public {
        does(TREASURY, appoint(TREASURY, OPERATOR, 70));
        granted(900);
        does(OPERATOR, grantMature(20));
        does(OPERATOR, draw(70));
        refuses(OPERATOR, draw(71), above(70));
        elapse(1 days);
        does(OPERATOR, draw(140));
        refuses(OPERATOR, draw(141), above(70));
    }

    // ---- trusted and not worth it

    /// Silence ends it for the user, at the latest with his payment's maturity and the windows.
    function test_the_operator_freezes_without_a_chargeback() public {
        frozen(100);
        does(user, appeal(signed(USER_KEY, appealDigest(PAYMENT, sinceOf(PAYMENT)))));
        elapse(W);
        refuses(OPERATOR, reclaim(0), outOfTurn(State.Appealed));
        elapse(D - W);
        does(user, thaw());
        elapse(30 days - D);
        refuses(OPERATOR, freeze(), late(vm.getBlockTimestamp()));
        does(user, mature());
        does(user, release(user, 100));
        same(coin.balanceOf(user), 100, "his own");
    }

    function test_the_council_is_dead() public {
        appealed(100);
        elapse(D);
        refuses(OPERATOR, reclaim(0), outOfTurn(State.Appealed));
        does(user, thaw());
        isIn(State.Granted);
    }

    /// Against the user it costs him at most that payment; for the user it matures that payment. Nobody else's is touched.
    function test_the_council_is_bribed() public {
        does(OPERATOR, grant("second", 200, inDays(60)));
        appealed(100);
        does(COUNCIL, decide(false));
        does(OPERATOR, reclaim(0));
        holdsPower(200, 200);

        does(OPERATOR, abi.encodeCall(vault.freeze, (user, "second", EVIDENCE)));
        does(COUNCIL, abi.encodeCall(vault.appeal, (user, "second", "")));
        does(COUNCIL, abi.encodeCall(vault.decide, (user, "second", true)));
        holdsPower(200, 0);
    }

    function test_the_operator_reclaims_after_the_user_topped_up_again() public {
        granted(100);
        does(OPERATOR, draw(100));
        claimed(100);
        does(OPERATOR, freeze());
        does(OPERATOR, grant("new", 300, inDays(60)));
        elapse(W);
        does(OPERATOR, reclaim(0));
        holdsPower(200, 300);
        refuses(OPERATOR, reclaim(0), outOfTurn(State.Reclaimed));
        refuses(OPERATOR, abi.encodeCall(vault.reclaim, (user, "new", 0, "")), outOfTurn(State.Granted));
    }

    /// Not stopped on chain: that a payment acts once over all users is a law of the book. The bound on chain: each grant comes out of the
    /// reserve, so two of them never create value.
    function test_one_payment_is_granted_to_two_users() public {
        does(OPERATOR, abi.encodeCall(vault.grant, (user, PAYMENT, 600, inDays(30))));
        refuses(OPERATOR, abi.encodeCall(vault.grant, (other, PAYMENT, 600, inDays(30))), short(400));
        does(OPERATOR, abi.encodeCall(vault.grant, (other, PAYMENT, 400, inDays(30))));
        same(vault.reserve(), 0, "reserve");
    }

    /// The processor's loss, by design: he chooses the maturity by the method of payment.
    function test_a_chargeback_comes_after_maturity() public {
        granted(100);
        elapse(30 days);
        does(STRANGER, mature());
        refuses(OPERATOR, freeze(), outOfTurn(State.Matured));
        refuses(OPERATOR, reclaim(0), outOfTurn(State.Matured));
    }

    /// Locked value is recalled, frozen, reclaimed and granted to his new key. Mature value has no rescue.
    function test_a_user_loses_his_key() public {
        granted(100);
        does(OPERATOR, draw(60));
        does(OPERATOR, recall(60));
        does(OPERATOR, freeze());
        elapse(W);
        does(STRANGER, finish());
        does(OPERATOR, reclaim(0));
        does(OPERATOR, abi.encodeCall(vault.grant, (other, "again", 100, inDays(23))));
        (uint128 available,) = vault.accounts(other);
        same(available, 100, "on the new key");
    }

    // ---- ways in that do not exist

    /// Else deposits could be authorised that nobody booked.
    function test_the_vault_signs_nothing_and_approves_nobody() public {
        (bool ok,) = address(vault).call(abi.encodeWithSignature("isValidSignature(bytes32,bytes)", EVIDENCE, ""));
        isTrue(!ok, "no answer to signature checks");
        granted(100);
        does(OPERATOR, draw(60));
        same(coin.allowance(address(vault), address(channels)), 0, "approved to channels");
    }
}
