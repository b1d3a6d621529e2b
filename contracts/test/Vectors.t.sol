// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ChannelWords} from "../src/ChannelWords.sol";
import {Erc3009Collector} from "../src/Erc3009Collector.sol";
import {ServiceToken} from "../src/ServiceToken.sol";
import {Check} from "./Check.sol";

/// The official client's own answers, put to our code at the official addresses on chain 31337. The file is the
/// one that the Java side reads too. Its Permit2 entries belong to a collector that we do not have.
contract VectorsTest is Check {
    string private constant FILE = "../spi/src/test/resources/x402-vectors.json";
    ChannelWords private constant CHANNELS = ChannelWords(0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003);
    Erc3009Collector private constant COLLECTOR = Erc3009Collector(0x4020806089470a89826cB9fB1f4059150b550004);
    ServiceToken private constant TOKEN = ServiceToken(0x5FbDB2315678afecb367f032d93F642f64180aa3);

    string private json;
    address private payer;
    address private receiver;

    function setUp() external {
        vm.chainId(31337);
        vm.warp(1_800_000_000);
        json = vm.readFile(FILE);
        payer = addressAt(".meta.keys.payer.address");
        receiver = addressAt(".meta.receiver");
        vm.etch(address(CHANNELS), vm.deployCode("Channels.sol:Channels").code);
        vm.etch(address(COLLECTOR), address(new Erc3009Collector(address(CHANNELS))).code);
        vm.etch(address(TOKEN), address(new ServiceToken("USDC", "USDC", "2", payer, 1)).code);
        // The payer's balance, in the first of the token's slots: copied code brings no state along.
        vm.store(address(TOKEN), keccak256(abi.encode(payer, uint256(0))), bytes32(uint256(1_000_000)));
    }

    // ---- words

    function test_the_type_hashes_are_those_of_the_client() external view {
        hashOfType("ChannelConfig", CHANNELS.CHANNEL_CONFIG_TYPEHASH());
        hashOfType("Voucher", CHANNELS.VOUCHER_TYPEHASH());
        hashOfType("Refund", CHANNELS.REFUND_TYPEHASH());
        hashOfType("ClaimEntry", CHANNELS.CLAIM_ENTRY_TYPEHASH());
        hashOfType("ClaimBatch", CHANNELS.CLAIM_BATCH_TYPEHASH());
        hashOfType("ReceiveWithAuthorization", TOKEN.RECEIVE_WITH_AUTHORIZATION_TYPEHASH());
        hashOfType("TransferWithAuthorization", TOKEN.TRANSFER_WITH_AUTHORIZATION_TYPEHASH());
    }

    function test_the_domain_is_that_of_the_client_on_every_chain() external {
        string[] memory networks = vm.parseJsonKeys(json, ".domainSeparators");
        same(networks.length, 3, "networks");
        for (uint256 i = 0; i < networks.length; ++i) {
            vm.chainId(chainOf(networks[i]));
            (, string memory name, string memory version, uint256 chain, address where,,) =
                IERC5267(address(CHANNELS)).eip712Domain();
            bytes32 kind = hashAt(".typehashes.EIP712Domain.hash");
            bytes32 domain =
                keccak256(abi.encode(kind, keccak256(bytes(name)), keccak256(bytes(version)), chain, where));
            same(domain, hashAt(string.concat(".domainSeparators['", networks[i], "']")), networks[i]);
        }
    }

    function test_the_ids_of_channels_are_those_of_the_client() external {
        for (uint256 i = 0; i < 5; ++i) {
            string memory path = item(".channelIds", i);
            vm.chainId(chainOf(textAt(string.concat(path, ".network"))));
            bytes32 id = CHANNELS.getChannelId(configAt(string.concat(path, ".config")));
            same(id, hashAt(string.concat(path, ".channelId")), path);
        }
    }

    function test_the_digests_of_vouchers_are_those_of_the_client_and_its_signers_made_them() external view {
        for (uint256 i = 0; i < 5; ++i) {
            string memory path = item(".vouchers", i);
            bytes32 digest = CHANNELS.getVoucherDigest(
                hashAt(string.concat(path, ".channelId")), uint128(numberAt(string.concat(path, ".maxClaimableAmount")))
            );
            signedAs(path, digest);
        }
    }

    function test_the_digests_of_refunds_are_those_of_the_client_and_its_signers_made_them() external view {
        for (uint256 i = 0; i < 2; ++i) {
            string memory path = item(".refunds", i);
            bytes32 digest = CHANNELS.getRefundDigest(
                hashAt(string.concat(path, ".channelId")),
                numberAt(string.concat(path, ".nonce")),
                uint128(numberAt(string.concat(path, ".amount")))
            );
            signedAs(path, digest);
        }
    }

    /// The file names the channels of a batch by id; the contract wants their terms, which stand under the same
    /// id.
    function test_the_digests_of_batches_are_those_of_the_client_and_its_signers_made_them() external view {
        uint256[4] memory rows = [uint256(1), 2, 2, 0];
        for (uint256 i = 0; i < rows.length; ++i) {
            string memory path = item(".claimBatches", i);
            ChannelWords.VoucherClaim[] memory claims = new ChannelWords.VoucherClaim[](rows[i]);
            for (uint256 j = 0; j < claims.length; ++j) {
                claims[j] = entryAt(item(string.concat(path, ".entries"), j));
            }
            bytes32 digest = CHANNELS.getClaimBatchDigest(claims);
            if (rows[i] == 0) same(digest, hashAt(string.concat(path, ".digest")), path);
            else signedAs(path, digest);
        }
    }

    function test_the_digests_of_token_payments_are_those_of_the_client_and_the_payer_made_them() external view {
        bytes32 paidIn = tokenDigest(".depositErc3009", TOKEN.RECEIVE_WITH_AUTHORIZATION_TYPEHASH());
        same(paidIn, hashAt(".depositErc3009.digest"), "deposit");
        same(ECDSA.recover(paidIn, bytesAt(".depositErc3009.signature")), payer, "signer of the deposit");
        bytes32 exact = tokenDigest(".exactEip3009", TOKEN.TRANSFER_WITH_AUTHORIZATION_TYPEHASH());
        same(exact, hashAt(".exactEip3009.digest"), "exact");
        same(ECDSA.recover(exact, bytesAt(".exactEip3009.signature")), payer, "signer of the exact payment");
    }

    // ---- doors, events, refusals

    function test_our_code_has_every_door_that_the_client_knows() external view {
        string[] memory doors = vm.parseJsonKeys(json, ".selectors");
        uint256 found;
        for (uint256 i = 0; i < doors.length; ++i) {
            bytes4 selector = bytes4(bytesAt(string.concat(".selectors['", doors[i], "']")));
            bool here = asksFor(address(CHANNELS), selector) || asksFor(address(COLLECTOR), selector)
                || asksFor(address(TOKEN), selector);
            bool permit2 = selector == 0x6afdd850 || selector == 0x22971aa0 || selector == 0x4f829976;
            isTrue(here != permit2, doors[i]);
            if (here) ++found;
        }
        same(found, doors.length - 3, "doors");
    }

    function test_our_events_have_the_topics_that_the_client_listens_to() external view {
        bytes32[9] memory ours = [
            ChannelWords.ChannelCreated.selector,
            ChannelWords.ChannelClosed.selector,
            ChannelWords.Deposited.selector,
            ChannelWords.Claimed.selector,
            ChannelWords.Settled.selector,
            ChannelWords.Refunded.selector,
            ChannelWords.WithdrawInitiated.selector,
            ChannelWords.WithdrawFinalized.selector,
            IERC5267.EIP712DomainChanged.selector
        ];
        string[] memory theirs = vm.parseJsonKeys(json, ".eventTopics");
        same(theirs.length, ours.length, "events");
        for (uint256 i = 0; i < theirs.length; ++i) {
            same(ours[i], hashAt(string.concat(".eventTopics['", theirs[i], "']")), theirs[i]);
        }
    }

    function test_our_refusals_have_the_selectors_that_the_client_reads() external view {
        bytes4[28] memory ours = [
            ChannelWords.InvalidChannel.selector,
            ChannelWords.ZeroDeposit.selector,
            ChannelWords.DepositOverflow.selector,
            ChannelWords.InvalidSignature.selector,
            ChannelWords.NotReceiverAuthorizer.selector,
            ChannelWords.NotAuthorizedToClaim.selector,
            ChannelWords.NotAuthorizedToRefund.selector,
            ChannelWords.ClaimExceedsCeiling.selector,
            ChannelWords.ClaimExceedsBalance.selector,
            ChannelWords.WithdrawalAlreadyPending.selector,
            ChannelWords.WithdrawalNotPending.selector,
            ChannelWords.NotAuthorizedToFinalizeWithdraw.selector,
            ChannelWords.WithdrawDelayNotElapsed.selector,
            ChannelWords.NothingToWithdraw.selector,
            ChannelWords.WithdrawAmountExceedsAvailable.selector,
            ChannelWords.WithdrawDelayOutOfRange.selector,
            ChannelWords.EmptyBatch.selector,
            ChannelWords.DepositCollectionFailed.selector,
            ChannelWords.InvalidCollector.selector,
            ChannelWords.InvalidRefundNonce.selector,
            ChannelWords.ZeroRefund.selector,
            Erc3009Collector.OnlyX402BatchSettlement.selector,
            Erc3009Collector.InvalidX402BatchSettlementAddress.selector,
            ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector,
            ECDSA.ECDSAInvalidSignature.selector,
            ECDSA.ECDSAInvalidSignatureLength.selector,
            ECDSA.ECDSAInvalidSignatureS.selector,
            Errors.FailedCall.selector
        ];
        string[] memory theirs = vm.parseJsonKeys(json, ".errorSelectors");
        uint256 permit2 = 2;
        same(theirs.length, ours.length + 2 + permit2, "refusals");
        for (uint256 i = 0; i < ours.length; ++i) {
            // The two of the Permit2 collector stand after the first 23.
            string memory named = theirs[i < 23 ? i : i + permit2];
            same(abi.encodePacked(ours[i]), bytesAt(string.concat(".errorSelectors['", named, "']")), named);
        }
        same(
            bytesAt(".errorSelectors['AddressEmptyCode(address)']"),
            abi.encodePacked(Address.AddressEmptyCode.selector),
            ""
        );
        same(
            bytesAt(".errorSelectors['SafeERC20FailedOperation(address)']"),
            abi.encodePacked(SafeERC20.SafeERC20FailedOperation.selector),
            ""
        );
    }

    // ---- the client's transactions, byte for byte

    function test_the_clients_transactions_carry_a_channel_through_its_life() external {
        bytes32 id = hashAt(".channelIds[0].channelId");
        send(address(this), "deposit_A_erc3009");
        isAt(id, 100_000, 0, 0);
        send(payer, "initiateWithdraw_1000");
        (uint128 asked,) = CHANNELS.pendingWithdrawals(id);
        same(asked, 1000, "asked back");
        send(address(this), "claimWithSignature_oneRow");
        isAt(id, 100_000, 3200, 0);
        send(address(this), "settle");
        same(TOKEN.balanceOf(receiver), 3200, "paid");
        send(address(this), "refundWithSignature");
        isAt(id, 98_500, 3200, 1);
        vm.warp(1_800_000_000 + 900);
        send(payer, "finalizeWithdraw");
        isAt(id, 97_500, 3200, 1);
        same(TOKEN.balanceOf(payer), 1_000_000 - 97_500, "returned to the payer");
        same(abi.decode(send(address(this), "getChannelId"), (bytes32)), id, "id");
    }

    function test_the_clients_claim_and_refund_go_in_one_transaction() external {
        send(address(this), "deposit_A_erc3009");
        send(address(this), "multicall_claim_then_refund");
        isAt(hashAt(".channelIds[0].channelId"), 98_500, 3200, 1);
    }

    // ---- the small print

    function send(address from, string memory name) private returns (bytes memory answer) {
        bytes memory data = bytesAt(string.concat(".calldata.", name));
        bool good;
        vm.prank(from);
        (good, answer) = address(CHANNELS).call(data);
        if (!good) revert DiffersBytes(name, answer, "");
    }

    /// Whether the code compares with this selector: the instruction PUSH4 followed by it.
    function asksFor(address where, bytes4 selector) private view returns (bool) {
        bytes memory code = where.code;
        bytes5 wanted = bytes5(abi.encodePacked(hex"63", selector));
        for (uint256 i = 0; i + 5 <= code.length; ++i) {
            bytes5 here;
            assembly ("memory-safe") {
                here := and(mload(add(add(code, 0x20), i)), shl(216, 0xffffffffff))
            }
            if (here == wanted) return true;
        }
        return false;
    }

    function isAt(bytes32 id, uint128 balance, uint128 claimed, uint256 refunds) private view {
        (uint128 b, uint128 c) = CHANNELS.channels(id);
        same(b, balance, "balance");
        same(c, claimed, "claimed");
        same(CHANNELS.refundNonce(id), refunds, "refunds");
    }

    function hashOfType(string memory name, bytes32 ours) private view {
        same(ours, hashAt(string.concat(".typehashes.", name, ".hash")), name);
    }

    /// The digest stands in the file, and the signature there was made over it by the signer named there.
    function signedAs(string memory path, bytes32 digest) private view {
        same(digest, hashAt(string.concat(path, ".digest")), path);
        address signer = ECDSA.recover(digest, bytesAt(string.concat(path, ".signature")));
        same(signer, addressAt(string.concat(path, ".signer")), path);
    }

    function tokenDigest(string memory path, bytes32 kind) private view returns (bytes32) {
        string memory m = string.concat(path, ".message");
        bytes32 words = keccak256(
            abi.encode(
                kind,
                addressAt(string.concat(m, ".from")),
                addressAt(string.concat(m, ".to")),
                numberAt(string.concat(m, ".value")),
                numberAt(string.concat(m, ".validAfter")),
                numberAt(string.concat(m, ".validBefore")),
                hashAt(string.concat(m, ".nonce"))
            )
        );
        return keccak256(abi.encodePacked(hex"1901", TOKEN.DOMAIN_SEPARATOR(), words));
    }

    function entryAt(string memory path) private view returns (ChannelWords.VoucherClaim memory) {
        bytes32 id = hashAt(string.concat(path, ".channelId"));
        uint256 known = id == hashAt(".channelIds[0].channelId") ? 0 : 1;
        ChannelWords.ChannelConfig memory config = configAt(string.concat(item(".channelIds", known), ".config"));
        uint128 ceiling = uint128(numberAt(string.concat(path, ".maxClaimableAmount")));
        uint128 total = uint128(numberAt(string.concat(path, ".totalClaimed")));
        return ChannelWords.VoucherClaim(ChannelWords.Voucher(config, ceiling), "", total);
    }

    function configAt(string memory path) private view returns (ChannelWords.ChannelConfig memory) {
        return ChannelWords.ChannelConfig({
            payer: addressAt(string.concat(path, ".payer")),
            payerAuthorizer: addressAt(string.concat(path, ".payerAuthorizer")),
            receiver: addressAt(string.concat(path, ".receiver")),
            receiverAuthorizer: addressAt(string.concat(path, ".receiverAuthorizer")),
            token: addressAt(string.concat(path, ".token")),
            withdrawDelay: uint40(numberAt(string.concat(path, ".withdrawDelay"))),
            salt: hashAt(string.concat(path, ".salt"))
        });
    }

    function item(string memory list, uint256 i) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(i), "]");
    }

    function chainOf(string memory network) private pure returns (uint256 chain) {
        bytes memory text = bytes(network);
        for (uint256 i = 7; i < text.length; ++i) {
            chain = chain * 10 + uint8(text[i]) - 48;
        }
    }

    function addressAt(string memory path) private view returns (address) {
        return vm.parseJsonAddress(json, path);
    }

    function hashAt(string memory path) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, path);
    }

    function bytesAt(string memory path) private view returns (bytes memory) {
        return vm.parseJsonBytes(json, path);
    }

    function numberAt(string memory path) private view returns (uint256) {
        return vm.parseJsonUint(json, path);
    }

    function textAt(string memory path) private view returns (string memory) {
        return vm.parseJsonString(json, path);
    }
}
