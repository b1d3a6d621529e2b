// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {IDepositCollector} from "../src/IDepositCollector.sol";
import {SpendingVaultFacts} from "../src/SpendingVaultFacts.sol";
import {SpendingVaultWords} from "../src/SpendingVaultWords.sol";
import {Check} from "./Check.sol";
import {SpendingVaultCoin} from "./SpendingVaultCoin.sol";

/// The digest of typed data in a vault's domain, worked out here anew from the words that it publishes.
function vaultDigest(address vault, bytes memory words) view returns (bytes32) {
    bytes32 kind = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 domain = keccak256(abi.encode(kind, keccak256("Tally SpendingVault"), keccak256("1"), block.chainid, vault));
    return keccak256(abi.encodePacked(hex"1901", domain, keccak256(words)));
}

/// Brings a donor's own tokens into a channel of his choice.
contract Donor is IDepositCollector {
    SpendingVaultCoin private immutable COIN;
    ChannelWords private immutable CHANNELS;

    constructor(SpendingVaultCoin coin, ChannelWords channels) {
        (COIN, CHANNELS) = (coin, channels);
    }

    function give(ChannelWords.ChannelConfig calldata config, uint128 amount) external {
        CHANNELS.deposit(config, amount, address(this), "");
    }

    function collect(address, address, uint256 amount, bytes32, bytes calldata) external {
        COIN.mint(msg.sender, amount);
    }
}

/// The cheat code that reads a built contract, here one whose constructor has arguments.
interface Artefacts {
    function getCode(string calldata artefact) external view returns (bytes memory);
}

/// A vault with its parties, a thousand in reserve, and the words in which its tests speak.
abstract contract SpendingVaultStage is Check, SpendingVaultFacts {
    /// Well-known keys of local test chains.
    uint256 internal constant USER_KEY = 0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80;
    uint256 internal constant OTHER_KEY = 0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d;
    uint256 internal constant AUTHORIZER_KEY = 0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a;

    address internal constant TREASURY = address(0x7001);
    address internal constant OPERATOR = address(0x7002);
    address internal constant COUNCIL = address(0x7003);
    address internal constant STRANGER = address(0x7004);
    address internal constant SELLER = address(0x7005);

    uint40 internal constant W = 7 days;
    uint40 internal constant D = 14 days;
    uint40 internal constant DELAY = 1 days;
    uint40 internal constant MATURITY_MAX = 180 days;
    uint96 internal constant LIMIT = 10_000;

    bytes32 internal constant PAYMENT = keccak256("payment");
    bytes32 internal constant EVIDENCE = keccak256("evidence");

    address internal user;
    address internal other;
    SpendingVaultCoin internal coin;
    ChannelWords internal channels;
    SpendingVaultWords internal vault;
    Donor internal donor;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        (user, other) = (vm.addr(USER_KEY), vm.addr(OTHER_KEY));
        coin = new SpendingVaultCoin();
        channels = ChannelWords(vm.deployCode("Channels.sol:Channels"));
        donor = new Donor(coin, channels);
        vault = founded(terms());
        fund(1_000);
    }

    function terms() internal view returns (Terms memory) {
        return Terms({
            token: address(coin),
            channels: address(channels),
            council: COUNCIL,
            window: W,
            decisionTime: D,
            delayMax: DELAY,
            maturityMax: MATURITY_MAX
        });
    }

    function founded(Terms memory by) internal returns (SpendingVaultWords) {
        return SpendingVaultWords(found(by, TREASURY));
    }

    /// The vault, or the constructor's own refusal.
    function found(Terms memory by, address treasury) internal returns (address made) {
        bytes memory code = bytes.concat(
            Artefacts(address(vm)).getCode("SpendingVault.sol:SpendingVault"), abi.encode(by, treasury, OPERATOR, LIMIT)
        );
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
            if iszero(made) {
                returndatacopy(code, 0, returndatasize())
                revert(code, returndatasize())
            }
        }
    }

    // ---- acts

    /// The act succeeds, or its own refusal fails the test.
    function does(address who, bytes memory act) internal {
        does(who, address(vault), act);
    }

    function does(address who, address target, bytes memory act) internal {
        vm.prank(who);
        (bool ok, bytes memory answer) = target.call(act);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }

    /// The act is refused with exactly this error.
    function refuses(address who, bytes memory act, bytes memory why) internal {
        refuses(who, address(vault), act, why);
    }

    function refuses(address who, address target, bytes memory act, bytes memory why) internal {
        vm.prank(who);
        (bool ok, bytes memory answer) = target.call(act);
        isTrue(!ok, "refused");
        same(answer, why, "refusal");
    }

    /// The next call emits exactly the event that is emitted in the test right after this.
    function tells() internal {
        vm.expectEmit(true, true, true, true, address(vault));
    }

    function elapse(uint256 time) internal {
        vm.warp(vm.getBlockTimestamp() + time);
    }

    function fund(uint128 amount) internal {
        coin.mint(TREASURY, amount);
        does(TREASURY, address(coin), abi.encodeCall(coin.approve, (address(vault), amount)));
        does(TREASURY, abi.encodeCall(vault.fund, (amount)));
    }

    /// PAYMENT of `amount` for the user, locked for 30 days.
    function granted(uint128 amount) internal {
        does(OPERATOR, grant(PAYMENT, amount, inDays(30)));
    }

    /// The same, and frozen.
    function frozen(uint128 amount) internal {
        granted(amount);
        does(OPERATOR, freeze());
    }

    function appealed(uint128 amount) internal {
        frozen(amount);
        does(COUNCIL, appeal(""));
    }

    function claimed(uint128 total) internal {
        bytes memory signature = signed(USER_KEY, channels.getVoucherDigest(id(), total));
        does(SELLER, address(channels), claimCall(total, signature));
    }

    function refunded(uint128 amount) internal {
        does(SELLER, address(channels), abi.encodeCall(channels.refund, (channel(), amount)));
    }

    // ---- calls

    function grant(bytes32 payment, uint128 amount, uint40 maturesAt) internal view returns (bytes memory) {
        return abi.encodeCall(vault.grant, (user, payment, amount, maturesAt));
    }

    /// Mature at once: money that nobody can charge back.
    function grantMature(uint128 amount) internal view returns (bytes memory) {
        return grant(keccak256(abi.encode("mature", amount)), amount, 0);
    }

    function draw(uint128 total) internal view returns (bytes memory) {
        return draw(channel(), USER_KEY, total);
    }

    function draw(ChannelWords.ChannelConfig memory config, uint256 key, uint128 total)
        internal
        view
        returns (bytes memory)
    {
        bytes32 channelId = channels.getChannelId(config);
        return abi.encodeCall(vault.draw, (config, total, signed(key, drawDigest(channelId, total))));
    }

    function sync() internal view returns (bytes memory) {
        return abi.encodeCall(vault.sync, (channel()));
    }

    function recall(uint128 most) internal view returns (bytes memory) {
        return abi.encodeCall(vault.recall, (channel(), most));
    }

    function finish() internal view returns (bytes memory) {
        return abi.encodeCall(vault.finish, (channel()));
    }

    function release(address to, uint128 total) internal view returns (bytes memory) {
        return abi.encodeCall(vault.release, (user, to, total, signed(USER_KEY, releaseDigest(to, total))));
    }

    function mature() internal view returns (bytes memory) {
        return abi.encodeCall(vault.mature, (user, PAYMENT));
    }

    function freeze() internal view returns (bytes memory) {
        return abi.encodeCall(vault.freeze, (user, PAYMENT, EVIDENCE));
    }

    function appeal(bytes memory signature) internal view returns (bytes memory) {
        return abi.encodeCall(vault.appeal, (user, PAYMENT, signature));
    }

    function decide(bool forUser) internal view returns (bytes memory) {
        return abi.encodeCall(vault.decide, (user, PAYMENT, forUser));
    }

    function reclaim(uint128 rest) internal view returns (bytes memory) {
        return abi.encodeCall(vault.reclaim, (user, PAYMENT, rest, ""));
    }

    function surrender(uint128 rest) internal view returns (bytes memory) {
        return abi.encodeCall(vault.reclaim, (user, PAYMENT, rest, signed(USER_KEY, surrenderDigest(PAYMENT, rest))));
    }

    function thaw() internal view returns (bytes memory) {
        return abi.encodeCall(vault.thaw, (user, PAYMENT));
    }

    function drain(uint128 amount) internal view returns (bytes memory) {
        return abi.encodeCall(vault.drain, (amount));
    }

    function appoint(address treasury, address operator, uint96 limit) internal view returns (bytes memory) {
        return abi.encodeCall(vault.appoint, (treasury, operator, limit));
    }

    function claimCall(uint128 total, bytes memory signature) internal view returns (bytes memory) {
        ChannelWords.VoucherClaim[] memory rows = new ChannelWords.VoucherClaim[](1);
        rows[0] = ChannelWords.VoucherClaim(ChannelWords.Voucher(channel(), total), signature, total);
        return abi.encodeCall(channels.claim, (rows));
    }

    // ---- channels

    function channel() internal view returns (ChannelWords.ChannelConfig memory) {
        return channel(user);
    }

    function channel(address authorizer) internal view returns (ChannelWords.ChannelConfig memory) {
        return ChannelWords.ChannelConfig({
            payer: address(vault),
            payerAuthorizer: authorizer,
            receiver: SELLER,
            receiverAuthorizer: vm.addr(AUTHORIZER_KEY),
            token: address(coin),
            withdrawDelay: DELAY,
            salt: 0
        });
    }

    function id() internal view returns (bytes32) {
        return channels.getChannelId(channel());
    }

    // ---- what users sign

    function drawDigest(bytes32 channelId, uint128 total) internal view returns (bytes32) {
        return
            vaultDigest(
                address(vault), abi.encode(keccak256("Draw(bytes32 channelId,uint128 total)"), channelId, total)
            );
    }

    function releaseDigest(address to, uint128 total) internal view returns (bytes32) {
        return vaultDigest(address(vault), abi.encode(keccak256("Release(address to,uint128 total)"), to, total));
    }

    function surrenderDigest(bytes32 payment, uint128 rest) internal view returns (bytes32) {
        return
            vaultDigest(address(vault), abi.encode(keccak256("Surrender(bytes32 payment,uint128 rest)"), payment, rest));
    }

    function appealDigest(bytes32 payment, uint40 frozenAt) internal view returns (bytes32) {
        return vaultDigest(
            address(vault), abi.encode(keccak256("Appeal(bytes32 payment,uint40 frozenAt)"), payment, frozenAt)
        );
    }

    // ---- what is there

    function inDays(uint256 count) internal view returns (uint40) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint40(vm.getBlockTimestamp() + count * 1 days);
    }

    function stateOf(bytes32 payment) internal view returns (State state) {
        (,,, state) = vault.grants(user, payment);
    }

    function sinceOf(bytes32 payment) internal view returns (uint40 since) {
        (,, since,) = vault.grants(user, payment);
    }

    function amountOf(bytes32 payment) internal view returns (uint128 amount) {
        (amount,,,) = vault.grants(user, payment);
    }

    function holdsPower(uint256 available, uint256 locked) internal view {
        (uint128 has, uint128 holds) = vault.accounts(user);
        same(has, available, "available");
        same(holds, locked, "locked");
    }

    function holdsLine(uint256 drawn, uint256 returned) internal view {
        (uint128 out, uint128 back) = vault.lines(id());
        same(out, drawn, "drawn");
        same(back, returned, "returned");
    }

    function isIn(State state) internal view {
        same(uint256(stateOf(PAYMENT)), uint256(state), "state");
    }

    // ---- refusals

    function plain(bytes4 selector) internal pure returns (bytes memory) {
        return abi.encodePacked(selector);
    }

    function short(uint256 had) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Short.selector, had);
    }

    function early(uint256 until) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(TooEarly.selector, until);
    }

    function late(uint256 since) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(TooLate.selector, since);
    }

    function outOfTurn(State state) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(OutOfTurn.selector, state);
    }

    function above(uint256 limit) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(AboveLimit.selector, limit);
    }
}
