package tally.escrow;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tally.custody.Approval;
import tally.custody.port.Intent;
import tally.escrow.Channel.Side;
import tally.escrow.Channels.Asked;
import tally.escrow.Channels.Kept;
import tally.escrow.Channels.Purpose;
import tally.escrow.Channels.Store;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.ChannelId;

/// What a receiver asks of the chain with his own key: to claim, to be paid out, to give back.
final class Collecting {

  private final Store store;
  private final Orders orders;
  private final Settlements settlements;
  private final InstantSource clock;

  Collecting(Store store, Orders orders, Settlements settlements, InstantSource clock) {
    this.store = store;
    this.orders = orders;
    this.settlements = settlements;
    this.clock = clock;
  }

  /// A wish, and the total or amount that it is about.
  private record Wish(Channel channel, BigInteger units, Intent.Call intent) {}

  /// From now on no voucher is taken: one that came later would be neither claimed nor refused.
  Optional<BigInteger> claim(Tenant tenant, ChannelId id, TransactionId transaction) {
    return once(
        tenant,
        id,
        transaction,
        Purpose.CLAIM,
        kept -> {
          var closing = kept.channel().closing();
          store.save(closing, kept.seenAt());
          return claiming(closing);
        });
  }

  private static Optional<Wish> claiming(Channel channel) {
    var standing = channel.standing();
    return standing
        .voucher()
        .filter(best -> best.maxClaimable().compareTo(standing.claimed()) > 0)
        .map(best -> {
          var total = best.maxClaimable();
          var row = new Intent.ClaimRow(channel.terms().config(), best, total);
          return new Wish(channel, total, new Intent.Claim(List.of(row), Optional.empty()));
        });
  }

  void settle(Tenant tenant, ChannelId id, TransactionId transaction) {
    once(
        tenant,
        id,
        transaction,
        Purpose.SETTLE,
        kept -> {
          var channel = kept.channel();
          var config = channel.terms().config();
          var intent = new Intent.Settle(config.receiver(), config.token());
          return Optional.of(new Wish(channel, channel.standing().claimed(), intent));
        });
  }

  Optional<BigInteger> refund(Tenant tenant, ChannelId id, TransactionId transaction) {
    var terms = Channels.need(store.find(tenant, id, Side.RECEIVER), id).channel().terms();
    var at = clock.instant();
    var now = settlements.need(terms.network()).port().deposit(id);
    return once(
        tenant,
        id,
        transaction,
        Purpose.REFUND,
        kept -> {
          var seen = ReceiverSide.look(store, kept, now, at);
          var closing = seen.channel().closing();
          store.save(closing, seen.seenAt());
          var rest = closing.standing().unpromised();
          var intent = new Intent.Refund(terms.config(), rest, now.refundNonce(), Optional.empty());
          return Optional.of(new Wish(closing, rest, intent)).filter(_ -> rest.signum() > 0);
        });
  }

  /// Once for ever by the id of the transaction; a repeat answers what the first answered.
  private Optional<BigInteger> once(
      Tenant tenant,
      ChannelId id,
      TransactionId transaction,
      Purpose purpose,
      Function<Kept, Optional<Wish>> wishing) {
    return store.inTransaction(() -> {
      var kept = Channels.need(store.lock(tenant, id, Side.RECEIVER), id);
      var before = store.asked(tenant, transaction);
      if (before.isPresent()) {
        var units = before.get().units();
        orders.repeated(new Asked(tenant, transaction, id, Side.RECEIVER, purpose, units));
        return Optional.of(units);
      }
      var wish = wishing.apply(kept);
      wish.ifPresent(it -> submit(it, transaction, purpose));
      return wish.map(Wish::units);
    });
  }

  private void submit(Wish wish, TransactionId transaction, Purpose purpose) {
    var terms = wish.channel().terms();
    orders.submit(
        new Asked(terms.tenant(), transaction, terms.id(), Side.RECEIVER, purpose, wish.units()),
        Channels.own(terms),
        wish.intent(),
        approval(wish));
  }

  /// A holder agreed to the channel as a whole: to be paid what was promised, and to give back the
  /// rest. The house agrees to nothing beforehand.
  private static Approval approval(Wish wish) {
    var terms = wish.channel().terms();
    return terms.holder().equals(Holder.HOUSE)
        ? new Approval.Flow("channel", terms.id().subject())
        : new Approval.Standing(
            terms.id().subject(), wish.channel().standing().promised().max(wish.units()));
  }
}
