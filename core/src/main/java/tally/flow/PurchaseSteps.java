package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import tally.escrow.Channel;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.ChannelRefunded;
import tally.flow.Signal.LotDisputed;
import tally.flow.Signal.PowerReturned;
import tally.ledger.Hold;
import tally.ledger.LotId;
import tally.money.Amount;
import tally.network.TransactionId;
import tally.treasury.Grant;

/// What several states of a purchase do alike.
final class PurchaseSteps {

  /// What the seller is awaited for: that he claims, and gives back the rest.
  static final Command AWAIT_SELLER = new Command.Await("seller");

  private PurchaseSteps() {}

  static List<Hold> holds(Purchase.Data data) {
    var holds = new ArrayList<Hold>();
    for (var part : data.parts()) {
      holds.add(
          Hold.pending(
              data.hold("pays", part),
              data.tenant(),
              "purchase pays",
              Postings.pays(data.buyer(), part.lot(), part.fiat()),
              data.holdsUntil()));
      holds.add(
          Hold.pending(
              data.hold("gets", part),
              data.tenant(),
              "purchase gets",
              Postings.gets(data.buyer(), part.lot(), data.offering().network(), part.tokens()),
              data.holdsUntil()));
    }
    if (!data.own().isZero()) {
      holds.add(
          Hold.pending(
              data.ownHold(),
              data.tenant(),
              "purchase spends own power",
              Postings.spends(data, data.own()),
              data.holdsUntil()));
    }
    return holds;
  }

  /// The buyer's own power that was promised is the purchase's now, if it uses any.
  static Optional<Command> takeOwn(Purchase.Data data) {
    return data.own().isZero()
        ? Optional.empty()
        : Optional.of(
            new Command.SettleHold(data.ownHold(), data.entry("settled/spends"), data.own()));
  }

  /// The buyer's own power that was promised is free again, if any was.
  static Optional<Command> releaseOwn(Purchase.Data data) {
    return data.own().isZero()
        ? Optional.empty()
        : Optional.of(new Command.ReleaseHold(data.ownHold()));
  }

  static Step finish(Purchase.Data data, PurchaseProgress progress, String why, boolean pay) {
    var commands = new ArrayList<>(PurchaseSlices.dropped(data, progress));
    commands.add(
        new Command.FinishDelivery(
            data.delivery(), data.offering(), data.terms(), progress.drawn(), pay));
    return Step.to(new PurchaseEnding.Finishing(data, progress, why), commands);
  }

  static Command claimed(Purchase.Data data, PurchaseProgress before, ChannelClaimed claimed) {
    return new Command.Post(
        Postings.claimed(
            data.entry("claimed/" + claimed.transaction() + "/" + claimed.total()),
            data,
            slice(data, before.claimed(), claimed.amount())));
  }

  static Command sync(Purchase.Data data, ChannelRefunded refunded) {
    return new Command.SyncChannel(
        data.offering().network(),
        data.terms().config(),
        data.channel(),
        data.transaction("sync/" + refunded.transaction()));
  }

  /// Nothing was bought; whoever waits for the end of a disputed lot is told.
  static Step refuse(
      Purchase.Data data,
      PurchaseProgress progress,
      String code,
      String text,
      List<Command> commands) {
    progress
        .disputed()
        .forEach((_, chargeback) ->
            commands.add(
                new Command.Tell(chargeback, new Signal.PurchaseEnded(data.id(), List.of()))));
    return Step.to(new Purchase.Refused(data, code, text), commands);
  }

  /// The vault takes back what the seller does not claim in time.
  static Step recall(Purchase.Data data, PurchaseProgress progress, String why, int attempt) {
    if (progress.settled()) {
      return giveBackUnspent(data, progress, why, new ArrayList<>());
    }
    var next = new PurchaseEnding.Recalling(data, progress, why, attempt);
    return Step.to(
        next,
        new Command.RecallChannel(
            data.offering().network(),
            data.terms().config(),
            data.channel(),
            data.transaction(next.step("recall"))));
  }

  /// What every state hears that waits for the channel to be emptied, whoever empties it.
  static Step heard(PurchaseEnding state, Signal signal) {
    var data = state.data();
    var progress = state.progress();
    return switch (signal) {
      case LotDisputed word ->
          Step.to(with(state, progress.dispute(word)), PurchaseSlices.dropped(data, progress));
      case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER ->
          emptied(state, progress.claim(claimed.amount()), claimed(data, progress, claimed));
      case ChannelRefunded refunded when refunded.side() == Channel.Side.PAYER ->
          Step.to(
              state instanceof PurchaseEnding.Finishing
                  ? new PurchaseEnding.Returning(data, progress, state.why())
                  : state,
              sync(data, refunded));
      case PowerReturned returned -> {
        var next = progress.refund(returned.amount());
        yield emptied(state, next, cameBack(data, next, returned));
      }
      case Signal.SellerFinished _ ->
          progress.settled()
              ? giveBackUnspent(data, progress, state.why(), new ArrayList<>())
              : Step.to(state, AWAIT_SELLER);
      case Signal.SellerSilent _ -> recallOnce(state);
      case Signal.Overdue(var what) when AWAIT_SELLER.equals(new Command.Await(what)) ->
          recallOnce(state);
      case Signal.ChannelDeposited _, Signal.TransactionEnded _, Signal.SliceRefused _ ->
          PurchaseSlices.heard(state, signal);
      default -> Step.stay(state);
    };
  }

  private static Step recallOnce(PurchaseEnding state) {
    return state instanceof PurchaseEnding.Recalling
        ? Step.stay(state)
        : recall(state.data(), state.progress(), state.why(), 1);
  }

  /// Once all is claimed or has come back, what is unspent is given back.
  private static Step emptied(PurchaseEnding state, PurchaseProgress progress, Command post) {
    return progress.settled()
        ? giveBackUnspent(state.data(), progress, state.why(), new ArrayList<>(List.of(post)))
        : Step.to(with(state, progress), post);
  }

  static PurchaseEnding with(PurchaseEnding state, PurchaseProgress progress) {
    return switch (state) {
      case PurchaseEnding.Finishing(var data, _, var why) ->
          new PurchaseEnding.Finishing(data, progress, why);
      case PurchaseEnding.Returning(var data, _, var why) ->
          new PurchaseEnding.Returning(data, progress, why);
      case PurchaseEnding.Recalling(var data, _, var why, var attempt) ->
          new PurchaseEnding.Recalling(data, progress, why, attempt);
      case PurchaseEnding.Surrendering(var data, _, var why, var waiting, var back) ->
          new PurchaseEnding.Surrendering(data, progress, why, waiting, back);
      case PurchaseEnding.Finished(var data, _, var why) ->
          new PurchaseEnding.Finished(data, progress, why);
    };
  }

  /// Which shares the next `amount` after `already` is taken from.
  private static List<PurchaseShare> slice(
      Purchase.Data data, BigInteger already, BigInteger amount) {
    return PurchaseShare.spread(amount, PurchaseShare.after(data.shares(), already));
  }

  /// What lies in the vault: of the newest lots, since the person's own and the oldest are spent
  /// first.
  static List<PurchaseShare> unspent(Purchase.Data data, PurchaseProgress progress) {
    return PurchaseShare.after(data.shares(), progress.drawn().subtract(progress.refunded()));
  }

  /// A seller gave it back before anybody asked him to.
  static Step returned(
      Purchase.Data data,
      PurchaseProgress progress,
      String why,
      PowerReturned returned,
      List<Command> first) {
    return after(first, heard(new PurchaseEnding.Returning(data, progress, why), returned));
  }

  /// A step after what must come before it.
  static Step after(List<? extends Command> first, Step step) {
    var commands = new ArrayList<Command>(first);
    commands.addAll(step.commands());
    return Step.to(step.next(), commands);
  }

  private static Command cameBack(
      Purchase.Data data, PurchaseProgress next, PowerReturned returned) {
    return new Command.Post(
        Postings.cameBack(
            data.entry("returned/" + returned.transaction() + "/" + next.refunded()),
            data,
            PurchaseShare.spread(returned.amount(), unspent(data, next))));
  }

  /// No channel was opened: all power goes back.
  static Step giveBack(Purchase.Data data, PurchaseProgress progress, List<Command> commands) {
    var why = progress.disputed().isEmpty() ? "not_opened" : "payment_disputed";
    return giveBackUnspent(data, progress, why, commands);
  }

  static Step giveBackUnspent(
      Purchase.Data data, PurchaseProgress progress, String why, List<Command> commands) {
    var waiting = new HashSet<UUID>();
    for (var unspent : unspent(data, progress)) {
      switch (unspent.source()) {
        case PurchaseShare.Source.Own() ->
            commands.add(
                new Command.Post(Postings.ownReturned(data.entry("own"), data, unspent.amount())));
        case PurchaseShare.Source.OfLot(var lot) -> {
          if (!progress.disputed().containsKey(lot.value())) {
            var part = part(data, lot);
            waiting.add(part.grant().value());
            commands.add(surrender(data, part, unspent.amount()));
          }
        }
      }
    }
    return waiting.isEmpty()
        ? end(data, progress, why, List.of(), commands)
        : Step.to(
            new PurchaseEnding.Surrendering(data, progress, why, waiting, List.of()), commands);
  }

  private static Purchase.Part part(Purchase.Data data, LotId lot) {
    return data.parts().stream().filter(one -> one.lot().equals(lot)).findFirst().orElseThrow();
  }

  private static Command surrender(Purchase.Data data, Purchase.Part part, Amount unspent) {
    var rest = part.tokens().minus(unspent);
    return new Command.ReclaimGrant(
        part.grant(), rest.units(), true, data.transaction("surrender/" + part.lot()));
  }

  /// Nothing came back though it lies in the vault. To end here would leave it where no flow looks.
  static Step nothingBack(Flow flow, Grant.Id grant, TransactionId reclaim) {
    return Step.stuck(
        flow,
        "the vault gave nothing back of grant "
            + grant.value()
            + ", though it lies there; a retry surrenders it anew",
        reclaim);
  }

  /// Nobody can take it back any more, so it is no lot's, and the person's own.
  static Command matured(Purchase.Data data, PurchaseProgress progress, Purchase.Part part) {
    var tokens =
        unspent(data, progress).stream()
            .filter(share -> share.lot().equals(Optional.of(part.lot())))
            .map(PurchaseShare::amount)
            .findFirst()
            .orElseThrow();
    return new Command.Post(
        Postings.matured(
            data.entry("matured/" + part.lot()),
            data.tenant(),
            data.buyer(),
            part.lot(),
            data.offering().network(),
            tokens));
  }

  /// @param settled lots of which nothing lies in the vault as theirs any more: money again, or the
  ///   person's own
  static Step end(
      Purchase.Data data,
      PurchaseProgress progress,
      String why,
      List<Purchase.LotAmount> settled,
      List<Command> commands) {
    var done = settled.stream().map(one -> one.lot().value()).collect(Collectors.toSet());
    progress
        .disputed()
        .forEach((lot, chargeback) ->
            commands.add(tell(data, progress, lot, chargeback, !done.contains(lot))));
    return Step.to(new PurchaseEnding.Finished(data, progress, why), commands);
  }

  static Command tell(
      Purchase.Data data, PurchaseProgress progress, UUID lot, FlowId chargeback, boolean held) {
    return new Command.Tell(
        chargeback,
        new Signal.PurchaseEnded(
            data.id(),
            progress.ends(data, held).stream()
                .filter(end -> end.lot().value().equals(lot))
                .toList()));
  }

  /// What was promised for a grant is posted where it was given, and free again where it was not.
  static List<Command> given(Purchase.Data data, Set<UUID> granted) {
    var commands = new ArrayList<Command>();
    for (var part : data.parts()) {
      if (granted.contains(part.grant().value())) {
        commands.add(settle(data, "pays", part, part.fiat()));
        commands.add(settle(data, "gets", part, part.tokens()));
      } else {
        commands.add(new Command.ReleaseHold(data.hold("pays", part)));
        commands.add(new Command.ReleaseHold(data.hold("gets", part)));
      }
    }
    return commands;
  }

  private static Command settle(
      Purchase.Data data, String what, Purchase.Part part, Amount amount) {
    return new Command.SettleHold(
        data.hold(what, part), data.entry("settled/" + what + "/" + part.lot()), amount);
  }

  /// The purchase of these parts alone, whose promise of own power was released.
  static Purchase.Data restricted(Purchase.Data data, List<Purchase.Part> kept) {
    return new Purchase.Data(
        data.id(),
        data.tenant(),
        data.buyer(),
        data.quote(),
        data.offering(),
        data.terms(),
        Amount.zero(data.own().asset()),
        kept,
        data.slice(),
        data.holdsUntil());
  }
}
