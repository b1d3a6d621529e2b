// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Stage} from "./Stage.sol";

/// Measures whole transactions and prints them as lines of a table: 21 000 for being one, call data, execution,
/// less what the chain gives back. A test that measures must run isolated (as the tests beside this file ask
/// forge to), so that each call is a transaction of its own.
abstract contract GasTable is Stage {
    address private constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;
    uint256 private constant TRANSACTION = 21_000;

    /// Gas of the transaction made last.
    function spent() internal view returns (uint256 gas) {
        gas = vm.lastCallGas().gasTotalUsed;
        isTrue(gas > TRANSACTION, "a whole transaction was measured: is the test isolated?");
    }

    function heading(string memory title) internal view {
        print(string.concat("\n", padded(title, 46), lefted("gas", 9), lefted("a piece", 9), "  Privatix"));
    }

    /// One line: what was done, its gas, how many pieces it did at once, what Privatix needs for the like; at
    /// most `most` a piece.
    function line(string memory act, uint256 gas, uint256 pieces, uint256 most, string memory privatix) internal view {
        uint256 each = gas / pieces;
        string memory piece = pieces == 1 ? "" : vm.toString(each);
        print(string.concat(padded(act, 46), lefted(vm.toString(gas), 9), lefted(piece, 9), "  ", privatix));
        isTrue(each <= most, string.concat(act, " costs ", vm.toString(each), ", more than ", vm.toString(most)));
    }

    function print(string memory text) private view {
        (bool done,) = CONSOLE.staticcall(abi.encodeWithSignature("log(string)", text));
        isTrue(done, "printed");
    }

    function padded(string memory text, uint256 width) private pure returns (string memory) {
        while (bytes(text).length < width) text = string.concat(text, " ");
        return text;
    }

    function lefted(string memory text, uint256 width) private pure returns (string memory) {
        while (bytes(text).length < width) text = string.concat(" ", text);
        return text;
    }
}
