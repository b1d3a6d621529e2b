package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tally.escrow.Channel;
import tally.flow.PurchaseProgress.Next;
import tally.ledger.Entry;
import tally.network.TransactionId;

/// How the vault's money comes into the channel: slice by slice, each after the last one is used
/// and both sides agree on it.
final class PurchaseSlices {

  private PurchaseSlices() {}

  /// What was promised of the buyer's own power is taken, and the first slice opens the channel.
  ///
  /// @param first what is to be done before
  static Step open(Purchase.Data data, PurchaseProgress progress, List<Command> first) {
    var commands = new ArrayList<>(first);
    PurchaseSteps.takeOwn(data).ifPresent(commands::add);
    commands.add(
        new Command.OpenChannel(
            data.terms(), data.drawAfter(BigInteger.ZERO), data.transaction("draw")));
    return Step.to(new Purchase.Opening(data, progress), commands);
  }

  /// @param used what was drawn when it was said; a word about an earlier slice is no news
  static Step raise(Purchase.Running running, BigInteger used) {
    var data = running.data();
    var progress = running.progress();
    if (!(progress.next() instanceof Next.Free)
        || !progress.warned().isEmpty()
        || !used.equals(progress.drawn())
        || used.compareTo(data.deposit()) >= 0) {
      return Step.stay(running);
    }
    var total = data.drawAfter(used);
    return Step.to(
        running.at(progress.ask(total)),
        new Command.RaiseChannel(data.terms(), total, draw(data, total)));
  }

  static BigInteger limit(Purchase.Data data, PurchaseProgress progress) {
    return switch (progress.next()) {
      case Next.Closed _ -> progress.drawn();
      case Next.Free _ when progress.warned().isEmpty() -> data.deposit();
      case Next.Free _ -> progress.drawn();
      case Next.Asked _ when progress.warned().isEmpty() -> data.deposit();
      case Next.Asked(var total) -> total;
    };
  }

  /// All that may be promised is. Where that was so only until a warning was over, more is drawn.
  static Step used(Purchase.Running running) {
    var data = running.data();
    var progress = running.progress();
    if (progress.drawn().compareTo(data.deposit()) >= 0) {
      return PurchaseSteps.finish(data, progress, "", true);
    }
    return switch (progress.next()) {
      case Next.Closed _ -> PurchaseSteps.finish(data, progress, "budget", true);
      case Next.Free _ when !progress.warned().isEmpty() ->
          PurchaseSteps.finish(data, progress, "payment_warned", true);
      case Next.Free _, Next.Asked _ -> raise(running, progress.drawn());
    };
  }

  /// What one draw takes where so much may leave the vault in a day. Empty where not even that may
  /// which must be drawn at once.
  ///
  /// @param least what a slice must hold at least, unless all of the deposit is less
  static Optional<BigInteger> within(
      BigInteger daily, BigInteger slice, BigInteger least, BigInteger deposit) {
    return least.min(deposit).compareTo(daily) > 0
        ? Optional.empty()
        : Optional.of(slice.min(daily));
  }

  /// A slice that was asked for and not signed need not come.
  static List<Command> dropped(Purchase.Data data, PurchaseProgress progress) {
    return progress.next() instanceof Next.Asked(var total)
        ? List.of(new Command.DropDraw(draw(data, total)))
        : List.of();
  }

  static Step heard(Purchase.Running running, Signal signal) {
    var next = after(running.data(), running.progress(), signal);
    return Step.to(running.at(next), came(running.data(), running.progress(), next));
  }

  /// A slice that was on its way when the service ended.
  static Step heard(PurchaseEnding ending, Signal signal) {
    var data = ending.data();
    var next = after(data, ending.progress(), signal);
    if (next.equals(ending.progress())) {
      return Step.stay(ending);
    }
    var commands = came(data, ending.progress(), next);
    return next.settled()
        ? PurchaseSteps.giveBackUnspent(data, next, ending.why(), new ArrayList<>(commands))
        : Step.to(PurchaseSteps.with(ending, next), commands);
  }

  /// The first slice is in the channel.
  static Command opened(Purchase.Data data, PurchaseProgress before, BigInteger total) {
    return new Command.Post(
        Postings.locked(data.entry("locked"), data, slice(data, before, total)));
  }

  /// Both the channel's word and the transaction's count, whichever comes first: a channel that has
  /// given something back holds less than was drawn.
  private static PurchaseProgress after(
      Purchase.Data data, PurchaseProgress progress, Signal signal) {
    if (!(progress.next() instanceof Next.Asked(var total))) {
      return progress;
    }
    var draw = draw(data, total);
    return switch (signal) {
      case Signal.ChannelDeposited deposited
          when deposited.side() == Channel.Side.PAYER && deposited.total().compareTo(total) >= 0 ->
          progress.draw(total);
      case Signal.TransactionEnded ended when ended.transaction().equals(draw) ->
          ended.end() == Signal.TransactionEnd.ACTED
              ? progress.draw(total)
              : progress.close(ended.reason());
      case Signal.SliceRefused refused when refused.draw().equals(draw) ->
          progress.close(refused.code());
      default -> progress;
    };
  }

  private static List<Command> came(
      Purchase.Data data, PurchaseProgress before, PurchaseProgress now) {
    if (now.drawn().equals(before.drawn())) {
      return List.of();
    }
    Entry raised =
        Postings.raised(
            data.entry("locked/" + now.drawn()), data, slice(data, before, now.drawn()));
    return List.of(new Command.Post(raised));
  }

  /// Taken from what lies in the vault, so that what has come back from the channel may go again.
  private static List<PurchaseShare> slice(
      Purchase.Data data, PurchaseProgress before, BigInteger total) {
    return PurchaseShare.spread(
        total.subtract(before.drawn()), PurchaseSteps.unspent(data, before));
  }

  private static TransactionId draw(Purchase.Data data, BigInteger total) {
    return data.transaction("draw/" + total);
  }
}
