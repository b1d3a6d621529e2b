package tally.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tally.flow.Signal.LotDisputed;
import tally.flow.Signal.PostRefused;
import tally.flow.Signal.Posted;
import tally.flow.Signal.RefundDecided;
import tally.flow.Signal.RefundMoved;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.LotId;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.PaymentId;
import tally.payment.Refund;

/// Unused money goes back to where it came from, lot by lot. It leaves the balance first, so that
/// it cannot be spent meanwhile.
public sealed interface Refunding extends Flow {

  Data data();

  /// One lot's share.
  record Part(LotId lot, PaymentId payment, String gateway, Amount amount, Refund.Id refund) {}

  /// @param asked what was asked for; empty for all that is unused
  /// @param above the limit that it is above, so that an operator must approve it; empty where
  ///   nobody need
  record Data(
      FlowId id,
      Tenant tenant,
      Holder payer,
      Optional<Amount> asked,
      Amount amount,
      List<Part> parts,
      Optional<Amount> above) {
    public Data {
      parts = List.copyOf(parts);
    }

    private EntryId entry(String step) {
      return new EntryId(id.derive(step));
    }
  }

  enum Outcome {
    SENDING,
    COMPLETED,
    FAILED
  }

  @Override
  default FlowId id() {
    return data().id();
  }

  @Override
  default Tenant tenant() {
    return data().tenant();
  }

  record Requested(Data data) implements Refunding {
    @Override
    public Step on(Signal signal) {
      if (!(signal instanceof Signal.Begun)) {
        return Step.stay(this);
      }
      return Step.to(
          new Taking(data, Map.of()),
          new Command.WatchLots(data.parts().stream().map(Part::lot).toList()),
          new Command.Post(Postings.refundRequested(data.entry("requested"), data)));
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  /// The money leaves the balance; nothing is sent before it has.
  ///
  /// @param disputed lots whose payment is disputed, each with the chargeback that wants to hear of
  ///   money that comes back
  record Taking(Data data, Map<UUID, FlowId> disputed) implements Refunding {
    public Taking {
      disputed = Map.copyOf(disputed);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word ->
            Refunding.told(new Taking(data, Refunding.with(disputed, word)), word);
        case PostRefused(_, var code, var text) -> Step.to(new Refused(data, code, text));
        case Posted(var entry) when entry.equals(data.entry("requested")) ->
            data.above().isPresent()
                ? Step.to(new Waiting(data, disputed))
                : Refunding.send(data, disputed, "policy:unused");
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  /// Above a limit: the money is set aside, and nothing is sent until an operator has decided.
  ///
  /// @param disputed as in `Taking`
  record Waiting(Data data, Map<UUID, FlowId> disputed) implements Refunding {
    public Waiting {
      disputed = Map.copyOf(disputed);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word ->
            Refunding.told(new Waiting(data, Refunding.with(disputed, word)), word);
        case RefundDecided(var decision) ->
            decision.approved()
                ? Refunding.send(data, disputed, decision.by().name())
                : decline(decision);
        default -> Step.stay(this);
      };
    }

    /// The money is in the balance again; of disputed lots the chargeback freezes it.
    private Step decline(Decision decision) {
      var commands = new ArrayList<Command>();
      commands.add(new Command.Post(Postings.refundDeclined(data.entry("declined"), data)));
      for (var part : data.parts()) {
        Refunding.freed(part, disputed).ifPresent(commands::add);
      }
      return Step.to(new Declined(data, decision), commands);
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  /// An operator said no: nothing was sent, and the money is in the balance again.
  record Declined(Data data, Decision decision) implements Refunding {
    @Override
    public Step on(Signal signal) {
      return signal instanceof LotDisputed word ? Refunding.told(this, word) : Step.stay(this);
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  /// At the gateway, or done: a refund may still fail after it was completed, so this hears to the
  /// end.
  ///
  /// @param disputed as in `Taking`
  record Sending(Data data, Map<UUID, Outcome> outcomes, Map<UUID, FlowId> disputed)
      implements Refunding {
    public Sending {
      outcomes = Map.copyOf(outcomes);
      disputed = Map.copyOf(disputed);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case RefundMoved(var refund) -> moved(refund);
        case LotDisputed word ->
            Refunding.told(new Sending(data, outcomes, Refunding.with(disputed, word)), word);
        default -> Step.stay(this);
      };
    }

    private Step moved(Refund refund) {
      var known = outcomes.get(refund.order().id().value());
      if (known == null) {
        return Step.stay(this);
      }
      var part =
          data.parts().stream()
              .filter(one -> one.refund().equals(refund.order().id()))
              .findFirst()
              .orElseThrow();
      var name = part.refund().value();
      return switch (refund) {
        case Refund.Requested _, Refund.Approved _, Refund.Sent _, Refund.Unknown _ ->
            Step.stay(this);
        case Refund.Completed _ ->
            known == Outcome.SENDING
                ? Step.to(
                    with(part, Outcome.COMPLETED),
                    new Command.Post(
                        Postings.refundCompleted(data.entry("completed/" + name), data, part)))
                : Step.stay(this);
        case Refund.Failed _ ->
            switch (known) {
              case SENDING ->
                  failed(part, Postings.refundFailed(data.entry("failed/" + name), data, part));
              case COMPLETED ->
                  failed(part, Postings.refundBounced(data.entry("bounced/" + name), data, part));
              case FAILED -> Step.stay(this);
            };
      };
    }

    /// The money is in the balance again; where its lot is disputed, the chargeback freezes it.
    private Step failed(Part part, Entry back) {
      var commands = new ArrayList<Command>();
      commands.add(new Command.Post(back));
      Refunding.freed(part, disputed).ifPresent(commands::add);
      return Step.to(with(part, Outcome.FAILED), commands);
    }

    private Sending with(Part part, Outcome outcome) {
      var next = new HashMap<>(outcomes);
      next.put(part.refund().value(), outcome);
      return new Sending(data, next, disputed);
    }

    @Override
    public boolean over() {
      return !outcomes.containsValue(Outcome.SENDING);
    }
  }

  /// The balance had changed meanwhile: nothing was sent.
  record Refused(Data data, String code, String text) implements Refunding {
    @Override
    public Step on(Signal signal) {
      return signal instanceof LotDisputed word ? Refunding.told(this, word) : Step.stay(this);
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  // What several states do alike.

  /// @param by who approved, a policy or a person
  private static Step send(Data data, Map<UUID, FlowId> disputed, String by) {
    var commands = new ArrayList<Command>();
    var outcomes = new HashMap<UUID, Outcome>();
    for (var part : data.parts()) {
      commands.add(
          new Command.StartRefund(
              new Refund.Order(
                  part.refund(), data.tenant(), part.payment(), part.amount(), "unused"),
              by));
      outcomes.put(part.refund().value(), Outcome.SENDING);
    }
    return Step.to(new Sending(data, outcomes, disputed), commands);
  }

  /// What the chargeback of its lot must hear, where there is one.
  private static Optional<Command> freed(Part part, Map<UUID, FlowId> disputed) {
    return Optional.ofNullable(disputed.get(part.lot().value()))
        .map(chargeback ->
            new Command.Tell(chargeback, new Signal.MoneyFreed(part.lot(), part.refund().value())));
  }

  private static Map<UUID, FlowId> with(Map<UUID, FlowId> disputed, LotDisputed word) {
    var next = new HashMap<>(disputed);
    next.put(word.lot().value(), word.chargeback());
    return next;
  }

  /// A chargeback waits for nobody who has no grants: the gateway may take its time.
  private static Step told(Refunding next, LotDisputed word) {
    return Step.to(
        next, new Command.Tell(word.chargeback(), new Signal.PurchaseEnded(next.id(), List.of())));
  }
}
