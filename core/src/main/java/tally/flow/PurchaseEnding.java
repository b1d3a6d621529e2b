package tally.flow;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tally.escrow.Channel;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.LotDisputed;
import tally.flow.Signal.Overdue;
import tally.flow.Signal.PowerReclaimed;
import tally.flow.Signal.RecallFinished;
import tally.flow.Signal.Recalled;
import tally.money.Amount;
import tally.network.TransactionId;
import tally.treasury.Grant;

/// How a purchase ends: the seller claims and gives back, and what was not used is money again.
public sealed interface PurchaseEnding extends Purchase {

  PurchaseProgress progress();

  /// The refusal or disagreement that ended it, or empty.
  String why();

  /// The seller claims what he has vouchers for, and gives back the rest.
  ///
  /// @param why the refusal or disagreement that ended it, or empty
  record Finishing(Data data, PurchaseProgress progress, String why) implements PurchaseEnding {
    @Override
    public Step on(Signal signal) {
      return PurchaseSteps.heard(this, signal);
    }
  }

  /// Some came back from the channel, and the vault credits it.
  record Returning(Data data, PurchaseProgress progress, String why) implements PurchaseEnding {
    @Override
    public Step on(Signal signal) {
      return PurchaseSteps.heard(this, signal);
    }
  }

  /// The seller had his time: the vault takes back one-sidedly what he does not claim while the
  /// channel's delay runs.
  ///
  /// @param attempt from 1; a withdrawal that came to nothing is begun anew
  record Recalling(Data data, PurchaseProgress progress, String why, int attempt)
      implements PurchaseEnding {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case Recalled(var recall, var ripe) when recall.equals(data.transaction(step("recall"))) ->
            ripe.isPresent() ? Step.to(this, finish(ripe.get())) : Step.to(this, sync(), again());
        case RecallFinished(var finish, _) when finish.equals(data.transaction(step("finish"))) ->
            Step.to(this, again());
        case Overdue(var what) when what.equals(step("recall")) ->
            PurchaseSteps.recall(data, progress, why, attempt + 1);
        default -> PurchaseSteps.heard(this, signal);
      };
    }

    String step(String what) {
      return what + "/" + attempt;
    }

    /// What came back is heard by itself; whatever is then still missing is recalled once more.
    private Command again() {
      return new Command.Await(step("recall"));
    }

    /// Nothing was there to recall: it may have come back before, and wait to be credited.
    private Command sync() {
      return new Command.SyncChannel(
          data.offering().network(),
          data.terms().config(),
          data.channel(),
          data.transaction(step("sync")));
    }

    private Command finish(Instant ripe) {
      return new Command.FinishRecall(
          data.offering().network(),
          data.terms().config(),
          data.channel(),
          ripe,
          data.transaction(step("finish")));
    }
  }

  /// The user's key surrenders what he did not use, and it is money again.
  ///
  /// @param waiting grants whose reclaim is under way
  /// @param back what is settled so far, in money: given back, or nothing where it matured and is
  ///   the person's own
  record Surrendering(
      Data data, PurchaseProgress progress, String why, Set<UUID> waiting, List<LotAmount> back)
      implements PurchaseEnding {
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
                PurchaseSteps.claimed(data, progress, claimed));
        case PowerReclaimed(var grant, var amount, var reclaim)
            when waiting.contains(grant.order().id().value()) ->
            reclaimed(grant, amount, reclaim);
        default -> Step.stay(this);
      };
    }

    private Step reclaimed(Grant grant, BigInteger amount, TransactionId reclaim) {
      var part =
          data.parts().stream()
              .filter(one -> one.grant().equals(grant.order().id()))
              .findFirst()
              .orElseThrow();
      var left = new HashSet<>(waiting);
      left.remove(part.grant().value());
      if (amount.signum() == 0 && grant instanceof Grant.Matured) {
        var own = new ArrayList<>(back);
        own.add(new LotAmount(part.lot(), Amount.zero(part.fiat().asset())));
        return go(left, own, List.of(PurchaseSteps.matured(data, progress, part)));
      }
      if (amount.signum() == 0 && !progress.disputed().containsKey(part.lot().value())) {
        return PurchaseSteps.nothingBack(this, part.grant(), reclaim);
      }
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
      return go(left, more, commands);
    }

    private Step go(Set<UUID> left, List<LotAmount> more, List<Command> commands) {
      return left.isEmpty()
          ? PurchaseSteps.end(data, progress, why, more, new ArrayList<>(commands))
          : Step.to(new Surrendering(data, progress, why, left, more), commands);
    }
  }

  record Finished(Data data, PurchaseProgress progress, String why) implements PurchaseEnding {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word ->
            Step.to(
                new Finished(data, progress.dispute(word), why),
                PurchaseSteps.tell(data, progress, word.lot().value(), word.chargeback(), false));
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER ->
            Step.to(
                new Finished(data, progress.claim(claimed.amount()), why),
                PurchaseSteps.claimed(data, progress, claimed));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  /// What would be money again if it ended now with so much owed to the seller: exact but for what
  /// is used until the end. Empty where nothing of it is money.
  ///
  /// @param owed in units of the token; more than the deposit counts as all of it
  static Optional<Amount> back(Purchase.Data data, BigInteger owed) {
    return PurchaseShare.after(data.shares(), owed.min(data.deposit())).stream()
        .flatMap(left ->
            data.parts().stream()
                .filter(part -> left.lot().equals(Optional.of(part.lot())))
                .map(part -> Purchase.worth(part, left.amount())))
        .reduce(Amount::plus);
  }
}
