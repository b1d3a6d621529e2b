package tally.network.fake;

import static tally.network.fake.Revert.unless;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tally.custody.port.Intent;
import tally.network.fake.Slot.Appointment;
import tally.treasury.port.Grants;
import tally.treasury.port.Grants.Event;
import tally.treasury.port.Grants.Granted;
import tally.treasury.port.Grants.Limit;
import tally.treasury.port.Grants.Power;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Curve;
import tally.x402.Signature;

/// The spending vault: an account per user, and per payment what may still be reclaimed. Functions,
/// windows and error names as in the vault's reference, section 1.
final class Vault {

  private final Genesis genesis;
  private final Storage storage;
  private final Tokens tokens;
  private final ChannelContract channels;
  private final Curve curve;
  private @Nullable ChannelId opening;

  Vault(Genesis genesis, Storage storage, Tokens tokens, ChannelContract channels, Curve curve) {
    this.genesis = genesis;
    this.storage = storage;
    this.tokens = tokens;
    this.channels = channels;
    this.curve = curve;
  }

  BigInteger reserve() {
    return storage.get(new Slot.Reserve());
  }

  Power power(Address user) {
    return storage.get(new Slot.Account(user));
  }

  BigInteger released(Address user) {
    return storage.get(new Slot.Released(user));
  }

  Grants.Line line(ChannelId channel) {
    return storage.get(new Slot.Line(channel));
  }

  Optional<Granted> granted(Address user, Bytes32 payment) {
    return storage.get(new Slot.Granted(user, payment));
  }

  Optional<Appointment> appointment() {
    return storage.get(new Slot.Appointed());
  }

  void fund(Turn turn, BigInteger amount) {
    unless(amount.signum() > 0, "ZeroAmount");
    tokens.pull(Genesis.VAULT, turn.sender(), Genesis.VAULT, amount);
    reserve(reserve().add(amount));
  }

  void grant(Turn turn, Intent.Grant call) {
    operatorOnly(turn);
    var slot = new Slot.Granted(call.user(), call.payment());
    unless(storage.get(slot).isEmpty(), "AlreadyDone");
    unless(call.amount().signum() > 0, "ZeroAmount");
    unless(call.amount().compareTo(reserve()) <= 0, "Short");
    var latest = turn.now().plusSeconds(genesis.maturityMaxSeconds());
    unless(!call.maturesAt().isAfter(latest), "TooLate");
    if (call.maturesAt().isBefore(turn.now().plus(genesis.appealWindow()))) {
      leave(turn, call.amount());
    }

    boolean locks = call.maturesAt().isAfter(turn.now());
    var state = locks ? State.GRANTED : State.MATURED;
    reserve(reserve().subtract(call.amount()));
    credit(call.user(), call.amount(), locks ? call.amount() : BigInteger.ZERO);
    storage.put(slot, Optional.of(new Granted(call.amount(), call.maturesAt(), turn.now(), state)));
    tell(
        turn,
        new Event.Granted(
            turn.block(),
            turn.transaction(),
            call.user(),
            call.payment(),
            call.amount(),
            call.maturesAt()));
  }

  void draw(Turn turn, Intent.Draw call) {
    var config = call.channel();
    ours(config);
    var id = channels.id(config);
    var line = line(id);
    unless(call.total().compareTo(line.drawn()) > 0, "AlreadyDone");
    var user = config.payerAuthorizer();
    signed(VaultTypedData.draw(id, call.total()), call.user(), user);

    var amount = call.total().subtract(line.drawn());
    var power = power(user);
    var free = free(power);
    if (isOperator(turn)) {
      unless(amount.compareTo(power.available()) <= 0, "Short");
      leave(turn, amount.subtract(free).max(BigInteger.ZERO));
    } else {
      unless(amount.compareTo(free) <= 0, "Short");
    }
    credit(user, amount.negate(), BigInteger.ZERO);
    storage.put(new Slot.Line(id), new Grants.Line(call.total(), line.returned()));
    opening = id;
    try {
      channels.deposit(turn.from(Genesis.VAULT), config, amount, Genesis.VAULT);
    } finally {
      opening = null;
    }
  }

  /// The channel contract asks for the tokens of the draw in progress; nobody else gets any.
  void collect(Turn turn, ChannelConfig config, ChannelId id, BigInteger amount) {
    unless(id.equals(opening), "NotYours");
    opening = null;
    tokens.move(Genesis.VAULT, turn.sender(), amount);
  }

  void sync(Turn turn, ChannelConfig config) {
    var id = channels.id(config);
    var line = line(id);
    var inside = line.drawn().subtract(line.returned());
    var back = inside.subtract(channels.deposit(id).balance());
    if (back.signum() <= 0) {
      return;
    }
    storage.put(new Slot.Line(id), new Grants.Line(line.drawn(), line.returned().add(back)));
    credit(config.payerAuthorizer(), back, BigInteger.ZERO);
    tell(
        turn,
        new Event.Returned(turn.block(), turn.transaction(), id, config.payerAuthorizer(), back));
  }

  void recall(Turn turn, ChannelConfig config, BigInteger most) {
    unless(isOperator(turn) || turn.sender().equals(config.payerAuthorizer()), "NotYours");
    unless(config.payer().equals(Genesis.VAULT), "NotOurChannel");
    var id = channels.id(config);
    if (channels.elapsed(turn, config)) {
      finish(turn, config);
    }
    var rest = channels.available(id);
    channels.initiateWithdraw(turn.from(Genesis.VAULT), config, most.min(rest));
  }

  void finish(Turn turn, ChannelConfig config) {
    unless(config.payer().equals(Genesis.VAULT), "NotOurChannel");
    channels.finalizeWithdraw(turn.from(Genesis.VAULT), config);
    sync(turn, config);
  }

  void release(Turn turn, Intent.Release call) {
    var slot = new Slot.Released(call.user());
    unless(call.total().compareTo(storage.get(slot)) > 0, "AlreadyDone");
    signed(VaultTypedData.release(call.to(), call.total()), call.userSignature(), call.user());
    var amount = call.total().subtract(storage.get(slot));
    unless(amount.compareTo(free(power(call.user()))) <= 0, "Short");
    storage.put(slot, call.total());
    credit(call.user(), amount.negate(), BigInteger.ZERO);
    tokens.move(Genesis.VAULT, call.to(), amount);
    tell(
        turn, new Event.Released(turn.block(), turn.transaction(), call.user(), call.to(), amount));
  }

  void mature(Turn turn, Address user, Bytes32 payment) {
    var granted = in(user, payment, State.GRANTED);
    unless(!turn.now().isBefore(granted.maturesAt()), "TooEarly");
    settle(user, payment, granted);
    tell(turn, new Event.Matured(turn.block(), turn.transaction(), user, payment));
  }

  void freeze(Turn turn, Address user, Bytes32 payment) {
    operatorOnly(turn);
    var granted = in(user, payment, State.GRANTED);
    unless(turn.now().isBefore(granted.maturesAt()), "TooLate");
    put(user, payment, granted.amount(), granted.maturesAt(), turn.now(), State.FROZEN);
    tell(turn, new Event.Frozen(turn.block(), turn.transaction(), user, payment));
  }

  void appeal(Turn turn, Address user, Bytes32 payment, Optional<Signature> signature) {
    var granted = in(user, payment, State.FROZEN);
    unless(turn.now().isBefore(granted.since().plus(genesis.appealWindow())), "TooLate");
    if (signature.isPresent()) {
      signed(VaultTypedData.appeal(payment, granted.since()), signature.get(), user);
    } else {
      councilOnly(turn);
    }
    put(user, payment, granted.amount(), granted.maturesAt(), turn.now(), State.APPEALED);
    tell(turn, new Event.Appealed(turn.block(), turn.transaction(), user, payment));
  }

  void decide(Turn turn, Address user, Bytes32 payment, boolean forUser) {
    councilOnly(turn);
    var granted = in(user, payment, State.APPEALED);
    unless(turn.now().isBefore(granted.since().plus(genesis.decisionWindow())), "TooLate");
    tell(turn, new Event.Decided(turn.block(), turn.transaction(), user, payment, forUser));
    if (forUser) {
      settle(user, payment, granted);
    } else {
      // As if frozen one window ago: no second appeal, and one window to reclaim.
      var since = turn.now().minus(genesis.appealWindow());
      put(user, payment, granted.amount(), granted.maturesAt(), since, State.FROZEN);
    }
  }

  void reclaim(Turn turn, Intent.Reclaim call) {
    operatorOnly(turn);
    var granted = granted(call.user(), call.payment()).orElseThrow(() -> new Revert("OutOfTurn"));
    unless(mayReclaim(granted.state(), call.consent().isPresent()), "OutOfTurn");
    if (call.consent().isPresent()) {
      boolean mature =
          granted.state() == State.GRANTED && !turn.now().isBefore(granted.maturesAt());
      unless(!mature, "TooLate");
      var digest = VaultTypedData.surrender(call.payment(), call.rest());
      signed(digest, call.consent().get(), call.user());
    } else {
      unless(!turn.now().isBefore(granted.since().plus(genesis.appealWindow())), "TooEarly");
      unless(turn.now().isBefore(granted.since().plus(genesis.reclaimUntil())), "TooLate");
    }
    unless(granted.amount().compareTo(call.rest()) > 0, "AlreadyDone");
    take(turn, call, granted);
  }

  private void take(Turn turn, Intent.Reclaim call, Granted granted) {
    var taken = granted.amount().subtract(call.rest()).min(power(call.user()).available());
    unless(taken.signum() > 0, "Short");
    var left = granted.amount().subtract(taken);
    var state = left.signum() == 0 ? State.RECLAIMED : granted.state();
    put(call.user(), call.payment(), left, granted.maturesAt(), granted.since(), state);
    credit(call.user(), taken.negate(), taken.negate());
    reserve(reserve().add(taken));
    tell(
        turn,
        new Event.Reclaimed(
            turn.block(), turn.transaction(), call.user(), call.payment(), taken, left));
  }

  private static boolean mayReclaim(State state, boolean consent) {
    return switch (state) {
      case FROZEN -> true;
      case GRANTED, APPEALED -> consent;
      case MATURED, RECLAIMED -> false;
    };
  }

  void thaw(Turn turn, Address user, Bytes32 payment) {
    var granted = granted(user, payment).orElseThrow(() -> new Revert("OutOfTurn"));
    var wait =
        switch (granted.state()) {
          case FROZEN -> genesis.reclaimUntil();
          case APPEALED -> genesis.decisionWindow();
          case GRANTED, MATURED, RECLAIMED -> throw new Revert("OutOfTurn");
        };
    boolean late = !turn.now().isBefore(granted.since().plus(wait));
    unless(isOperator(turn) || late, "TooEarly");
    put(user, payment, granted.amount(), granted.maturesAt(), turn.now(), State.GRANTED);
    tell(turn, new Event.Thawed(turn.block(), turn.transaction(), user, payment));
  }

  void drain(Turn turn, BigInteger amount) {
    var appointment = appointment().orElseThrow(() -> new Revert("NotYours"));
    boolean treasury = turn.sender().equals(appointment.treasury());
    unless(treasury || isOperator(turn), "NotYours");
    unless(amount.signum() > 0, "ZeroAmount");
    unless(amount.compareTo(reserve()) <= 0, "Short");
    reserve(reserve().subtract(amount));
    tokens.move(Genesis.VAULT, appointment.treasury(), amount);
  }

  void appoint(Turn turn, Intent.Appoint call) {
    var now = appointment().orElseThrow(() -> new Revert("NotYours"));
    unless(turn.sender().equals(now.treasury()), "NotYours");
    var next = new Appointment(call.treasury(), call.operator(), now.council(), call.dailyLimit());
    storage.put(new Slot.Appointed(), Optional.of(next));
  }

  /// The constructor's part: who treasury, operator and council are at first.
  void found(Appointment first) {
    storage.put(new Slot.Appointed(), Optional.of(first));
  }

  static BigInteger free(Power power) {
    return power.available().subtract(power.locked()).max(BigInteger.ZERO);
  }

  private void ours(ChannelConfig config) {
    unless(
        config.payer().equals(Genesis.VAULT)
            && config.token().equals(Genesis.TOKEN)
            && config.withdrawDelay() <= Genesis.WITHDRAW_DELAY_MAX,
        "NotOurChannel");
  }

  /// What may still leave the operator's hold today.
  Limit limit(long day) {
    var daily = appointment().map(Appointment::dailyLimit).orElse(BigInteger.ZERO);
    return new Limit(daily, daily.subtract(spent(day)).max(BigInteger.ZERO));
  }

  private BigInteger spent(long day) {
    var spent = storage.get(new Slot.Spent());
    return spent.day() == day ? spent.units() : BigInteger.ZERO;
  }

  /// Counts against what may leave the operator's hold in one day.
  private void leave(Turn turn, BigInteger amount) {
    if (amount.signum() == 0) {
      return;
    }
    unless(amount.compareTo(limit(turn.day()).left()) <= 0, "AboveLimit");
    storage.put(new Slot.Spent(), new Slot.Spending(turn.day(), spent(turn.day()).add(amount)));
  }

  private static void tell(Turn turn, Event event) {
    turn.vaultEvents().add(event);
  }

  private void settle(Address user, Bytes32 payment, Granted granted) {
    credit(user, BigInteger.ZERO, granted.amount().negate());
    put(user, payment, granted.amount(), granted.maturesAt(), granted.since(), State.MATURED);
  }

  private Granted in(Address user, Bytes32 payment, State state) {
    return granted(user, payment)
        .filter(found -> found.state() == state)
        .orElseThrow(() -> new Revert("OutOfTurn"));
  }

  private void put(
      Address user,
      Bytes32 payment,
      BigInteger amount,
      Instant matures,
      Instant since,
      State state) {
    storage.put(
        new Slot.Granted(user, payment), Optional.of(new Granted(amount, matures, since, state)));
  }

  private void credit(Address user, BigInteger available, BigInteger locked) {
    var power = power(user);
    storage.put(
        new Slot.Account(user),
        new Power(power.available().add(available), power.locked().add(locked)));
  }

  private void reserve(BigInteger units) {
    storage.put(new Slot.Reserve(), units);
  }

  private void signed(Bytes32 digest, Signature signature, Address wanted) {
    var signer = curve.recover(digest.bytes(), signature);
    unless(signer.filter(wanted::equals).isPresent(), "WrongSigner");
  }

  private boolean isOperator(Turn turn) {
    return appointment().map(Appointment::operator).filter(turn.sender()::equals).isPresent();
  }

  private void operatorOnly(Turn turn) {
    unless(isOperator(turn), "NotYours");
  }

  private void councilOnly(Turn turn) {
    var council = appointment().map(Appointment::council);
    unless(council.filter(turn.sender()::equals).isPresent(), "NotYours");
  }
}
