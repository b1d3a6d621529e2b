// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Vm} from "./Vm.sol";

/// What every test contract starts from: the cheat codes and a few comparisons that say both sides when they fail.
abstract contract Check {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

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
}
