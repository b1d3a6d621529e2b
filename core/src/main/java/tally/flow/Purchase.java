package tally.flow;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import tally.escrow.Channel;
import tally.flow.Signal.AccessRefused;
import tally.flow.Signal.BudgetUsed;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.ChannelDeposited;
import tally.flow.Signal.ChannelRefunded;
import tally.flow.Signal.Connected;
import tally.flow.Signal.FinishAsked;
import tally.flow.Signal.GrantMoved;
import tally.flow.Signal.HoldsPlaced;
import tally.flow.Signal.HoldsRefused;
import tally.flow.Signal.LotCleared;
import tally.flow.Signal.LotDisputed;
import tally.flow.Signal.LotWarned;
import tally.flow.Signal.MeterDisagreed;
import tally.flow.Signal.PauseAsked;
import tally.flow.Signal.PowerReturned;
import tally.flow.Signal.ResumeAsked;
import tally.flow.Signal.SliceUsed;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.LotId;
import tally.market.Offering;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Rate;
import tally.money.Rounding;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.treasury.Grant;
import tally.x402.ChannelId;

/// A person buys a metered service: money becomes granted power, power a channel, and what was not
/// used is money again.
public sealed interface Purchase extends Flow
    permits Purchase.Accepted,
        Purchase.Holding,
        Purchase.Granting,
        Purchase.Opening,
        Purchase.Connecting,
        Purchase.Running,
        Purchase.Refused,
        PurchaseEnding {

  Data data();

  /// Money of one lot.
  record LotAmount(LotId lot, Amount amount) {}

  /// One lot's share of the purchase: so much money for so many tokens, by one grant.
  record Part(LotId lot, Amount fiat, Amount tokens, Grant.Id grant) {}

  /// How one part ended.
  ///
  /// @param held what of it still lies in the vault, since its lot is disputed
  record PartEnd(
      LotId lot, Grant.Id grant, Amount fiat, Amount tokens, Amount spent, Amount held) {}

  /// @param own what of the buyer's own power is spent, before any part; with it or the parts there
  ///   is something to spend
  /// @param slice the most that one draw takes from the vault, in units of the token; above zero
  record Data(
      FlowId id,
      Tenant tenant,
      Holder buyer,
      UUID quote,
      Offering offering,
      Channel.Terms terms,
      Amount own,
      List<Part> parts,
      BigInteger slice,
      java.time.Instant holdsUntil) {

    public Data {
      parts = List.copyOf(parts);
      if (slice.signum() <= 0) {
        throw new IllegalArgumentException("a slice is above zero: " + slice);
      }
      if (own.isZero() && parts.isEmpty()) {
        throw new IllegalArgumentException("nothing pays for the purchase " + id.value());
      }
    }

    public ChannelId channel() {
      return terms.id();
    }

    public UUID delivery() {
      return id.derive("delivery");
    }

    public BigInteger deposit() {
      return parts.stream().map(part -> part.tokens().units()).reduce(own.units(), BigInteger::add);
    }

    /// What is drawn in all once one more slice has come: never less than the offering asks for.
    BigInteger drawAfter(BigInteger drawn) {
      return drawn.add(slice).max(offering.depositMin().units()).min(deposit());
    }

    TransactionId transaction(String step) {
      return new TransactionId(id.derive(step));
    }

    EntryId entry(String step) {
      return new EntryId(id.derive(step));
    }

    HoldId hold(String what, Part part) {
      return new HoldId(id.derive("hold/" + what + "/" + part.lot()));
    }

    HoldId ownHold() {
      return new HoldId(id.derive("hold/spends"));
    }

    List<Hold> holds() {
      return PurchaseSteps.holds(this);
    }

    /// In the order in which they are spent.
    List<PurchaseShare> shares() {
      var shares = new ArrayList<PurchaseShare>();
      if (!own.isZero()) {
        shares.add(PurchaseShare.own(own));
      }
      parts.forEach(part -> shares.add(PurchaseShare.of(part.lot(), part.tokens())));
      return shares;
    }
  }

  @Override
  default FlowId id() {
    return data().id();
  }

  @Override
  default Tenant tenant() {
    return data().tenant();
  }

  /// Of warnings and disputes of its payments it hears from the beginning.
  @Override
  default Set<UUID> watches() {
    return data().parts().stream().map(part -> part.lot().value()).collect(Collectors.toSet());
  }

  @Override
  default boolean over() {
    return false;
  }

  record Accepted(Data data) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return signal instanceof Signal.Begun
          ? Step.to(new Holding(data, PurchaseProgress.NONE), new Command.PlaceHolds(data.holds()))
          : Step.stay(this);
    }
  }

  /// Hears of disputes from before the first promise, so that no dispute slips between the promise
  /// and the grant.
  record Holding(Data data, PurchaseProgress progress) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed _, LotWarned _, LotCleared _ ->
            Step.to(new Holding(data, progress.hear(signal)));
        case HoldsRefused(var code, var text) ->
            PurchaseSteps.refuse(data, progress, code, text, new ArrayList<>());
        case HoldsPlaced _ -> placed();
        default -> Step.stay(this);
      };
    }

    private Step placed() {
      if (!progress.disputed().isEmpty()) {
        return release("payment_disputed", "A payment of it is being claimed back.");
      }
      return progress.warned().isEmpty()
          ? give()
          : release("payment_warned", "A bank has warned of a payment of it.");
    }

    private Step give() {
      if (data.parts().isEmpty()) {
        return PurchaseSlices.open(data, progress, List.of());
      }
      return Step.to(
          new Granting(data, Set.of(), Set.of(), progress),
          data.parts().stream()
              .map(part ->
                  new Command.GiveGrant(
                      part.grant(),
                      data.buyer(),
                      part.lot(),
                      data.offering().network(),
                      part.tokens()))
              .toList());
    }

    private Step release(String code, String text) {
      var commands = new ArrayList<Command>();
      data.holds().forEach(hold -> commands.add(new Command.ReleaseHold(hold.id())));
      return PurchaseSteps.refuse(data, progress, code, text, commands);
    }
  }

  /// Waits until the chain has every grant deep enough, or has refused one.
  record Granting(Data data, Set<UUID> granted, Set<UUID> failed, PurchaseProgress progress)
      implements Purchase {
    public Granting {
      granted = Set.copyOf(granted);
      failed = Set.copyOf(failed);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed _, LotWarned _, LotCleared _ ->
            Step.to(new Granting(data, granted, failed, progress.hear(signal)));
        case GrantMoved(Grant.Granted grant) -> next(with(granted, grant), failed);
        case GrantMoved(Grant.Frozen grant) -> next(with(granted, grant), failed);
        case GrantMoved(Grant.Appealed grant) -> next(with(granted, grant), failed);
        case GrantMoved(Grant.Matured grant) -> next(with(granted, grant), failed);
        case GrantMoved(Grant.Failed grant) -> next(granted, with(failed, grant));
        default -> Step.stay(this);
      };
    }

    private static Set<UUID> with(Set<UUID> some, Grant grant) {
      var more = new HashSet<>(some);
      more.add(grant.order().id().value());
      return more;
    }

    private Step next(Set<UUID> nowGranted, Set<UUID> nowFailed) {
      if (nowGranted.size() + nowFailed.size() < data.parts().size()) {
        return Step.to(new Granting(data, nowGranted, nowFailed, progress));
      }
      var commands = PurchaseSteps.given(data, nowGranted);
      var kept =
          data.parts().stream().filter(part -> nowGranted.contains(part.grant().value())).toList();
      if (kept.isEmpty()) {
        PurchaseSteps.releaseOwn(data).ifPresent(commands::add);
        return PurchaseSteps.refuse(
            data, progress, "grant_failed", "The network did not take the grant.", commands);
      }
      if (!nowFailed.isEmpty() || !progress.disputed().isEmpty()) {
        PurchaseSteps.releaseOwn(data).ifPresent(commands::add);
        return PurchaseSteps.giveBack(PurchaseSteps.restricted(data, kept), progress, commands);
      }
      if (!progress.warned().isEmpty()) {
        PurchaseSteps.releaseOwn(data).ifPresent(commands::add);
        return PurchaseSteps.giveBackUnspent(
            PurchaseSteps.restricted(data, kept), progress, "payment_warned", commands);
      }
      return PurchaseSlices.open(data, progress, commands);
    }
  }

  record Opening(Data data, PurchaseProgress progress) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word ->
            Step.to(
                new Opening(data, progress.dispute(word)),
                new Command.DropDraw(data.transaction("draw")));
        case LotWarned _, LotCleared _ -> Step.to(new Opening(data, progress.hear(signal)));
        case Signal.TransactionEnded ended
            when ended.transaction().equals(data.transaction("draw"))
                && ended.end() != Signal.TransactionEnd.ACTED ->
            PurchaseSteps.giveBack(data, progress, new ArrayList<>());
        case ChannelDeposited deposited
            when deposited.side() == Channel.Side.PAYER
                && deposited.total().compareTo(data.drawAfter(BigInteger.ZERO)) >= 0 ->
            connect(data.drawAfter(BigInteger.ZERO));
        default -> Step.stay(this);
      };
    }

    private Step connect(BigInteger first) {
      return Step.to(
          new Connecting(data, progress.draw(first)),
          PurchaseSlices.opened(data, progress, first),
          new Command.Connect(data.delivery(), data.offering(), data.terms()));
    }
  }

  record Connecting(Data data, PurchaseProgress progress) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed _, LotWarned _, LotCleared _ ->
            Step.to(new Connecting(data, progress.hear(signal)));
        case Connected(var url) ->
            progress.disputed().isEmpty()
                ? Step.to(new Running(data, url, false, progress))
                : PurchaseSteps.finish(data, progress, "", true);
        case AccessRefused refused -> PurchaseSteps.recall(data, progress, refused.code(), 1);
        case ChannelRefunded refunded when refunded.side() == Channel.Side.PAYER ->
            Step.to(
                new PurchaseEnding.Returning(data, progress, "seller_ended"),
                PurchaseSteps.sync(data, refunded),
                PurchaseSteps.AWAIT_SELLER);
        case PowerReturned returned ->
            PurchaseSteps.returned(
                data, progress, "seller_ended", returned, List.of(PurchaseSteps.AWAIT_SELLER));
        default -> Step.stay(this);
      };
    }
  }

  /// The service runs; a worker pays portion by portion.
  record Running(Data data, URI url, boolean paused, PurchaseProgress progress)
      implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case PauseAsked _ ->
            paused
                ? Step.stay(this)
                : Step.to(
                    new Running(data, url, true, progress),
                    new Command.PauseDelivery(data.delivery()));
        case ResumeAsked _ ->
            paused
                ? Step.to(
                    new Running(data, url, false, progress),
                    new Command.ResumeDelivery(data.delivery()))
                : Step.stay(this);
        case FinishAsked _ -> PurchaseSteps.finish(data, progress, "", true);
        case BudgetUsed _ -> PurchaseSlices.used(this);
        case LotWarned _, LotCleared _ -> Step.to(at(progress.hear(signal)));
        case SliceUsed(var drawn) -> PurchaseSlices.raise(this, drawn);
        case ChannelDeposited _, Signal.TransactionEnded _, Signal.SliceRefused _ ->
            PurchaseSlices.heard(this, signal);
        case MeterDisagreed _ -> PurchaseSteps.finish(data, progress, "meter_disagrees", false);
        case LotDisputed word ->
            PurchaseSteps.finish(data, progress.dispute(word), "payment_disputed", true);
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER ->
            Step.to(
                at(progress.claim(claimed.amount())),
                PurchaseSteps.claimed(data, progress, claimed));
        case ChannelRefunded refunded when refunded.side() == Channel.Side.PAYER ->
            Step.to(
                new PurchaseEnding.Returning(data, progress, "seller_ended"),
                new Command.PauseDelivery(data.delivery()),
                PurchaseSteps.sync(data, refunded),
                PurchaseSteps.AWAIT_SELLER);
        case PowerReturned returned ->
            PurchaseSteps.returned(
                data,
                progress,
                "seller_ended",
                returned,
                List.of(new Command.PauseDelivery(data.delivery()), PurchaseSteps.AWAIT_SELLER));
        default -> Step.stay(this);
      };
    }

    /// The most that vouchers may ever promise: all of the deposit, or where no more is drawn what
    /// is there and what is on its way.
    public BigInteger limit() {
      return PurchaseSlices.limit(data, progress);
    }

    Running at(PurchaseProgress now) {
      return new Running(data, url, paused, now);
    }
  }

  /// Nothing was bought, and nothing left the balance.
  record Refused(Data data, String code, String text) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return signal instanceof LotDisputed word
          ? Step.to(
              this,
              new Command.Tell(word.chargeback(), new Signal.PurchaseEnded(data.id(), List.of())))
          : Step.stay(this);
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  /// What unused tokens of a part are worth, at the rate at which they were bought; rounded down to
  /// a unit of money.
  static Amount worth(Part part, Amount tokens) {
    return new Rate(tokens.asset(), part.fiat().asset(), part.fiat().units(), part.tokens().units())
        .convert(tokens, Rounding.DOWN)
        .amount();
  }
}
