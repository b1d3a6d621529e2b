// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// What a spending vault keeps, what it tells and why it refuses. All amounts are units of the vault's one token; all times
/// are seconds since 1970.
interface SpendingVaultFacts {
    /// Where a payment stands. None: never granted. Granted: spendable with the operator, matures by its date. Frozen:
    /// under dispute. Appealed: before the council. Matured and Reclaimed: for good.
    enum State {
        None,
        Granted,
        Frozen,
        Appealed,
        Matured,
        Reclaimed
    }

    /// What never changes in the life of a vault.
    /// @param token the one token that the vault holds; one that takes fees, rebases or calls back is not to be chosen
    /// @param channels the channel contract into which users draw
    /// @param council who decides appeals: any address, so that its members change inside it
    /// @param window seconds to appeal after a freeze, and again as many to reclaim
    /// @param decisionTime seconds in which the council decides an appeal
    /// @param delayMax longest withdraw delay of a channel that may be drawn into; twice it fits into `window`, so that
    ///     value comes home from a channel before it may be reclaimed
    /// @param maturityMax how far ahead a grant may mature
    struct Terms {
        address token;
        address channels;
        address council;
        uint40 window;
        uint40 decisionTime;
        uint40 delayMax;
        uint40 maturityMax;
    }

    /// @param available in the vault and not drawn
    /// @param locked sum of his payments that may still be reclaimed, spent or not
    struct Account {
        uint128 available;
        uint128 locked;
    }

    /// One card payment, never deleted: it is the mark that makes a payment act once.
    /// @param amount still reclaimable, or at maturity what became the user's own
    /// @param maturesAt when it may no longer be frozen
    /// @param since when it came into its state
    struct Grant {
        uint128 amount;
        uint40 maturesAt;
        uint40 since;
        State state;
    }

    /// What was drawn into a channel and came back from it; both only grow.
    struct Line {
        uint128 drawn;
        uint128 returned;
    }

    event Funded(address indexed from, uint128 amount);
    event Granted(address indexed user, bytes32 indexed payment, uint128 amount, uint40 maturesAt);
    event Drawn(address indexed user, bytes32 indexed channelId, uint128 amount, uint128 total);
    event Returned(address indexed user, bytes32 indexed channelId, uint128 amount);
    event Released(address indexed user, address indexed to, uint128 amount);
    event Matured(address indexed user, bytes32 indexed payment);
    /// @param evidence salted hash of what the operator holds against the payment
    event Frozen(address indexed user, bytes32 indexed payment, bytes32 evidence);
    event Appealed(address indexed user, bytes32 indexed payment);
    event Decided(address indexed user, bytes32 indexed payment, bool forUser);
    event Thawed(address indexed user, bytes32 indexed payment);
    /// @param rest what is still reclaimable of the payment
    event Reclaimed(address indexed user, bytes32 indexed payment, uint128 amount, uint128 rest);
    event Drained(address indexed to, uint128 amount);
    event Appointed(address treasury, address operator, uint96 dailyLimit);

    /// The terms lack a party, or leave no time to bring value home before it is reclaimed.
    error UnfitTerms();
    /// The sender is not the one who may do this.
    error NotYours();
    /// The vault is not the payer, the token is another, or the withdraw delay is too long.
    error NotOurChannel();
    /// The signature is not the user's over exactly this.
    error WrongSigner();
    /// The payment was granted before, or the cumulative total was reached before.
    error AlreadyDone();
    /// Nothing would move.
    error ZeroAmount();
    /// The payment stands in a state in which this cannot be done to it.
    error OutOfTurn(State state);
    /// @param until the first second at which it can be done
    error TooEarly(uint256 until);
    /// @param since the first second at which it can no longer be done; for a grant, the latest maturity that is taken
    error TooLate(uint256 since);
    /// @param limit what may leave the operator's hold in one day
    error AboveLimit(uint256 limit);
    /// @param free what could be had at most
    error Short(uint256 free);
}
