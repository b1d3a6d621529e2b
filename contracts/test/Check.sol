// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Vm} from "./Vm.sol";

/// What every test contract starts from: the cheat codes and a few comparisons that say both sides when they
/// fail.
abstract contract Check {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// What a contract wallet is told to accept: a digest and the hash of its signature.
    struct Sig {
        bytes32 digest;
        bytes32 signature;
    }

    /// Forge takes a test contract for failed when a call reverts, so a revert with both sides is all it needs.
    error Differs(string what, uint256 actual, uint256 expected);
    error DiffersBytes(string what, bytes actual, bytes expected);
    error Untrue(string what);

    function same(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert Differs(what, actual, expected);
    }

    function same(address actual, address expected, string memory what) internal pure {
        same(uint256(uint160(actual)), uint256(uint160(expected)), what);
    }

    function same(bytes32 actual, bytes32 expected, string memory what) internal pure {
        same(uint256(actual), uint256(expected), what);
    }

    function same(bytes memory actual, bytes memory expected, string memory what) internal pure {
        if (keccak256(actual) != keccak256(expected)) revert DiffersBytes(what, actual, expected);
    }

    function isTrue(bool condition, string memory what) internal pure {
        if (!condition) revert Untrue(what);
    }

    function signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// The same signature with the high s, which recovers to the same key but must not count; and that s.
    function mirrored(bytes memory signature) internal pure returns (bytes memory other, bytes32 high) {
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        uint8 v = uint8(signature[64]);
        high = bytes32(0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 - uint256(s));
        other = abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27));
    }

    /// How often an event was said since `vm.recordLogs`; the record starts anew.
    function logged(bytes32 topic) internal returns (uint256 times) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == topic) ++times;
        }
    }
}
