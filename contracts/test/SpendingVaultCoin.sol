// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A plain token that can be told to misbehave: to call somebody in the middle of each transfer, to keep a fee, to bar somebody.
contract SpendingVaultCoin is ERC20("Coin", "COIN") {
    error Barred();

    address private listener;
    address private barred;
    uint256 private fee;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }

    /// @param next zero for none
    function tell(address next) external {
        listener = next;
    }

    /// @param each what is kept of each transfer
    function keep(uint256 each) external {
        fee = each;
    }

    /// @param who may neither send nor receive; zero for nobody
    function bar(address who) external {
        barred = who;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (barred != address(0) && (from == barred || to == barred)) revert Barred();
        super._update(from, to, amount);
        if (fee != 0) super._update(to, address(0), fee);
        if (listener == address(0)) return;
        (bool ok, bytes memory answer) = listener.call(abi.encodeWithSignature("moved()"));
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }
}
