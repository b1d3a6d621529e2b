// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ChannelWords} from "./ChannelWords.sol";
import {SpendingVaultFacts} from "./SpendingVaultFacts.sol";

/// What can be asked of a spending vault, by whom, and when it refuses. `SpendingVault` says how.
interface SpendingVaultWords is SpendingVaultFacts {
    // ---- acts

    /// Adds the sender's tokens to the reserve. Tokens that were merely transferred here are a gift to nobody.
    /// @param amount above zero, else ZeroAmount; the vault must be approved for it
    function fund(uint128 amount) external;

    /// Turns reserve into a user's power, once for each payment (AlreadyDone).
    /// @dev What matures within `window` counts against the daily limit, since no freeze could run its course before.
    /// @param payment salted hash of the payment
    /// @param amount above zero (ZeroAmount) and within the reserve (Short)
    /// @param maturesAt at most `maturityMax` from now (TooLate); now or earlier for money that cannot be charged back,
    ///     which is the user's own at once
    function grant(address user, bytes32 payment, uint128 amount, uint40 maturesAt) external;

    /// Raises what the vault has put into a channel to a total that the user signed. Anyone may send it as far as the
    /// user's free power goes; beyond, only the operator, within what is available (Short) and within the daily limit
    /// (AboveLimit).
    /// @dev The deposit is the last moment at which the processor has a say, so its rules about receivers of locked
    /// value are kept by the operator's refusal to send, off chain.
    /// @param config payer is the vault, token ours, delay at most `delayMax`, else NotOurChannel
    /// @param total cumulative; above what was drawn before, else AlreadyDone
    /// @param signature of `config.payerAuthorizer` over Draw(channelId, total), else WrongSigner
    function draw(ChannelWords.ChannelConfig calldata config, uint128 total, bytes calldata signature) external;

    /// Credits the user with what came back from a channel. Anyone may call it; a foreign channel was never drawn into,
    /// so nothing moves.
    /// @dev A channel's balance is deposits less returns, so what is missing from `drawn − returned` came back. A
    /// stranger's deposit can only make the credit smaller until it has gone back, too.
    function sync(ChannelWords.ChannelConfig calldata config) external;

    /// Begins to withdraw from a channel what is not claimed, at most `most`. For the operator and for the channel's
    /// user (NotYours). After the channel's delay anyone may `finish`.
    /// @dev A withdrawal that has elapsed is finished first. Otherwise a user could hold up the recall of his channel
    /// with a small pending one, for ever; so he costs it one delay, hence 2 · delayMax ≤ W. Refusals of the channel
    /// contract pass through: nothing there to withdraw, or one still pending.
    function recall(ChannelWords.ChannelConfig calldata config, uint128 most) external;

    /// Ends an elapsed withdrawal from a channel of the vault (NotOurChannel) and credits it.
    function finish(ChannelWords.ChannelConfig calldata config) external;

    /// Pays free power out to an address that the user chose. Anyone may send it.
    /// @param total cumulative; above what was released before (AlreadyDone), the difference at most `free` (Short)
    /// @param signature of the user over Release(to, total), else WrongSigner
    function release(address user, address to, uint128 total, bytes calldata signature) external;

    /// Makes a granted payment the user's own, from its date on (TooEarly). Anyone may call it.
    function mature(address user, bytes32 payment) external;

    /// Holds a disputed payment before it matures (TooLate afterwards): it stops maturing, and the time to appeal
    /// begins.
    /// @param evidence salted hash of the chargeback's papers, to be shown in an appeal
    function freeze(address user, bytes32 payment, bytes32 evidence) external;

    /// Puts a frozen payment before the council, within `window` of the freeze (TooLate).
    /// @param signature of the user over Appeal(payment, frozenAt), where frozenAt is the grant's `since`, so that it
    ///     serves for this freeze only (WrongSigner). Empty when the council takes the case up by itself (NotYours for
    ///     others), for a user whose processor keeps his key and will not sign
    function appeal(address user, bytes32 payment, bytes calldata signature) external;

    /// The council's answer, within `decisionTime` of the appeal (TooLate). For the user: the payment is his for good.
    /// Against: frozen as if `window` ago, so there is no second appeal and one `window` to reclaim.
    function decide(address user, bytes32 payment, bool forUser) external;

    /// Takes a payment's amount above `rest` back into the reserve, as far as it lies undrawn in the user's account
    /// (Short when nothing does). May be repeated until `rest` is reached (AlreadyDone), so that what is recalled later
    /// can be taken, too.
    /// @param consent empty: the payment is frozen and past its appeal, from `window` (TooEarly) to twice that
    ///     (TooLate). Else the user's signature over Surrender(payment, rest) (WrongSigner): at any time until it
    ///     matures, for a refund of the unused
    function reclaim(address user, bytes32 payment, uint128 rest, bytes calldata consent) external;

    /// Gives a frozen or appealed payment back its course; it matures by its old date. The operator may at any time;
    /// anyone may once the time to reclaim or to decide has passed (TooEarly), so silence is for the user.
    function thaw(address user, bytes32 payment) external;

    /// Takes reserve home to the treasury, and nowhere else. For treasury and operator.
    /// @param amount above zero (ZeroAmount) and within the reserve (Short)
    function drain(uint128 amount) external;

    /// Replaces the treasury, the operator and the daily limit; for the treasury. What left today already counts
    /// against the new limit.
    /// @param treasury_ not zero, else UnfitTerms: nobody could appoint again
    /// @param operator_ zero stops grants, locked draws, freezes and reclaims
    function appoint(address treasury_, address operator_, uint96 dailyLimit_) external;

    /// What a user may draw or take without the operator: available less locked, as if mature money were spent first.
    function free(address user) external view returns (uint128);

    /// What may still leave the operator's hold on this day of UTC.
    function leftToday() external view returns (uint128);

    // ---- what is there

    /// The one token of this vault.
    function token() external view returns (IERC20);
    /// The channel contract into which users draw.
    function channels() external view returns (ChannelWords);
    /// Who decides appeals. Fixed, since an owner who can replace it could take everything.
    function council() external view returns (address);
    /// Seconds to appeal after a freeze, and again as many to reclaim.
    function window() external view returns (uint40);
    /// Seconds in which the council decides an appeal.
    function decisionTime() external view returns (uint40);
    /// Longest withdraw delay, in seconds, of a channel that may be drawn into.
    function delayMax() external view returns (uint40);
    /// Most seconds between a grant and its maturity.
    function maturityMax() external view returns (uint40);
    /// Per user: what lies here undrawn, and how much of his power is locked.
    function accounts(address user) external view returns (uint128 available, uint128 locked);
    /// Per user and payment (a salted hash): what may still be reclaimed, and its state.
    function grants(address user, bytes32 payment)
        external
        view
        returns (uint128 amount, uint40 maturesAt, uint40 since, State state);
    /// Per channel: the totals drawn into it and come back from it.
    function lines(bytes32 channelId) external view returns (uint128 drawn, uint128 returned);
    /// Per user: the total that he had paid out to addresses of his choice.
    function released(address user) external view returns (uint128 total);
    /// The processor's own, granted to nobody. A stored number, never the balance less what is owed: a return that
    /// nobody synced yet would look like reserve and could be granted twice.
    function reserve() external view returns (uint128);
    /// The day, counted from 1970 in UTC, on which value last left the operator's hold.
    function today() external view returns (uint32);
    /// Who grants, sends locked draws, freezes and reclaims.
    function operator() external view returns (address);
    /// The most that may leave the operator's hold in a day: locked draws, and grants that mature within `window`. It
    /// bounds what a thief of the operator's key carries off.
    function dailyLimit() external view returns (uint96);
    /// Where the reserve goes home to, and who appoints.
    function treasury() external view returns (address);
}
