package tally.flow;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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
import tally.flow.Signal.LotDisputed;
import tally.flow.Signal.MeterDisagreed;
import tally.flow.Signal.PauseAsked;
import tally.flow.Signal.PowerReclaimed;
import tally.flow.Signal.PowerReturned;
import tally.flow.Signal.ResumeAsked;
import tally.flow.Signal.SellerFinished;
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
public sealed interface Purchase extends Flow {

  Data data();

  /// An amount of one lot.
  record LotAmount(LotId lot, Amount amount) {}

  /// One lot's share of the purchase: so much money for so many tokens, by one grant.
  record Part(LotId lot, Amount fiat, Amount tokens, Grant.Id grant) {}

  /// How one part ended.
  ///
  /// @param held what of it still lies in the vault, since its lot is disputed
  record PartEnd(
      LotId lot, Grant.Id grant, Amount fiat, Amount tokens, Amount spent, Amount held) {}

  record Data(
      FlowId id,
      Tenant tenant,
      Holder buyer,
      UUID quote,
      Offering offering,
      Channel.Terms terms,
      List<Part> parts,
      java.time.Instant holdsUntil) {

    public Data {
      parts = List.copyOf(parts);
    }

    public ChannelId channel() {
      return terms.id();
    }

    public UUID delivery() {
      return id.derive("delivery");
    }

    public BigInteger deposit() {
      return parts.stream()
          .map(part -> part.tokens().units())
          .reduce(BigInteger.ZERO, BigInteger::add);
    }

    TransactionId transaction(String step) {
      return new TransactionId(id.derive(step));
    }

    EntryId entry(String step) {
      return new EntryId(id.derive(step));
    }

    private HoldId hold(String what, Part part) {
      return new HoldId(id.derive("hold/" + what + "/" + part.lot()));
    }

    List<Hold> holds() {
      var holds = new ArrayList<Hold>();
      for (var part : parts) {
        holds.add(
            Hold.pending(
                hold("pays", part),
                tenant,
                "purchase pays",
                Postings.pays(buyer, part.lot(), part.fiat()),
                holdsUntil));
        holds.add(
            Hold.pending(
                hold("gets", part),
                tenant,
                "purchase gets",
                Postings.gets(buyer, part.lot(), offering.network(), part.tokens()),
                holdsUntil));
      }
      return holds;
    }

    List<LotAmount> tokens() {
      return parts.stream().map(part -> new LotAmount(part.lot(), part.tokens())).toList();
    }
  }

  /// What the chain has said of the channel since it was opened, in units of its token.
  ///
  /// @param disputed lots whose payment is disputed, each with the chargeback that wants to hear
  ///   the end
  record Progress(BigInteger claimed, BigInteger refunded, Map<UUID, FlowId> disputed) {
    public static final Progress NONE = new Progress(BigInteger.ZERO, BigInteger.ZERO, Map.of());

    public Progress {
      disputed = Map.copyOf(disputed);
    }

    Progress dispute(LotDisputed word) {
      var next = new HashMap<>(disputed);
      next.put(word.lot().value(), word.chargeback());
      return new Progress(claimed, refunded, next);
    }

    Progress claim(BigInteger amount) {
      return new Progress(claimed.add(amount), refunded, disputed);
    }

    Progress refund(BigInteger amount) {
      return new Progress(claimed, refunded.add(amount), disputed);
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

  @Override
  default boolean over() {
    return false;
  }

  record Accepted(Data data) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return signal instanceof Signal.Begun
          ? Step.to(new Holding(data, Progress.NONE), new Command.PlaceHolds(data.holds()))
          : Step.stay(this);
    }
  }

  /// Hears of disputes from before the first promise, so that no dispute slips between the promise
  /// and the grant.
  record Holding(Data data, Progress progress) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word -> Step.to(new Holding(data, progress.dispute(word)));
        case HoldsRefused(var code, var text) ->
            Purchase.refuse(data, progress, code, text, new ArrayList<>());
        case HoldsPlaced _ -> progress.disputed().isEmpty() ? give() : release();
        default -> Step.stay(this);
      };
    }

    private Step give() {
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

    private Step release() {
      var commands = new ArrayList<Command>();
      data.holds().forEach(hold -> commands.add(new Command.ReleaseHold(hold.id())));
      return Purchase.refuse(
          data, progress, "payment_disputed", "A payment of it is being claimed back.", commands);
    }
  }

  /// Waits until the chain has every grant deep enough, or has refused one.
  record Granting(Data data, Set<UUID> granted, Set<UUID> failed, Progress progress)
      implements Purchase {
    public Granting {
      granted = Set.copyOf(granted);
      failed = Set.copyOf(failed);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word ->
            Step.to(new Granting(data, granted, failed, progress.dispute(word)));
        case GrantMoved(Grant.Granted grant) -> next(with(granted, grant), failed);
        case GrantMoved(Grant.Frozen grant) -> next(with(granted, grant), failed);
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
      var commands = new ArrayList<Command>();
      for (var part : data.parts()) {
        if (nowGranted.contains(part.grant().value())) {
          commands.add(settle("pays", part, part.fiat()));
          commands.add(settle("gets", part, part.tokens()));
        } else {
          commands.add(new Command.ReleaseHold(data.hold("pays", part)));
          commands.add(new Command.ReleaseHold(data.hold("gets", part)));
        }
      }
      var kept =
          data.parts().stream().filter(part -> nowGranted.contains(part.grant().value())).toList();
      if (kept.isEmpty()) {
        return Purchase.refuse(
            data, progress, "grant_failed", "The network did not take the grant.", commands);
      }
      if (!nowFailed.isEmpty() || !progress.disputed().isEmpty()) {
        return Purchase.giveBack(restricted(kept), progress, commands);
      }
      commands.add(new Command.OpenChannel(data.terms(), data.deposit(), data.transaction("draw")));
      return Step.to(new Opening(data, progress), commands);
    }

    private Command settle(String what, Part part, Amount amount) {
      return new Command.SettleHold(
          data.hold(what, part), data.entry("settled/" + what + "/" + part.lot()), amount);
    }

    private Data restricted(List<Part> kept) {
      return new Data(
          data.id(),
          data.tenant(),
          data.buyer(),
          data.quote(),
          data.offering(),
          data.terms(),
          kept,
          data.holdsUntil());
    }
  }

  record Opening(Data data, Progress progress) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word -> Step.to(new Opening(data, progress.dispute(word)));
        case Signal.TransactionEnded ended
            when ended.transaction().equals(data.transaction("draw"))
                && ended.end() != Signal.TransactionEnd.ACTED ->
            Purchase.giveBack(data, progress, new ArrayList<>());
        case ChannelDeposited deposited
            when deposited.side() == Channel.Side.PAYER
                && deposited.total().compareTo(data.deposit()) >= 0 ->
            Step.to(
                new Connecting(data, progress),
                new Command.Post(Postings.locked(data.entry("locked"), data)),
                new Command.Connect(data.delivery(), data.offering(), data.terms()));
        default -> Step.stay(this);
      };
    }
  }

  record Connecting(Data data, Progress progress) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word -> Step.to(new Connecting(data, progress.dispute(word)));
        case Connected(var url) ->
            progress.disputed().isEmpty()
                ? Step.to(new Running(data, url, false, progress))
                : Purchase.finish(data, progress, "", true);
        case AccessRefused refused -> Purchase.finish(data, progress, refused.code(), false);
        default -> Step.stay(this);
      };
    }
  }

  /// The service runs; a worker pays portion by portion.
  record Running(Data data, URI url, boolean paused, Progress progress) implements Purchase {
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
        case FinishAsked _, BudgetUsed _ -> Purchase.finish(data, progress, "", true);
        case MeterDisagreed _ -> Purchase.finish(data, progress, "meter_disagrees", false);
        case LotDisputed word ->
            Purchase.finish(data, progress.dispute(word), "payment_disputed", true);
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER ->
            Step.to(
                new Running(data, url, paused, progress.claim(claimed.amount())),
                Purchase.claimed(data, progress, claimed));
        case ChannelRefunded refunded when refunded.side() == Channel.Side.PAYER ->
            Step.to(
                new Returning(data, progress, "seller_ended"),
                new Command.PauseDelivery(data.delivery()),
                Purchase.sync(data, refunded));
        default -> Step.stay(this);
      };
    }
  }

  /// The seller claims what he has vouchers for, and gives back the rest.
  ///
  /// @param why the refusal or disagreement that ended it, or empty
  record Finishing(Data data, Progress progress, String why) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word -> Step.to(new Finishing(data, progress.dispute(word), why));
        case SellerFinished _ when progress.claimed().equals(data.deposit()) ->
            Purchase.end(data, progress, why, new ArrayList<>());
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER -> {
          var next = progress.claim(claimed.amount());
          var post = Purchase.claimed(data, progress, claimed);
          yield next.claimed().equals(data.deposit())
              ? Purchase.end(data, next, why, new ArrayList<>(List.of(post)))
              : Step.to(new Finishing(data, next, why), post);
        }
        case ChannelRefunded refunded when refunded.side() == Channel.Side.PAYER ->
            Step.to(new Returning(data, progress, why), Purchase.sync(data, refunded));
        default -> Step.stay(this);
      };
    }
  }

  /// The vault credits what came back.
  record Returning(Data data, Progress progress, String why) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word -> Step.to(new Returning(data, progress.dispute(word), why));
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER ->
            Step.to(
                new Returning(data, progress.claim(claimed.amount()), why),
                Purchase.claimed(data, progress, claimed));
        case PowerReturned returned when returned.amount().signum() > 0 ->
            Purchase.returned(data, progress, why, returned);
        default -> Step.stay(this);
      };
    }
  }

  /// The user's key surrenders what he did not use, and it is money again.
  ///
  /// @param waiting grants whose reclaim is under way
  /// @param back what came back so far, in money
  record Surrendering(
      Data data, Progress progress, String why, Set<UUID> waiting, List<LotAmount> back)
      implements Purchase {
    public Surrendering {
      waiting = Set.copyOf(waiting);
      back = List.copyOf(back);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word ->
            Step.to(new Surrendering(data, progress.dispute(word), why, waiting, back));
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER ->
            Step.to(
                new Surrendering(data, progress.claim(claimed.amount()), why, waiting, back),
                Purchase.claimed(data, progress, claimed));
        case PowerReclaimed(var grant, var amount)
            when waiting.contains(grant.order().id().value()) ->
            reclaimed(grant, amount);
        default -> Step.stay(this);
      };
    }

    private Step reclaimed(Grant grant, BigInteger amount) {
      var part =
          data.parts().stream()
              .filter(one -> one.grant().equals(grant.order().id()))
              .findFirst()
              .orElseThrow();
      // Nothing came back though it lies in the vault: to end here would leave it where no flow
      // looks, so the Runner stalls this one and a human does.
      if (amount.signum() == 0 && !progress.disputed().containsKey(part.lot().value())) {
        throw new IllegalStateException(
            "the vault gave nothing back of grant " + part.grant().value());
      }
      var left = new HashSet<>(waiting);
      left.remove(part.grant().value());
      var more = new ArrayList<>(back);
      var commands = new ArrayList<Command>();
      if (amount.signum() > 0) {
        var tokens = new Amount(part.tokens().asset(), amount);
        var fiat = Purchase.worth(part, tokens);
        more.add(new LotAmount(part.lot(), fiat));
        commands.add(
            new Command.Post(
                Postings.converted(
                    data.entry("converted/" + part.lot()),
                    data.tenant(),
                    data.buyer(),
                    part.lot(),
                    data.offering().network(),
                    tokens,
                    fiat)));
      }
      return left.isEmpty()
          ? Purchase.end(data, progress, why, commands)
          : Step.to(new Surrendering(data, progress, why, left, more), commands);
    }
  }

  record Finished(Data data, Progress progress, String why) implements Purchase {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word ->
            Step.to(
                new Finished(data, progress.dispute(word), why),
                Purchase.tell(data, progress, word.lot().value(), word.chargeback(), false));
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER ->
            Step.to(
                new Finished(data, progress.claim(claimed.amount()), why),
                Purchase.claimed(data, progress, claimed));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return true;
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

  // What several states do alike.

  private static Step finish(Data data, Progress progress, String why, boolean pay) {
    return Step.to(
        new Finishing(data, progress, why),
        new Command.FinishDelivery(
            data.delivery(), data.offering(), data.terms(), data.deposit(), pay));
  }

  private static Command claimed(Data data, Progress before, ChannelClaimed claimed) {
    return new Command.Post(
        Postings.claimed(
            data.entry("claimed/" + claimed.transaction() + "/" + claimed.total()),
            data,
            slice(data, before.claimed(), claimed.amount())));
  }

  private static Command sync(Data data, ChannelRefunded refunded) {
    return new Command.SyncChannel(
        data.offering().network(),
        data.terms().config(),
        data.channel(),
        data.transaction("sync/" + refunded.transaction()));
  }

  /// Nothing was bought; whoever waits for the end of a disputed lot is told.
  private static Step refuse(
      Data data, Progress progress, String code, String text, List<Command> commands) {
    progress
        .disputed()
        .forEach((_, chargeback) ->
            commands.add(
                new Command.Tell(chargeback, new Signal.PurchaseEnded(data.id(), List.of()))));
    return Step.to(new Refused(data, code, text), commands);
  }

  /// Which lots the next `amount` after `already` is taken from: the oldest first.
  private static List<LotAmount> slice(Data data, BigInteger already, BigInteger amount) {
    return Postings.spread(amount, after(data.tokens(), already));
  }

  /// What came back to the vault: of the newest lots, since the oldest are spent first.
  private static List<LotAmount> cameBack(Data data, Progress progress) {
    return after(data.tokens(), data.deposit().subtract(progress.refunded()));
  }

  /// The vault credited so much. What is neither claimed nor returned stays locked, until it is one
  /// of both.
  private static Step returned(Data data, Progress progress, String why, PowerReturned returned) {
    var next = progress.refund(returned.amount());
    var lots = Postings.spread(returned.amount(), cameBack(data, next));
    var commands = new ArrayList<Command>();
    commands.add(
        new Command.Post(
            Postings.cameBack(data.entry("returned/" + returned.sync().value()), data, lots)));
    return giveBackUnspent(data, next, why, commands);
  }

  /// The parts without the first `skip` units.
  private static List<LotAmount> after(List<LotAmount> parts, BigInteger skip) {
    var left = skip;
    var out = new ArrayList<LotAmount>();
    for (var part : parts) {
      var cut = left.min(part.amount().units());
      left = left.subtract(cut);
      if (cut.compareTo(part.amount().units()) < 0) {
        out.add(
            new LotAmount(
                part.lot(),
                new Amount(part.amount().asset(), part.amount().units().subtract(cut))));
      }
    }
    return out;
  }

  /// No channel was opened: all power goes back.
  private static Step giveBack(Data data, Progress progress, List<Command> commands) {
    var why = progress.disputed().isEmpty() ? "not_opened" : "payment_disputed";
    return giveBackUnspent(data, progress.refund(data.deposit()), why, commands);
  }

  private static Step giveBackUnspent(
      Data data, Progress progress, String why, List<Command> commands) {
    var waiting = new HashSet<UUID>();
    for (var unspent : cameBack(data, progress)) {
      if (progress.disputed().containsKey(unspent.lot().value())) {
        continue;
      }
      var part =
          data.parts().stream()
              .filter(one -> one.lot().equals(unspent.lot()))
              .findFirst()
              .orElseThrow();
      var rest = part.tokens().minus(unspent.amount());
      waiting.add(part.grant().value());
      commands.add(
          new Command.ReclaimGrant(
              part.grant(), rest.units(), true, data.transaction("surrender/" + part.lot())));
    }
    return waiting.isEmpty()
        ? end(data, progress, why, commands)
        : Step.to(new Surrendering(data, progress, why, waiting, List.of()), commands);
  }

  private static Step end(Data data, Progress progress, String why, List<Command> commands) {
    progress
        .disputed()
        .forEach((lot, chargeback) -> commands.add(tell(data, progress, lot, chargeback, true)));
    return Step.to(new Finished(data, progress, why), commands);
  }

  private static Command tell(
      Data data, Progress progress, UUID lot, FlowId chargeback, boolean held) {
    return new Command.Tell(
        chargeback,
        new Signal.PurchaseEnded(
            data.id(),
            ends(data, progress, held).stream()
                .filter(end -> end.lot().value().equals(lot))
                .toList()));
  }

  /// How each part ended: what did not come back is spent.
  static List<PartEnd> ends(Data data, Progress progress, boolean held) {
    var unspent = new HashMap<LotId, Amount>();
    cameBack(data, progress).forEach(one -> unspent.put(one.lot(), one.amount()));
    return data.parts().stream()
        .map(part -> {
          var zero = Amount.zero(part.tokens().asset());
          var left = unspent.getOrDefault(part.lot(), zero);
          return new PartEnd(
              part.lot(),
              part.grant(),
              part.fiat(),
              part.tokens(),
              part.tokens().minus(left),
              held ? left : zero);
        })
        .toList();
  }

  /// What unused tokens of a part are worth, at the rate at which they were bought; rounded down to
  /// a unit of money.
  static Amount worth(Part part, Amount tokens) {
    return new Rate(tokens.asset(), part.fiat().asset(), part.fiat().units(), part.tokens().units())
        .convert(tokens, Rounding.DOWN)
        .amount();
  }
}
