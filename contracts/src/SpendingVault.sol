// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ChannelWords} from "./ChannelWords.sol";
import {Channels} from "./Channels.sol";
import {IDepositCollector} from "./IDepositCollector.sol";
import {SpendingVaultConsent} from "./SpendingVaultConsent.sol";

/// Spending power that was paid for with money that may still be charged back; one vault per processor and token.
///
/// The vault is the `payer` of its users' channels and a user's key their `payerAuthorizer`: he spends by ordinary vouchers, and what a
/// channel gives back can only come here. Until a payment matures its value is locked: it moves only with both keys, the user's signature
/// and the operator as sender, and can be frozen and reclaimed, bounded by that payment. Matured value is the user's own and out of the
/// operator's reach. Where operator or council stay silent, time decides for the user.
///
/// There is no owner, no pause and no upgrade. The vault answers no signature checks (EIP-1271) and approves nobody, or else deposits
/// could be made that nobody booked. Nothing is divided, and the books change before tokens move.
contract SpendingVault is SpendingVaultConsent, IDepositCollector, Multicall, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// The one token of this vault.
    IERC20 public immutable token;
    /// The channel contract into which users draw.
    Channels public immutable channels;
    /// Who decides appeals. Fixed, since an owner who can replace it could take everything.
    address public immutable council;
    /// Seconds to appeal after a freeze, and again as many to reclaim.
    uint40 public immutable window;
    /// Seconds in which the council decides an appeal.
    uint40 public immutable decisionTime;
    /// Longest withdraw delay, in seconds, of a channel that may be drawn into.
    uint40 public immutable delayMax;
    /// Most seconds between a grant and its maturity.
    uint40 public immutable maturityMax;

    /// Per user: what lies here undrawn, and how much of his power is locked.
    mapping(address user => Account) public accounts;
    /// Per user and payment (a salted hash): what may still be reclaimed, and its state.
    mapping(address user => mapping(bytes32 payment => Grant)) public grants;
    /// Per channel: the totals drawn into it and come back from it.
    mapping(bytes32 channelId => Line) public lines;
    /// Per user: the total that he had paid out to addresses of his choice.
    mapping(address user => uint128 total) public released;

    /// The processor's own, granted to nobody. A stored number, never the balance less what is owed: a return that
    /// nobody synced yet would look like reserve and could be granted twice.
    uint128 public reserve;
    /// Left the operator's hold on the day `today`. Shares a slot with `reserve`, which each grant writes.
    uint96 private spent;
    /// The day, counted from 1970 in UTC, on which value last left the operator's hold.
    uint32 public today;

    /// Who grants, sends locked draws, freezes and reclaims.
    address public operator;
    /// The most that may leave the operator's hold in a day: locked draws, and grants that mature within `window`. It
    /// bounds what a thief of the operator's key carries off.
    uint96 public dailyLimit;

    /// Where the reserve goes home to, and who appoints.
    address public treasury;

    /// The channel for which a draw in progress is about to be asked for tokens; else zero.
    bytes32 private transient opening;

    modifier onlyOperator() {
        if (msg.sender != operator) revert NotYours();
        _;
    }

    /// @param terms what never changes
    /// @param treasury_ the first treasury; not zero
    /// @param operator_ the first operator; zero if none is appointed yet
    /// @param dailyLimit_ the first daily limit
    constructor(Terms memory terms, address treasury_, address operator_, uint96 dailyLimit_) {
        if (terms.token == address(0) || terms.channels == address(0) || terms.council == address(0)) {
            revert UnfitTerms();
        }
        if (2 * uint256(terms.delayMax) > terms.window || terms.window == 0 || terms.decisionTime == 0) {
            revert UnfitTerms();
        }
        token = IERC20(terms.token);
        channels = Channels(terms.channels);
        council = terms.council;
        window = terms.window;
        decisionTime = terms.decisionTime;
        delayMax = terms.delayMax;
        maturityMax = terms.maturityMax;
        _appoint(treasury_, operator_, dailyLimit_);
    }

    /// Adds the sender's tokens to the reserve. Tokens that were merely transferred here are a gift to nobody.
    /// @param amount above zero, else ZeroAmount; the vault must be approved for it
    function fund(uint128 amount) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        reserve += amount;
        emit Funded(msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// Turns reserve into a user's power, once for each payment (AlreadyDone).
    /// @dev What matures within `window` counts against the daily limit, since no freeze could run its course before.
    /// @param payment salted hash of the payment
    /// @param amount above zero (ZeroAmount) and within the reserve (Short)
    /// @param maturesAt at most `maturityMax` from now (TooLate); now or earlier for money that cannot be charged back,
    ///     which is the user's own at once
    function grant(address user, bytes32 payment, uint128 amount, uint40 maturesAt) external onlyOperator {
        if (grants[user][payment].state != State.None) revert AlreadyDone();
        if (amount == 0) revert ZeroAmount();
        if (amount > reserve) revert Short(reserve);
        uint256 latest = block.timestamp + maturityMax;
        if (maturesAt > latest) revert TooLate(latest);
        if (maturesAt < block.timestamp + window) _leave(amount);

        bool locks = maturesAt > block.timestamp;
        reserve -= amount;
        accounts[user].available += amount;
        if (locks) accounts[user].locked += amount;
        grants[user][payment] = Grant(amount, maturesAt, _now(), locks ? State.Granted : State.Matured);
        emit Granted(user, payment, amount, maturesAt);
    }

    /// Raises what the vault has put into a channel to a total that the user signed. Anyone may send it as far as the
    /// user's free power goes; beyond, only the operator, within what is available (Short) and within the daily limit
    /// (AboveLimit).
    /// @dev The deposit is the last moment at which the processor has a say, so its rules about receivers of locked
    /// value are kept by the operator's refusal to send, off chain.
    /// @param config payer is the vault, token ours, delay at most `delayMax`, else NotOurChannel
    /// @param total cumulative; above what was drawn before, else AlreadyDone
    /// @param signature of `config.payerAuthorizer` over Draw(channelId, total), else WrongSigner
    function draw(ChannelWords.ChannelConfig calldata config, uint128 total, bytes calldata signature)
        external
        nonReentrant
    {
        if (config.token != address(token) || config.withdrawDelay > delayMax) revert NotOurChannel();
        bytes32 id = _ours(config);
        uint128 drawn = lines[id].drawn;
        if (total <= drawn) revert AlreadyDone();
        address user = config.payerAuthorizer;
        _requireDraw(user, id, total, signature);

        uint128 amount = total - drawn;
        uint128 unlocked = free(user);
        if (amount > unlocked) {
            if (msg.sender != operator) revert Short(unlocked);
            if (amount > accounts[user].available) revert Short(accounts[user].available);
            _leave(amount - unlocked);
        }
        accounts[user].available -= amount;
        lines[id].drawn = total;
        opening = id;
        emit Drawn(user, id, amount, total);
        channels.deposit(config, amount, address(this), "");
    }

    /// Hands the channel contract the tokens of the draw in progress, once. Anyone else, and any other channel, is
    /// refused with NotYours: a stranger may name the vault as collector, too.
    function collect(address, address, uint256 amount, bytes32 channelId, bytes calldata) external {
        if (msg.sender != address(channels) || channelId == 0 || channelId != opening) revert NotYours();
        opening = 0;
        token.safeTransfer(msg.sender, amount);
    }

    /// Credits the user with what came back from a channel. Anyone may call it; a foreign channel was never drawn into,
    /// so nothing moves.
    /// @dev A channel's balance is deposits less returns, so what is missing from `drawn − returned` came back. A
    /// stranger's deposit can only make the credit smaller until it has gone back, too.
    function sync(ChannelWords.ChannelConfig calldata config) external nonReentrant {
        _sync(channels.getChannelId(config), config.payerAuthorizer);
    }

    /// Begins to withdraw from a channel what is not claimed, at most `most`. For the operator and for the channel's
    /// user (NotYours). After the channel's delay anyone may `finish`.
    /// @dev A withdrawal that has elapsed is finished first. Otherwise a user could hold up the recall of his channel
    /// with a small pending one, for ever; so he costs it one delay, hence 2 · delayMax ≤ W. Refusals of the channel
    /// contract pass through: nothing there to withdraw, or one still pending.
    function recall(ChannelWords.ChannelConfig calldata config, uint128 most) external nonReentrant {
        if (msg.sender != operator && msg.sender != config.payerAuthorizer) revert NotYours();
        bytes32 id = _ours(config);
        (, uint40 initiatedAt) = channels.pendingWithdrawals(id);
        if (initiatedAt != 0 && block.timestamp >= initiatedAt + config.withdrawDelay) _finish(config, id);
        (uint128 balance, uint128 claimed) = channels.channels(id);
        uint128 rest = balance - claimed;
        channels.initiateWithdraw(config, most < rest ? most : rest);
    }

    /// Ends an elapsed withdrawal from a channel of the vault (NotOurChannel) and credits it.
    function finish(ChannelWords.ChannelConfig calldata config) external nonReentrant {
        _finish(config, _ours(config));
    }

    /// Pays free power out to an address that the user chose. Anyone may send it.
    /// @param total cumulative; above what was released before (AlreadyDone), the difference at most `free` (Short)
    /// @param signature of the user over Release(to, total), else WrongSigner
    function release(address user, address to, uint128 total, bytes calldata signature) external nonReentrant {
        if (total <= released[user]) revert AlreadyDone();
        _requireRelease(user, to, total, signature);
        uint128 amount = total - released[user];
        uint128 unlocked = free(user);
        if (amount > unlocked) revert Short(unlocked);
        released[user] = total;
        accounts[user].available -= amount;
        emit Released(user, to, amount);
        token.safeTransfer(to, amount);
    }

    /// Makes a granted payment the user's own, from its date on (TooEarly). Anyone may call it.
    function mature(address user, bytes32 payment) external {
        Grant storage found = _in(user, payment, State.Granted);
        if (block.timestamp < found.maturesAt) revert TooEarly(found.maturesAt);
        _mature(user, found);
        emit Matured(user, payment);
    }

    /// Holds a disputed payment before it matures (TooLate afterwards): it stops maturing, and the time to appeal
    /// begins.
    /// @param evidence salted hash of the chargeback's papers, to be shown in an appeal
    function freeze(address user, bytes32 payment, bytes32 evidence) external onlyOperator {
        Grant storage found = _in(user, payment, State.Granted);
        if (block.timestamp >= found.maturesAt) revert TooLate(found.maturesAt);
        _move(found, State.Frozen, _now());
        emit Frozen(user, payment, evidence);
    }

    /// Puts a frozen payment before the council, within `window` of the freeze (TooLate).
    /// @param signature of the user over Appeal(payment, frozenAt), where frozenAt is the grant's `since`, so that it
    ///     serves for this freeze only (WrongSigner). Empty when the council takes the case up by itself (NotYours for
    ///     others), for a user whose processor keeps his key and will not sign
    function appeal(address user, bytes32 payment, bytes calldata signature) external {
        Grant storage found = _in(user, payment, State.Frozen);
        uint256 end = uint256(found.since) + window;
        if (block.timestamp >= end) revert TooLate(end);
        if (signature.length != 0) _requireAppeal(user, payment, found.since, signature);
        else if (msg.sender != council) revert NotYours();
        _move(found, State.Appealed, _now());
        emit Appealed(user, payment);
    }

    /// The council's answer, within `decisionTime` of the appeal (TooLate). For the user: the payment is his for good.
    /// Against: frozen as if `window` ago, so there is no second appeal and one `window` to reclaim.
    function decide(address user, bytes32 payment, bool forUser) external {
        if (msg.sender != council) revert NotYours();
        Grant storage found = _in(user, payment, State.Appealed);
        uint256 end = uint256(found.since) + decisionTime;
        if (block.timestamp >= end) revert TooLate(end);
        if (forUser) _mature(user, found);
        else _move(found, State.Frozen, _now() - window);
        emit Decided(user, payment, forUser);
    }

    /// Takes a payment's amount above `rest` back into the reserve, as far as it lies undrawn in the user's account
    /// (Short when nothing does). May be repeated until `rest` is reached (AlreadyDone), so that what is recalled later
    /// can be taken, too.
    /// @param consent empty: the payment is frozen and past its appeal, from `window` (TooEarly) to twice that
    ///     (TooLate). Else the user's signature over Surrender(payment, rest) (WrongSigner): at any time until it
    ///     matures, for a refund of the unused
    function reclaim(address user, bytes32 payment, uint128 rest, bytes calldata consent) external onlyOperator {
        Grant storage found = grants[user][payment];
        if (consent.length == 0) {
            _inReclaimTime(found);
        } else {
            _unmatured(found);
            _requireSurrender(user, payment, rest, consent);
        }
        if (found.amount <= rest) revert AlreadyDone();

        Account storage account = accounts[user];
        uint128 most = found.amount - rest;
        uint128 taken = most < account.available ? most : account.available;
        if (taken == 0) revert Short(0);
        uint128 left = found.amount - taken;
        found.amount = left;
        if (left == 0) _move(found, State.Reclaimed, _now());
        account.available -= taken;
        account.locked -= taken;
        reserve += taken;
        emit Reclaimed(user, payment, taken, left);
    }

    /// Gives a frozen or appealed payment back its course; it matures by its old date. The operator may at any time;
    /// anyone may once the time to reclaim or to decide has passed (TooEarly), so silence is for the user.
    function thaw(address user, bytes32 payment) external {
        Grant storage found = grants[user][payment];
        State state = found.state;
        if (state != State.Frozen && state != State.Appealed) revert OutOfTurn(state);
        uint256 end = found.since + (state == State.Frozen ? 2 * uint256(window) : decisionTime);
        if (msg.sender != operator && block.timestamp < end) revert TooEarly(end);
        _move(found, State.Granted, _now());
        emit Thawed(user, payment);
    }

    /// Takes reserve home to the treasury, and nowhere else. For treasury and operator.
    /// @param amount above zero (ZeroAmount) and within the reserve (Short)
    function drain(uint128 amount) external nonReentrant {
        if (msg.sender != operator && msg.sender != treasury) revert NotYours();
        if (amount == 0) revert ZeroAmount();
        if (amount > reserve) revert Short(reserve);
        reserve -= amount;
        emit Drained(treasury, amount);
        token.safeTransfer(treasury, amount);
    }

    /// Replaces the treasury, the operator and the daily limit; for the treasury. What left today already counts
    /// against the new limit.
    /// @param treasury_ not zero, else UnfitTerms: nobody could appoint again
    /// @param operator_ zero stops grants, locked draws, freezes and reclaims
    function appoint(address treasury_, address operator_, uint96 dailyLimit_) external {
        if (msg.sender != treasury) revert NotYours();
        _appoint(treasury_, operator_, dailyLimit_);
    }

    /// What a user may draw or take without the operator: available less locked, as if mature money were spent first.
    function free(address user) public view returns (uint128) {
        Account memory account = accounts[user];
        return account.available > account.locked ? account.available - account.locked : 0;
    }

    /// What may still leave the operator's hold on this day of UTC.
    function leftToday() external view returns (uint128) {
        uint96 gone = _spentToday();
        return gone < dailyLimit ? dailyLimit - gone : 0;
    }

    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }

    function _appoint(address treasury_, address operator_, uint96 dailyLimit_) private {
        if (treasury_ == address(0)) revert UnfitTerms();
        (treasury, operator, dailyLimit) = (treasury_, operator_, dailyLimit_);
        emit Appointed(treasury_, operator_, dailyLimit_);
    }

    function _spentToday() private view returns (uint96) {
        return today == block.timestamp / 1 days ? spent : 0;
    }

    function _leave(uint256 amount) private {
        uint256 sum = amount + _spentToday();
        if (sum > dailyLimit) revert AboveLimit(dailyLimit);
        // The sum is at most a uint96, and days do not fill a uint32 in ten million years.
        // forge-lint: disable-next-line(unsafe-typecast)
        (spent, today) = (uint96(sum), uint32(block.timestamp / 1 days));
    }

    function _ours(ChannelWords.ChannelConfig calldata config) private view returns (bytes32) {
        if (config.payer != address(this)) revert NotOurChannel();
        return channels.getChannelId(config);
    }

    function _finish(ChannelWords.ChannelConfig calldata config, bytes32 id) private {
        channels.finalizeWithdraw(config);
        _sync(id, config.payerAuthorizer);
    }

    function _sync(bytes32 id, address user) private {
        Line storage line = lines[id];
        uint128 inside = line.drawn - line.returned;
        (uint128 balance,) = channels.channels(id);
        if (inside <= balance) return;
        uint128 back = inside - balance;
        line.returned += back;
        accounts[user].available += back;
        emit Returned(user, id, back);
    }

    function _in(address user, bytes32 payment, State wanted) private view returns (Grant storage found) {
        found = grants[user][payment];
        if (found.state != wanted) revert OutOfTurn(found.state);
    }

    function _inReclaimTime(Grant storage found) private view {
        if (found.state != State.Frozen) revert OutOfTurn(found.state);
        uint256 start = uint256(found.since) + window;
        if (block.timestamp < start) revert TooEarly(start);
        if (block.timestamp >= start + window) revert TooLate(start + window);
    }

    function _unmatured(Grant storage found) private view {
        State state = found.state;
        if (state == State.None || state == State.Matured || state == State.Reclaimed) revert OutOfTurn(state);
        if (state == State.Granted && block.timestamp >= found.maturesAt) revert TooLate(found.maturesAt);
    }

    function _mature(address user, Grant storage found) private {
        accounts[user].locked -= found.amount;
        _move(found, State.Matured, _now());
    }

    function _move(Grant storage found, State state, uint40 since) private {
        (found.state, found.since) = (state, since);
    }
}
