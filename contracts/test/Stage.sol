// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChannelWords} from "../src/ChannelWords.sol";
import {Erc3009Collector} from "../src/Erc3009Collector.sol";
import {IDepositCollector} from "../src/IDepositCollector.sol";
import {ServiceToken} from "../src/ServiceToken.sol";
import {Check} from "./Check.sol";

/// A collector that pays out of its own purse, whoever the payer is; `off` makes it bring too little or too
/// much.
contract Purse is IDepositCollector {
    int256 public off;

    function misdeliverBy(int256 units) external {
        off = units;
    }

    function collect(address, address token, uint256 amount, bytes32, bytes calldata) external {
        ServiceToken(token).transfer(msg.sender, uint256(int256(amount) + off));
    }
}

/// A wallet that is a contract: it takes a signature for its own when its owner's key made it.
contract Wallet {
    Check.Sig private pass;

    function accept(bytes32 digest, bytes calldata signature) external {
        pass = Check.Sig(digest, keccak256(signature));
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        bool good = digest == pass.digest && keccak256(signature) == pass.signature;
        return good ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// Channels, a token, a collector and the parties, ready to deal. Keys are the well-known ones of local test
/// chains.
abstract contract Stage is Check {
    uint256 internal constant PAYER_KEY = 0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d;
    uint256 internal constant AUTHORIZER_KEY = 0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a;
    uint256 internal constant SIGNER_KEY = 0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6;
    address internal constant RECEIVER = 0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65;
    address internal constant STRANGER = 0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc;
    uint40 internal constant DELAY = 900;

    address internal immutable PAYER = vm.addr(PAYER_KEY);
    address internal immutable AUTHORIZER = vm.addr(AUTHORIZER_KEY);
    address internal immutable SIGNER = vm.addr(SIGNER_KEY);

    ChannelWords internal channels;
    ServiceToken internal token;
    Erc3009Collector internal collector;
    Purse internal purse;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        channels = ChannelWords(vm.deployCode("Channels.sol:Channels"));
        collector = new Erc3009Collector(address(channels));
        purse = new Purse();
        token = new ServiceToken("Service Dollar", "SVC", "1", address(this), type(uint256).max / 2);
        token.transfer(address(purse), type(uint256).max / 8);
        token.transfer(PAYER, 1_000_000_000);
    }

    // ---- terms

    function terms() internal view returns (ChannelWords.ChannelConfig memory) {
        return terms(0);
    }

    function terms(uint256 salt) internal view returns (ChannelWords.ChannelConfig memory) {
        return ChannelWords.ChannelConfig({
            payer: PAYER,
            payerAuthorizer: PAYER,
            receiver: RECEIVER,
            receiverAuthorizer: AUTHORIZER,
            token: address(token),
            withdrawDelay: DELAY,
            salt: bytes32(salt)
        });
    }

    // ---- acts

    function open(ChannelWords.ChannelConfig memory config, uint128 amount) internal returns (bytes32) {
        channels.deposit(config, amount, address(purse), "");
        return channels.getChannelId(config);
    }

    function claimBy(address caller, ChannelWords.VoucherClaim[] memory rows) internal {
        vm.prank(caller);
        channels.claim(rows);
    }

    function earn(ChannelWords.ChannelConfig memory config, uint128 total) internal {
        claimBy(RECEIVER, one(row(config, total, total)));
    }

    function askBack(ChannelWords.ChannelConfig memory config, uint128 amount) internal {
        vm.prank(config.payer);
        channels.initiateWithdraw(config, amount);
    }

    function takeBack(ChannelWords.ChannelConfig memory config) internal {
        vm.prank(config.payer);
        channels.finalizeWithdraw(config);
    }

    function later(uint256 secs) internal {
        vm.warp(vm.getBlockTimestamp() + secs);
    }

    // ---- papers

    /// A row of a claim with a voucher by the payer's own key.
    function row(ChannelWords.ChannelConfig memory config, uint128 ceiling, uint128 total)
        internal
        view
        returns (ChannelWords.VoucherClaim memory)
    {
        return rowBy(PAYER_KEY, config, ceiling, total);
    }

    function rowBy(uint256 key, ChannelWords.ChannelConfig memory config, uint128 ceiling, uint128 total)
        internal
        view
        returns (ChannelWords.VoucherClaim memory)
    {
        bytes32 digest = channels.getVoucherDigest(channels.getChannelId(config), ceiling);
        return ChannelWords.VoucherClaim(ChannelWords.Voucher(config, ceiling), signed(key, digest), total);
    }

    function one(ChannelWords.VoucherClaim memory only)
        internal
        pure
        returns (ChannelWords.VoucherClaim[] memory rows)
    {
        rows = new ChannelWords.VoucherClaim[](1);
        rows[0] = only;
    }

    function two(ChannelWords.VoucherClaim memory first, ChannelWords.VoucherClaim memory second)
        internal
        pure
        returns (ChannelWords.VoucherClaim[] memory rows)
    {
        rows = new ChannelWords.VoucherClaim[](2);
        rows[0] = first;
        rows[1] = second;
    }

    function batchSigned(uint256 key, ChannelWords.VoucherClaim[] memory rows) internal view returns (bytes memory) {
        return signed(key, channels.getClaimBatchDigest(rows));
    }

    function refundSigned(uint256 key, ChannelWords.ChannelConfig memory config, uint128 amount, uint256 nonce)
        internal
        view
        returns (bytes memory)
    {
        return signed(key, channels.getRefundDigest(channels.getChannelId(config), nonce, amount));
    }

    /// What the ERC-3009 collector wants to see for a deposit of `amount`, signed by `key`.
    function authorization(uint256 key, ChannelWords.ChannelConfig memory config, uint256 amount, uint256 salt)
        internal
        view
        returns (bytes memory)
    {
        uint256 validBefore = vm.getBlockTimestamp() + 1 hours;
        bytes32 nonce = keccak256(abi.encode(channels.getChannelId(config), salt));
        bytes32 words = keccak256(
            abi.encode(
                token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
                config.payer,
                address(collector),
                amount,
                0,
                validBefore,
                nonce
            )
        );
        return abi.encode(0, validBefore, salt, signed(key, tokenDigest(words)));
    }

    function tokenDigest(bytes32 words) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), words));
    }

    // ---- what is so

    function balanceOf(bytes32 channelId) internal view returns (uint128 balance) {
        (balance,) = channels.channels(channelId);
    }

    function claimedOf(bytes32 channelId) internal view returns (uint128 claimed) {
        (, claimed) = channels.channels(channelId);
    }

    function isPending(bytes32 channelId, uint128 amount, uint256 since) internal view {
        (uint128 pending, uint40 initiatedAt) = channels.pendingWithdrawals(channelId);
        same(pending, amount, "pending amount");
        same(initiatedAt, since, "pending since");
    }
}
