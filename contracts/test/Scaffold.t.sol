// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Check} from "./Check.sol";

contract ScaffoldTest is Check {
    function test_a_known_key_has_its_known_address() external pure {
        same(vm.addr(1), 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf, "address of key 1");
    }
}
