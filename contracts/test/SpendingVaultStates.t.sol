// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {SpendingVaultStage} from "./SpendingVaultStage.sol";

/// The table of a payment's states: in each, every act that its state forbids is refused and names the state.
contract SpendingVaultStatesTest is SpendingVaultStage {
    function test_a_payment_that_was_never_granted() public {
        refusedIn(State.None, [true, true, true, true, true, true, true]);
    }

    function test_a_granted_payment() public {
        granted(100);
        refusedIn(State.Granted, [false, false, true, true, true, false, true]);
    }

    function test_a_frozen_payment() public {
        frozen(100);
        refusedIn(State.Frozen, [true, true, false, true, false, false, false]);
    }

    function test_an_appealed_payment() public {
        appealed(100);
        refusedIn(State.Appealed, [true, true, true, false, true, false, false]);
    }

    function test_a_matured_payment() public {
        granted(100);
        elapse(30 days);
        does(STRANGER, mature());
        refusedIn(State.Matured, [true, true, true, true, true, true, true]);
    }

    function test_a_payment_that_was_mature_at_once() public {
        does(OPERATOR, grant(PAYMENT, 100, 0));
        refusedIn(State.Matured, [true, true, true, true, true, true, true]);
    }

    function test_a_payment_that_the_council_gave_to_the_user() public {
        appealed(100);
        does(COUNCIL, decide(true));
        refusedIn(State.Matured, [true, true, true, true, true, true, true]);
    }

    function test_a_reclaimed_payment() public {
        frozen(100);
        elapse(W);
        does(OPERATOR, reclaim(0));
        refusedIn(State.Reclaimed, [true, true, true, true, true, true, true]);
    }

    /// In every state but the first a payment has been granted, and is not granted again.
    function test_no_state_is_granted_anew() public {
        granted(100);
        refuses(OPERATOR, grant(PAYMENT, 1, inDays(1)), plain(AlreadyDone.selector));
        does(OPERATOR, freeze());
        refuses(OPERATOR, grant(PAYMENT, 1, inDays(1)), plain(AlreadyDone.selector));
        does(COUNCIL, appeal(""));
        refuses(OPERATOR, grant(PAYMENT, 1, inDays(1)), plain(AlreadyDone.selector));
        does(COUNCIL, decide(true));
        refuses(OPERATOR, grant(PAYMENT, 1, inDays(1)), plain(AlreadyDone.selector));
    }

    /// Each act is sent by whoever may, in the order mature, freeze, appeal, decide, reclaim, surrender, thaw.
    function refusedIn(State state, bool[7] memory refused) private {
        bytes memory appealed_ = appeal(signed(USER_KEY, appealDigest(PAYMENT, sinceOf(PAYMENT))));
        if (refused[0]) refuses(STRANGER, mature(), outOfTurn(state));
        if (refused[1]) refuses(OPERATOR, freeze(), outOfTurn(state));
        if (refused[2]) {
            refuses(user, appealed_, outOfTurn(state));
            refuses(COUNCIL, appeal(""), outOfTurn(state));
        }
        if (refused[3]) {
            refuses(COUNCIL, decide(true), outOfTurn(state));
            refuses(COUNCIL, decide(false), outOfTurn(state));
        }
        if (refused[4]) refuses(OPERATOR, reclaim(0), outOfTurn(state));
        if (refused[5]) refuses(OPERATOR, surrender(0), outOfTurn(state));
        if (refused[6]) {
            refuses(OPERATOR, thaw(), outOfTurn(state));
            refuses(STRANGER, thaw(), outOfTurn(state));
        }
        isIn(state);
    }
}
