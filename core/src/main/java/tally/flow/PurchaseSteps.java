package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.ChannelRefunded;
import tally.flow.Signal.PowerReturned;
import tally.money.Amount;

/// What several states of a purchase do alike.
final class PurchaseSteps {

  private PurchaseSteps() {}

  static Step finish(Purchase.Data data, Purchase.Progress progress, String why, boolean pay) {
    return Step.to(
        new PurchaseEnding.Finishing(data, progress, why),
        new Command.FinishDelivery(
            data.delivery(), data.offering(), data.terms(), data.deposit(), pay));
  }

  static Command claimed(Purchase.Data data, Purchase.Progress before, ChannelClaimed claimed) {
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
      Purchase.Progress progress,
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

  /// Which lots the next `amount` after `already` is taken from: the oldest first.
  static List<Purchase.LotAmount> slice(Purchase.Data data, BigInteger already, BigInteger amount) {
    return Postings.spread(amount, after(data.tokens(), already));
  }

  /// What came back to the vault: of the newest lots, since the oldest are spent first.
  static List<Purchase.LotAmount> cameBack(Purchase.Data data, Purchase.Progress progress) {
    return after(data.tokens(), data.deposit().subtract(progress.refunded()));
  }

  /// The vault credited so much. What is neither claimed nor returned stays locked, until it is one
  /// of both.
  static Step returned(
      Purchase.Data data,
      Purchase.Progress progress,
      String why,
      PowerReturned returned,
      List<Command> first) {
    var next = progress.refund(returned.amount());
    var lots = Postings.spread(returned.amount(), cameBack(data, next));
    var commands = new ArrayList<>(first);
    commands.add(
        new Command.Post(
            Postings.cameBack(
                data.entry("returned/" + returned.transaction() + "/" + next.refunded()),
                data,
                lots)));
    return giveBackUnspent(data, next, why, commands);
  }

  /// The parts without the first `skip` units.
  static List<Purchase.LotAmount> after(List<Purchase.LotAmount> parts, BigInteger skip) {
    var left = skip;
    var out = new ArrayList<Purchase.LotAmount>();
    for (var part : parts) {
      var cut = left.min(part.amount().units());
      left = left.subtract(cut);
      if (cut.compareTo(part.amount().units()) < 0) {
        out.add(
            new Purchase.LotAmount(
                part.lot(),
                new Amount(part.amount().asset(), part.amount().units().subtract(cut))));
      }
    }
    return out;
  }

  /// No channel was opened: all power goes back.
  static Step giveBack(Purchase.Data data, Purchase.Progress progress, List<Command> commands) {
    var why = progress.disputed().isEmpty() ? "not_opened" : "payment_disputed";
    return giveBackUnspent(data, progress.refund(data.deposit()), why, commands);
  }

  static Step giveBackUnspent(
      Purchase.Data data, Purchase.Progress progress, String why, List<Command> commands) {
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
        : Step.to(
            new PurchaseEnding.Surrendering(data, progress, why, waiting, List.of()), commands);
  }

  static Step end(
      Purchase.Data data, Purchase.Progress progress, String why, List<Command> commands) {
    progress
        .disputed()
        .forEach((lot, chargeback) -> commands.add(tell(data, progress, lot, chargeback, true)));
    return Step.to(new PurchaseEnding.Finished(data, progress, why), commands);
  }

  static Command tell(
      Purchase.Data data, Purchase.Progress progress, UUID lot, FlowId chargeback, boolean held) {
    return new Command.Tell(
        chargeback,
        new Signal.PurchaseEnded(
            data.id(),
            Purchase.ends(data, progress, held).stream()
                .filter(end -> end.lot().value().equals(lot))
                .toList()));
  }

  static Command settle(Purchase.Data data, String what, Purchase.Part part, Amount amount) {
    return new Command.SettleHold(
        data.hold(what, part), data.entry("settled/" + what + "/" + part.lot()), amount);
  }

  static Purchase.Data restricted(Purchase.Data data, List<Purchase.Part> kept) {
    return new Purchase.Data(
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
