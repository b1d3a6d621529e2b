package tally.flow;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import tally.custody.Approval;
import tally.flow.Signal.HoldsPlaced;
import tally.flow.Signal.HoldsRefused;
import tally.flow.Signal.Overdue;
import tally.flow.Signal.PowerReleased;
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
      return new TransactionId(id.derive("release"));
    }

    HoldId hold() {
      return new HoldId(id.derive("hold/release"));
    }

    EntryId entry(String step) {
      return new EntryId(id.derive(step));
    }
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
                new Sent(data, false),
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

  /// The vault is asked, and what is asked for is nobody else's in the book.
  ///
  /// @param overtaken our own transaction did nothing, since another had paid out as much before:
  ///   by the same signature, of which the vault's word is still to come, or by an older one
  record Sent(Data data, boolean overtaken) implements Releasing {

    private static final String WORD = "the vault's word";

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case PowerReleased paid when ours(paid) ->
            Step.to(
                new Released(data, paid.transaction()),
                new Command.Post(Postings.released(entry(data, paid), data, paid.amount())));
        case ReleaseEnded(var release, var perhaps) when release.equals(data.transaction()) ->
            perhaps
                ? Step.to(new Sent(data, true), new Command.Await(WORD))
                : Step.to(new Failed(data), back());
        case ReleaseRefused refused when refused.release().equals(data.transaction()) ->
            Step.to(new Refused(data, refused.code(), refused.text()), back());
        case Overdue(var what) when what.equals(WORD) -> Step.to(new Failed(data), back());
        default -> foreign(signal);
      };
    }

    private boolean ours(PowerReleased paid) {
      return paid.to().equals(data.to()) && paid.amount().compareTo(data.amount().units()) <= 0;
    }

    private Command back() {
      return new Command.Post(Postings.releaseFailed(data.entry("back"), data));
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
            new Command.Post(Postings.releasedLate(entry(data(), paid), data(), paid.amount())))
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
