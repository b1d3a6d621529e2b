package tally.flow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import tally.custody.Approval;
import tally.flow.Signal.HoldsPlaced;
import tally.flow.Signal.HoldsRefused;
import tally.flow.Signal.Overdue;
import tally.flow.Signal.PostRefused;
import tally.flow.Signal.Posted;
import tally.flow.Signal.PowerReleased;
import tally.flow.Signal.ReleaseActed;
import tally.flow.Signal.ReleaseEnded;
import tally.flow.Signal.ReleaseRefused;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.money.Amount;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.Address;

/// A person has what is his own paid out to an address of his choice.
///
/// What he signed for a release that came to nothing has no end of its own: anybody may show it to
/// the vault later. So every state books what the vault paid, be it its own or not.
public sealed interface Releasing extends Flow {

  Data data();

  /// @param from the owner's address in the vault
  /// @param proof by which his key signs; it serves for five minutes
  record Data(
      FlowId id,
      Tenant tenant,
      Holder owner,
      String network,
      Address from,
      Address to,
      Amount amount,
      Approval.StepUp proof,
      Instant holdsUntil) {

    TransactionId transaction() {
      return Releasing.transaction(id);
    }

    HoldId hold() {
      return new HoldId(id.derive("hold/release"));
    }

    EntryId entry(String step) {
      return new EntryId(id.derive(step));
    }
  }

  /// By which a release is sent.
  static TransactionId transaction(FlowId release) {
    return new TransactionId(release.derive("release"));
  }

  /// What facts about one user's payouts are told by.
  static UUID subject(String network, Address user) {
    return Derived.id("released/" + network + "/" + user.hex());
  }

  @Override
  default FlowId id() {
    return data().id();
  }

  @Override
  default Tenant tenant() {
    return data().tenant();
  }

  @Override
  default boolean over() {
    return true;
  }

  record Requested(Data data) implements Releasing {
    @Override
    public Step on(Signal signal) {
      return signal instanceof Signal.Begun
          ? Step.to(new Promised(data), new Command.PlaceHolds(List.of(hold(data))))
          : foreign(signal);
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  /// Waits for the book to promise it.
  record Promised(Data data) implements Releasing {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case HoldsRefused(_, var text) -> Step.to(new Refused(data, "amount_above_matured", text));
        case HoldsPlaced _ ->
            Step.to(
                Sent.all(data),
                new Command.SettleHold(data.hold(), data.entry("taken"), data.amount()),
                new Command.ReleasePower(data, data.transaction()));
        default -> foreign(signal);
      };
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  /// How our own transaction ended, while what the vault paid is still to be told.
  sealed interface End {
    /// @param transaction the chain's hash
    record Acted(String transaction) implements End {}

    /// It did nothing, since another had paid out as much before: by the same signature, or by an
    /// older one.
    record Overtaken() implements End {}
  }

  /// The vault is asked, and what is promised to it is nobody else's in the book until our own
  /// transaction has ended, whatever older signatures are shown to the vault meanwhile.
  ///
  /// @param promised what of it is promised still
  /// @param asked payouts by other transactions that the book was asked to take from what is the
  ///   person's own, and has not answered, by entry
  /// @param seen where other transactions paid to, by the chain's hash
  /// @param later what ends this, heard while the book was asked; the oldest first
  record Sent(
      Data data,
      Amount promised,
      Map<UUID, Amount> asked,
      Map<String, Address> seen,
      Optional<End> end,
      List<Signal> later)
      implements Releasing {

    private static final String WORD = "the vault's word";

    /// More is a human's matter.
    private static final int LATER_MAX = 50;

    public Sent {
      asked = Map.copyOf(asked);
      seen = Map.copyOf(seen);
      later = List.copyOf(later);
    }

    static Sent all(Data data) {
      return new Sent(data, data.amount(), Map.of(), Map.of(), Optional.empty(), List.of());
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case Posted(var entry) when asked.containsKey(entry.value()) ->
            answered(entry, promised, List.of());
        case PostRefused(var entry, _, _) when asked.containsKey(entry.value()) ->
            takePromised(entry);
        case PowerReleased _, ReleaseActed _, ReleaseEnded _, ReleaseRefused _, Overdue _ ->
            asked.isEmpty() ? heard(signal) : Step.to(later(signal));
        default -> Step.stay(this);
      };
    }

    private Step heard(Signal signal) {
      return switch (signal) {
        case PowerReleased paid when ours(paid) ->
            Step.to(
                new Released(data, paid.transaction()),
                new Command.Post(
                    Postings.released(entry(data, paid), data, promised, paid.amount())));
        case PowerReleased paid when overtaken() -> paidInstead(paid);
        case PowerReleased paid -> paidBeside(paid);
        case ReleaseActed(var release, var hash) when release.equals(data.transaction()) ->
            seen.containsKey(hash)
                ? over(new Released(data, hash))
                : Step.to(ended(new End.Acted(hash)));
        case ReleaseEnded(var release, var perhaps) when release.equals(data.transaction()) -> {
          if (!perhaps) {
            yield over(new Failed(data));
          }
          yield promised.isZero()
              ? over(overtakenBy())
              : Step.to(ended(new End.Overtaken()), new Command.Await(WORD));
        }
        case ReleaseRefused refused when refused.release().equals(data.transaction()) ->
            over(new Refused(data, refused.code(), refused.text()));
        case Overdue(var what) when what.equals(WORD) && overtaken() -> over(overtakenBy());
        default -> Step.stay(this);
      };
    }

    private boolean overtaken() {
      return end.equals(Optional.of(new End.Overtaken()));
    }

    private boolean ours(PowerReleased paid) {
      return paid.own() || end.equals(Optional.of(new End.Acted(paid.transaction())));
    }

    /// Our own may still pay all that is promised to it, so what another paid is taken from what is
    /// the person's own beside.
    private Step paidBeside(PowerReleased paid) {
      var entry = entry(data, paid);
      var amount = amount(paid);
      var none = Amount.zero(amount.asset());
      var open = new HashMap<>(asked);
      open.put(entry.value(), amount);
      return Step.to(
          new Sent(data, promised, open, see(paid), end, later),
          new Command.Post(Postings.releasedLate(entry, data, none, paid.amount())));
    }

    /// There is too little of that, so that our own cannot pay all of it any more.
    private Step takePromised(EntryId entry) {
      var amount = Objects.requireNonNull(asked.get(entry.value()));
      var taken = amount.min(promised);
      return answered(
          entry,
          promised.minus(taken),
          List.of(new Command.Post(Postings.releasedLate(entry, data, taken, amount.units()))));
    }

    private Step answered(EntryId entry, Amount left, List<Command> commands) {
      var open = new HashMap<>(asked);
      open.remove(entry.value());
      if (!open.isEmpty()) {
        return Step.to(new Sent(data, left, open, seen, end, later), commands);
      }
      var all = new ArrayList<>(commands);
      Flow state = new Sent(data, left, open, seen, end, List.of());
      for (var signal : later) {
        var step = state.on(signal);
        state = step.next();
        all.addAll(step.commands());
      }
      return Step.to(state, all);
    }

    /// Our own can pay nothing any more.
    private Step paidInstead(PowerReleased paid) {
      var taken = amount(paid).min(promised);
      var next = new Sent(data, promised.minus(taken), asked, see(paid), end, later);
      return Step.to(
          next.promised().isZero() ? next.overtakenBy() : next,
          new Command.Post(Postings.releasedLate(entry(data, paid), data, taken, paid.amount())));
    }

    /// Somebody may have shown the vault our own signature, or an older one.
    private Releasing overtakenBy() {
      return seen.entrySet().stream()
          .filter(one -> one.getValue().equals(data.to()))
          .map(Map.Entry::getKey)
          .sorted()
          .findFirst()
          .<Releasing>map(hash -> new Released(data, hash))
          .orElse(new Failed(data));
    }

    /// What is promised still is the person's own again.
    private Step over(Releasing next) {
      return promised.isZero()
          ? Step.to(next)
          : Step.to(
              next, new Command.Post(Postings.releaseFailed(data.entry("back"), data, promised)));
    }

    private Sent ended(End how) {
      return new Sent(data, promised, asked, seen, Optional.of(how), later);
    }

    private Sent later(Signal signal) {
      if (later.size() == LATER_MAX) {
        throw new IllegalStateException("too much is told while the book is asked: " + signal);
      }
      var all = new ArrayList<>(later);
      all.add(signal);
      return new Sent(data, promised, asked, seen, end, all);
    }

    private Map<String, Address> see(PowerReleased paid) {
      var all = new HashMap<>(seen);
      all.put(paid.transaction(), paid.to());
      return all;
    }

    private Amount amount(PowerReleased paid) {
      return new Amount(data.amount().asset(), paid.amount());
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  /// @param transaction the chain's hash
  record Released(Data data, String transaction) implements Releasing {
    @Override
    public Step on(Signal signal) {
      return foreign(signal);
    }
  }

  /// It did nothing on chain, and is the person's own as before.
  record Failed(Data data) implements Releasing {
    @Override
    public Step on(Signal signal) {
      return foreign(signal);
    }
  }

  /// Nothing was sent.
  record Refused(Data data, String code, String text) implements Releasing {
    @Override
    public Step on(Signal signal) {
      return foreign(signal);
    }
  }

  /// What the vault paid by an older signature leaves the book from where the person's own lies.
  default Step foreign(Signal signal) {
    return signal instanceof PowerReleased paid
        ? Step.to(
            this,
            new Command.Post(
                Postings.releasedLate(
                    entry(data(), paid),
                    data(),
                    Amount.zero(data().amount().asset()),
                    paid.amount())))
        : Step.stay(this);
  }

  private static EntryId entry(Data data, PowerReleased paid) {
    return new EntryId(
        Derived.id(
            subject(data.network(), data.from()), paid.transaction() + "/" + paid.ordinal()));
  }

  static Hold hold(Data data) {
    return Hold.pending(
        data.hold(), data.tenant(), "release promised", Postings.releases(data), data.holdsUntil());
  }
}
