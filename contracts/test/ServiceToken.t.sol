// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";

import {ServiceToken} from "../src/ServiceToken.sol";
import {Stage} from "./Stage.sol";

contract ServiceTokenTest is Stage {
    bytes32 private constant NONCE = keccak256("one of a kind");

    /// A payment that the payer signs: to whom, how much, and from when to when it holds.
    struct Paper {
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
    }

    function test_all_of_it_is_made_once_for_the_treasury() external {
        ServiceToken fresh = new ServiceToken("Hour", "HR", "2", STRANGER, 77);
        same(fresh.totalSupply(), 77, "supply");
        same(fresh.balanceOf(STRANGER), 77, "treasury");
        same(fresh.decimals(), 6, "decimals");
        same(bytes(fresh.name()), "Hour", "name");
        same(bytes(fresh.symbol()), "HR", "symbol");
        same(bytes(fresh.version()), "2", "version");
    }

    function test_names_too_long_for_the_code_are_refused() external {
        string memory long = "a name of thirty-two characters.";
        vm.expectRevert(abi.encodeWithSelector(ShortStrings.StringTooLong.selector, long));
        new ServiceToken("Hour", long, "1", STRANGER, 1);
    }

    function test_the_code_keeps_its_names_and_signs_for_its_new_place_when_copied() external {
        address elsewhere = 0x5FbDB2315678afecb367f032d93F642f64180aa3;
        vm.etch(elsewhere, address(token).code);
        ServiceToken copy = ServiceToken(elsewhere);
        same(bytes(copy.name()), "Service Dollar", "name");
        same(bytes(copy.symbol()), "SVC", "symbol");
        same(copy.DOMAIN_SEPARATOR(), domainOf(elsewhere), "its domain");
        same(token.DOMAIN_SEPARATOR(), domainOf(address(token)), "the domain of the first");
    }

    // ---- EIP-2612

    function test_a_holder_allows_by_signature_once() external {
        uint256 deadline = vm.getBlockTimestamp();
        bytes memory by = signed(PAYER_KEY, permitDigest(250, 0, deadline));
        permit(by, 250, deadline);
        same(token.allowance(PAYER, STRANGER), 250, "allowance");
        same(token.nonces(PAYER), 1, "nonce");
        (uint8 v, bytes32 r, bytes32 s) = parts(by);
        vm.expectRevert(ServiceToken.InvalidSignature.selector);
        token.permit(PAYER, STRANGER, 250, deadline, v, r, s);
    }

    function test_a_permit_holds_up_to_its_deadline_and_only_for_its_words() external {
        uint256 deadline = vm.getBlockTimestamp();
        (uint8 v, bytes32 r, bytes32 s) = parts(signed(PAYER_KEY, permitDigest(250, 0, deadline)));
        vm.expectRevert(ServiceToken.InvalidSignature.selector);
        token.permit(PAYER, STRANGER, 251, deadline, v, r, s);
        later(1);
        vm.expectRevert(abi.encodeWithSelector(ServiceToken.PermitExpired.selector, deadline));
        token.permit(PAYER, STRANGER, 250, deadline, v, r, s);
    }

    // ---- EIP-3009

    function test_a_signed_payment_moves_by_anyones_hand_once() external {
        Paper memory paper = held(STRANGER, 40);
        bytes memory by = signed(PAYER_KEY, digest(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), paper));
        vm.expectEmit(true, true, true, true, address(token));
        emit ServiceToken.AuthorizationUsed(PAYER, NONCE);
        transfer(paper, by);
        same(token.balanceOf(STRANGER), 40, "paid");
        isTrue(token.authorizationState(PAYER, NONCE), "spent");
        vm.expectRevert(abi.encodeWithSelector(ServiceToken.AuthorizationSpent.selector, PAYER, NONCE));
        transfer(paper, by);
    }

    function test_a_signed_payment_may_come_in_three_parts() external {
        Paper memory p = held(STRANGER, 40);
        (uint8 v, bytes32 r, bytes32 s) =
            parts(signed(PAYER_KEY, digest(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), p)));
        token.transferWithAuthorization(PAYER, p.to, p.value, p.validAfter, p.validBefore, NONCE, v, r, s);
        same(token.balanceOf(STRANGER), 40, "paid");
    }

    function test_a_payment_for_receiving_is_sent_by_its_payee_alone() external {
        Paper memory p = held(STRANGER, 40);
        bytes memory by = signed(PAYER_KEY, digest(token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), p));
        vm.expectRevert(abi.encodeWithSelector(ServiceToken.CallerIsNotPayee.selector, address(this), STRANGER));
        token.receiveWithAuthorization(PAYER, p.to, p.value, p.validAfter, p.validBefore, NONCE, by);
        vm.expectRevert(ServiceToken.InvalidSignature.selector);
        transfer(p, by);
        vm.prank(STRANGER);
        token.receiveWithAuthorization(PAYER, p.to, p.value, p.validAfter, p.validBefore, NONCE, by);
        same(token.balanceOf(STRANGER), 40, "paid");
    }

    function test_a_payment_for_receiving_may_come_in_three_parts() external {
        Paper memory p = held(STRANGER, 40);
        (uint8 v, bytes32 r, bytes32 s) =
            parts(signed(PAYER_KEY, digest(token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), p)));
        vm.prank(STRANGER);
        token.receiveWithAuthorization(PAYER, p.to, p.value, p.validAfter, p.validBefore, NONCE, v, r, s);
        same(token.balanceOf(STRANGER), 40, "paid");
    }

    function test_a_payment_holds_strictly_between_its_times() external {
        uint256 now_ = vm.getBlockTimestamp();
        bytes32 kind = token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH();
        Paper memory early = Paper(STRANGER, 40, now_, now_ + 2);
        bytes memory by = signed(PAYER_KEY, digest(kind, early));
        vm.expectRevert(abi.encodeWithSelector(ServiceToken.AuthorizationNotYetValid.selector, now_));
        transfer(early, by);
        later(2);
        vm.expectRevert(abi.encodeWithSelector(ServiceToken.AuthorizationExpired.selector, now_ + 2));
        transfer(early, by);
        vm.warp(now_ + 1);
        transfer(early, by);
    }

    function test_a_cancelled_payment_never_moves() external {
        Paper memory paper = held(STRANGER, 40);
        bytes memory by = signed(PAYER_KEY, digest(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), paper));
        bytes memory no = signed(PAYER_KEY, cancelDigest());
        bytes memory notHis = signed(SIGNER_KEY, cancelDigest());
        vm.expectRevert(ServiceToken.InvalidSignature.selector);
        token.cancelAuthorization(PAYER, NONCE, notHis);
        vm.expectEmit(true, true, true, true, address(token));
        emit ServiceToken.AuthorizationCanceled(PAYER, NONCE);
        token.cancelAuthorization(PAYER, NONCE, no);
        vm.expectRevert(abi.encodeWithSelector(ServiceToken.AuthorizationSpent.selector, PAYER, NONCE));
        transfer(paper, by);
        vm.expectRevert(abi.encodeWithSelector(ServiceToken.AuthorizationSpent.selector, PAYER, NONCE));
        token.cancelAuthorization(PAYER, NONCE, no);
    }

    function test_a_cancellation_may_come_in_three_parts() external {
        (uint8 v, bytes32 r, bytes32 s) = parts(signed(PAYER_KEY, cancelDigest()));
        token.cancelAuthorization(PAYER, NONCE, v, r, s);
        isTrue(token.authorizationState(PAYER, NONCE), "ended");
    }

    function test_nobody_pays_more_than_he_holds() external {
        Paper memory paper = held(STRANGER, 1_000_000_001);
        bytes memory by = signed(PAYER_KEY, digest(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), paper));
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, PAYER, 1_000_000_000, 1_000_000_001)
        );
        transfer(paper, by);
    }

    function testFuzz_a_signature_holds_for_exactly_its_words(address to, uint96 value, uint64 from, uint64 to_)
        external
    {
        Paper memory paper = held(STRANGER, 40);
        bytes memory by = signed(PAYER_KEY, digest(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), paper));
        Paper memory other = Paper(to, value, from % 1_700_000_000, vm.getBlockTimestamp() + 1 + to_);
        vm.assume(keccak256(abi.encode(paper)) != keccak256(abi.encode(other)));
        vm.expectRevert(ServiceToken.InvalidSignature.selector);
        transfer(other, by);
    }

    // ---- the small print

    function held(address to, uint256 value) private view returns (Paper memory) {
        return Paper(to, value, vm.getBlockTimestamp() - 1, vm.getBlockTimestamp() + 1);
    }

    function transfer(Paper memory p, bytes memory by) private {
        token.transferWithAuthorization(PAYER, p.to, p.value, p.validAfter, p.validBefore, NONCE, by);
    }

    function digest(bytes32 kind, Paper memory p) private view returns (bytes32) {
        return tokenDigest(keccak256(abi.encode(kind, PAYER, p.to, p.value, p.validAfter, p.validBefore, NONCE)));
    }

    function cancelDigest() private view returns (bytes32) {
        return tokenDigest(keccak256(abi.encode(token.CANCEL_AUTHORIZATION_TYPEHASH(), PAYER, NONCE)));
    }

    function permitDigest(uint256 value, uint256 nonce, uint256 deadline) private view returns (bytes32) {
        return tokenDigest(keccak256(abi.encode(token.PERMIT_TYPEHASH(), PAYER, STRANGER, value, nonce, deadline)));
    }

    function permit(bytes memory by, uint256 value, uint256 deadline) private {
        (uint8 v, bytes32 r, bytes32 s) = parts(by);
        token.permit(PAYER, STRANGER, value, deadline, v, r, s);
    }

    function parts(bytes memory by) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        (r, s) = abi.decode(by, (bytes32, bytes32));
        v = uint8(by[64]);
    }

    function domainOf(address where) private view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Service Dollar"),
                keccak256("1"),
                block.chainid,
                where
            )
        );
    }
}
