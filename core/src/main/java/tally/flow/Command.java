package tally.flow;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import tally.escrow.Channel;
import tally.ledger.Account;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.LotId;
import tally.market.Offering;
import tally.money.Amount;
import tally.money.Holder;
import tally.network.TransactionId;
import tally.payment.Payment;
import tally.payment.Refund;
import tally.treasury.Grant;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;

/// Something to be done. Carried out at least once and, since everything in it has a derived id,
/// acting once.
public sealed interface Command {

  /// Ids about which facts will come; the flow that gives this command hears them from then on.
  default Set<UUID> watches() {
    return Set.of();
  }

  /// The same wish by another transaction, where the first can never act and doing it once more
  /// does no harm; empty where the flow, or nobody, may say so.
  default Optional<Command> again(TransactionId fresh) {
    return Optional.empty();
  }

  /// Writes an entry. Answer: `Posted` or `PostRefused`.
  record Post(Entry entry) implements Command {}

  /// Places all or none. Answer: `HoldsPlaced` or `HoldsRefused`. Whoever has money of a lot
  /// promised to him hears of its dispute.
  record PlaceHolds(List<Hold> holds) implements Command {
    public PlaceHolds {
      holds = List.copyOf(holds);
    }

    @Override
    public Set<UUID> watches() {
      var lots = new HashSet<UUID>();
      for (var hold : holds) {
        if (hold.promised().from() instanceof Account.Available(_, var lot)) {
          lots.add(lot.value());
        }
      }
      return lots;
    }
  }

  /// Nothing is done: from now on this flow hears of disputes about these lots. No answer.
  record WatchLots(List<LotId> lots) implements Command {
    public WatchLots {
      lots = List.copyOf(lots);
    }

    @Override
    public Set<UUID> watches() {
      return lots.stream().map(LotId::value).collect(Collectors.toSet());
    }
  }

  record SettleHold(HoldId hold, EntryId entry, Amount amount) implements Command {}

  record ReleaseHold(HoldId hold) implements Command {}

  /// Moves whatever is free of an account to another. Answer: `LotFrozen`.
  record FreezeLot(EntryId entry, Account.Available from, Account.Frozen to, Amount most)
      implements Command {}

  /// Answer: `LotCounted`.
  record CountLot(Holder owner, LotId lot, Amount most) implements Command {}

  record StartPayment(Payment.Order order) implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(order.id().value());
    }
  }

  record StartRefund(Refund.Order order, String by) implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(order.id().value());
    }
  }

  record GiveGrant(Grant.Id grant, Holder user, LotId lot, String network, Amount amount)
      implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(grant.value(), lot.value());
    }
  }

  /// Takes back all but `rest`, which is a total: asked for twice, it takes nothing twice. Answer:
  /// `PowerReclaimed`.
  record ReclaimGrant(Grant.Id grant, BigInteger rest, boolean consent, TransactionId transaction)
      implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(grant.value());
    }

    @Override
    public Optional<Command> again(TransactionId fresh) {
      return Optional.of(new ReclaimGrant(grant, rest, consent, fresh));
    }
  }

  /// Freezes every grant that a lot paid for. Answer: `GrantsFrozen`.
  record FreezeGrants(LotId lot, String evidence, int round) implements Command {}

  /// Freezes one grant once more, since what was sent came to nothing. No answer: `GrantMoved` or
  /// `FreezeFailed` tells.
  record FreezeGrant(Grant.Id grant, String evidence, TransactionId transaction)
      implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(grant.value());
    }

    @Override
    public Optional<Command> again(TransactionId fresh) {
      return Optional.of(new FreezeGrant(grant, evidence, fresh));
    }
  }

  /// Gives back every grant of a lot that is frozen or appealed, or about to be. Answer:
  /// `GrantsThawed`.
  record ThawGrants(LotId lot, int round) implements Command {}

  /// The payer's key appeals for every frozen grant that a lot paid for. Answer: `GrantsAppealed`;
  /// `GrantMoved` or `AppealFailed` tell how it went.
  ///
  /// @param again empty for all of them and the first time
  record AppealGrants(LotId lot, int round, Optional<Appealing.Again> again) implements Command {}

  /// Thaws an appealed grant if the council is silent for its whole time. Answer: `GrantMoved`.
  record EndAppeal(Grant.Id grant, TransactionId transaction) implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(grant.value());
    }
  }

  record SyncChannel(
      String network, ChannelConfig config, ChannelId channel, TransactionId transaction)
      implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(transaction.value());
    }

    @Override
    public Optional<Command> again(TransactionId fresh) {
      return Optional.of(new SyncChannel(network, config, channel, fresh));
    }
  }

  /// Begins to take back what the seller has not claimed. Answer: `Recalled`.
  record RecallChannel(
      String network, ChannelConfig config, ChannelId channel, TransactionId transaction)
      implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(channel.subject());
    }
  }

  /// Ends a recall once its delay is over. Answer: `RecallFinished`, and `PowerReturned` where
  /// something came back.
  record FinishRecall(
      String network,
      ChannelConfig config,
      ChannelId channel,
      Instant ripe,
      TransactionId transaction)
      implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(channel.subject());
    }
  }

  /// Answer, when the node's patience with others is over: `Overdue`.
  record Await(String what) implements Command {}

  record FundReserve(String network, Amount amount, TransactionId transaction) implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(transaction.value());
    }
  }

  /// Has the vault pay out what is the owner's own. Answer: `ReleaseRefused` where nothing was
  /// sent; else `PowerReleased`, and `ReleaseActed` or `ReleaseEnded` tell.
  record ReleasePower(Releasing.Data release, TransactionId transaction) implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(Releasing.subject(release.network(), release.from()));
    }
  }

  record OpenChannel(Channel.Terms terms, BigInteger total, TransactionId draw) implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(terms.id().subject(), draw.value());
    }
  }

  /// Draws one more slice into a channel that is open. Answer: `SliceRefused` where custody says
  /// no; else `ChannelDeposited` and `TransactionEnded` tell.
  ///
  /// @param total what is drawn in all then
  record RaiseChannel(Channel.Terms terms, BigInteger total, TransactionId draw)
      implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(terms.id().subject(), draw.value());
    }
  }

  /// Gives up a draw that was never signed, since no more may be drawn. No answer: where it was
  /// given up `TransactionEnded` tells, else it comes.
  record DropDraw(TransactionId draw) implements Command {}

  /// Asks the seller for access and opens the buyer's way. Answer: `Connected` or `AccessRefused`,
  /// the latter also where the node's patience with a silent seller is over.
  record Connect(UUID delivery, Offering offering, Channel.Terms terms) implements Command {}

  record PauseDelivery(UUID delivery) implements Command {}

  record ResumeDelivery(UUID delivery) implements Command {}

  /// Ends the buyer's way, pays what was counted to the last unit and tells the seller. Answer:
  /// `SellerFinished`, or `SellerSilent` where the node's patience is over.
  ///
  /// @param pay false where the seller cheated: nothing more is paid than was
  record FinishDelivery(
      UUID delivery, Offering offering, Channel.Terms terms, BigInteger total, boolean pay)
      implements Command {}

  /// Seller: serves no more until `ResumeSale`. No answer.
  record PauseSale(UUID delivery) implements Command {}

  /// No answer.
  record ResumeSale(UUID delivery) implements Command {}

  /// Seller: serves no more, for good. No answer.
  record EndSale(UUID delivery) implements Command {}

  /// Takes no more vouchers, and claims up to the best with whatever else is due. Answer:
  /// `ClaimAsked`.
  record ClaimChannel(Channel.Terms terms) implements Command {}

  /// Has the receiver paid what he claimed. Answer: `PayoutAsked`.
  record SettleChannel(Channel.Terms terms) implements Command {}

  /// Answer: `RefundAsked`.
  record RefundChannel(Channel.Terms terms, TransactionId transaction) implements Command {
    @Override
    public Set<UUID> watches() {
      return Set.of(transaction.value());
    }

    @Override
    public Optional<Command> again(TransactionId fresh) {
      return Optional.of(new RefundChannel(terms, fresh));
    }
  }

  /// Tells every purchase and refund that has or had money of a lot. Answer: `PurchasesTold`.
  record TellPurchases(LotId lot, FlowId chargeback) implements Command {}

  record Tell(FlowId flow, Signal signal) implements Command {}
}
