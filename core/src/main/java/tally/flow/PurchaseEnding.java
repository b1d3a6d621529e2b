package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tally.escrow.Channel;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.ChannelRefunded;
import tally.flow.Signal.LotDisputed;
import tally.flow.Signal.PowerReclaimed;
import tally.flow.Signal.PowerReturned;
import tally.flow.Signal.SellerFinished;
import tally.money.Amount;
import tally.treasury.Grant;

/// How a purchase ends: the seller claims and gives back, and what was not used is money again.
public sealed interface PurchaseEnding extends Purchase {

  /// The seller claims what he has vouchers for, and gives back the rest.
  ///
  /// @param why the refusal or disagreement that ended it, or empty
  record Finishing(Data data, Progress progress, String why) implements PurchaseEnding {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word -> Step.to(new Finishing(data, progress.dispute(word), why));
        case SellerFinished _ when progress.claimed().equals(data.deposit()) ->
            PurchaseSteps.end(data, progress, why, new ArrayList<>());
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER -> {
          var next = progress.claim(claimed.amount());
          var post = PurchaseSteps.claimed(data, progress, claimed);
          yield next.claimed().equals(data.deposit())
              ? PurchaseSteps.end(data, next, why, new ArrayList<>(List.of(post)))
              : Step.to(new Finishing(data, next, why), post);
        }
        case ChannelRefunded refunded when refunded.side() == Channel.Side.PAYER ->
            Step.to(new Returning(data, progress, why), PurchaseSteps.sync(data, refunded));
        case PowerReturned returned ->
            PurchaseSteps.returned(data, progress, why, returned, List.of());
        default -> Step.stay(this);
      };
    }
  }

  /// The vault credits what came back.
  record Returning(Data data, Progress progress, String why) implements PurchaseEnding {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotDisputed word -> Step.to(new Returning(data, progress.dispute(word), why));
        case ChannelClaimed claimed when claimed.side() == Channel.Side.PAYER ->
            Step.to(
                new Returning(data, progress.claim(claimed.amount()), why),
                PurchaseSteps.claimed(data, progress, claimed));
        case PowerReturned returned ->
            PurchaseSteps.returned(data, progress, why, returned, List.of());
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
          ? PurchaseSteps.end(data, progress, why, commands)
          : Step.to(new Surrendering(data, progress, why, left, more), commands);
    }
  }

  record Finished(Data data, Progress progress, String why) implements PurchaseEnding {
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
}
