// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ChannelWords} from "./ChannelWords.sol";
import {IDepositCollector} from "./IDepositCollector.sol";
import {channelIdOf} from "./SpendingVaultChannels.sol";
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

    IERC20 public immutable token;
    ChannelWords public immutable channels;
    address public immutable council;
    uint40 public immutable window;
    uint40 public immutable decisionTime;
    uint40 public immutable delayMax;
    uint40 public immutable maturityMax;

    mapping(address user => Account) public accounts;
    mapping(address user => mapping(bytes32 payment => Grant)) public grants;
    mapping(bytes32 channelId => Line) public lines;
    mapping(address user => uint128 total) public released;

    uint128 public reserve;
    /// Left the operator's hold on the day `today`. Shares a slot with `reserve`, which each grant writes.
    uint96 private spent;
    uint32 public today;

    address public operator;
    uint96 public dailyLimit;

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
        // A user can hold a recall up for one delay; the next one still ends before anything may be reclaimed.
        if (2 * uint256(terms.delayMax) > terms.window || terms.window == 0 || terms.decisionTime == 0) {
            revert UnfitTerms();
        }
        token = IERC20(terms.token);
        channels = ChannelWords(terms.channels);
        council = terms.council;
        window = terms.window;
        decisionTime = terms.decisionTime;
        delayMax = terms.delayMax;
        maturityMax = terms.maturityMax;
        ChannelWords.ChannelConfig memory any;
        if (channelIdOf(channels, any) != channels.getChannelId(any)) revert UnfitTerms();
        _appoint(treasury_, operator_, dailyLimit_);
    }

    function fund(uint128 amount) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        reserve += amount;
        emit Funded(msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

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
        Account memory account = accounts[user];
        uint128 unlocked = _free(account);
        if (amount > unlocked) {
            if (msg.sender != operator) revert Short(unlocked);
            if (amount > account.available) revert Short(account.available);
            _leave(amount - unlocked);
        }
        // The books first: the deposit comes back here to collect, and a token may call anybody.
        accounts[user].available = account.available - amount;
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

    function sync(ChannelWords.ChannelConfig calldata config) external nonReentrant {
        _sync(channelIdOf(channels, config), config.payerAuthorizer);
    }

    function recall(ChannelWords.ChannelConfig calldata config, uint128 most) external nonReentrant {
        if (msg.sender != operator && msg.sender != config.payerAuthorizer) revert NotYours();
        bytes32 id = _ours(config);
        (, uint40 initiatedAt) = channels.pendingWithdrawals(id);
        if (initiatedAt != 0 && block.timestamp >= initiatedAt + config.withdrawDelay) _finish(config, id);
        (uint128 balance, uint128 claimed) = channels.channels(id);
        uint128 rest = balance - claimed;
        channels.initiateWithdraw(config, most < rest ? most : rest);
    }

    function finish(ChannelWords.ChannelConfig calldata config) external nonReentrant {
        _finish(config, _ours(config));
    }

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

    function mature(address user, bytes32 payment) external {
        Grant storage found = _in(user, payment, State.Granted);
        if (block.timestamp < found.maturesAt) revert TooEarly(found.maturesAt);
        _mature(user, found);
        emit Matured(user, payment);
    }

    function freeze(address user, bytes32 payment, bytes32 evidence) external onlyOperator {
        Grant storage found = _in(user, payment, State.Granted);
        if (block.timestamp >= found.maturesAt) revert TooLate(found.maturesAt);
        _move(found, State.Frozen, _now());
        emit Frozen(user, payment, evidence);
    }

    function appeal(address user, bytes32 payment, bytes calldata signature) external {
        Grant storage found = _in(user, payment, State.Frozen);
        uint256 end = uint256(found.since) + window;
        if (block.timestamp >= end) revert TooLate(end);
        if (signature.length != 0) _requireAppeal(user, payment, found.since, signature);
        else if (msg.sender != council) revert NotYours();
        _move(found, State.Appealed, _now());
        emit Appealed(user, payment);
    }

    function decide(address user, bytes32 payment, bool forUser) external {
        if (msg.sender != council) revert NotYours();
        Grant storage found = _in(user, payment, State.Appealed);
        uint256 end = uint256(found.since) + decisionTime;
        if (block.timestamp >= end) revert TooLate(end);
        if (forUser) _mature(user, found);
        // As if frozen one window ago: no second appeal, and one window to reclaim.
        else _move(found, State.Frozen, _now() - window);
        emit Decided(user, payment, forUser);
    }

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

    function thaw(address user, bytes32 payment) external {
        Grant storage found = grants[user][payment];
        State state = found.state;
        if (state != State.Frozen && state != State.Appealed) revert OutOfTurn(state);
        uint256 end = found.since + (state == State.Frozen ? 2 * uint256(window) : decisionTime);
        if (msg.sender != operator && block.timestamp < end) revert TooEarly(end);
        _move(found, State.Granted, _now());
        emit Thawed(user, payment);
    }

    function drain(uint128 amount) external nonReentrant {
        if (msg.sender != operator && msg.sender != treasury) revert NotYours();
        if (amount == 0) revert ZeroAmount();
        if (amount > reserve) revert Short(reserve);
        reserve -= amount;
        emit Drained(treasury, amount);
        token.safeTransfer(treasury, amount);
    }

    function appoint(address treasury_, address operator_, uint96 dailyLimit_) external {
        if (msg.sender != treasury) revert NotYours();
        _appoint(treasury_, operator_, dailyLimit_);
    }

    function free(address user) public view returns (uint128) {
        return _free(accounts[user]);
    }

    function leftToday() external view returns (uint128) {
        uint96 gone = _spentToday();
        return gone < dailyLimit ? dailyLimit - gone : 0;
    }

    function _free(Account memory account) private pure returns (uint128) {
        return account.available > account.locked ? account.available - account.locked : 0;
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
        return channelIdOf(channels, config);
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
