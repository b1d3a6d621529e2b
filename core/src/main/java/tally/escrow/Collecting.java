package tally.escrow;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Optional;
import tally.custody.Approval;
import tally.custody.port.Intent;
import tally.escrow.Channel.Side;
import tally.escrow.Channels.Asked;
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
  private final Claiming claiming;
  private final InstantSource clock;

  Collecting(
      Store store, Orders orders, Settlements settlements, Claiming claiming, InstantSource clock) {
    this.store = store;
    this.orders = orders;
    this.settlements = settlements;
    this.claiming = claiming;
    this.clock = clock;
  }

  /// From now on no voucher is taken: one that came later would be neither claimed nor refused.
  Optional<BigInteger> claim(Tenant tenant, ChannelId id) {
    var channel = store.inTransaction(() -> closed(tenant, id));
    if (channel.standing().unclaimed().signum() == 0) {
      return Optional.empty();
    }
    // It waits for nobody: whatever else is due of this key goes along, nothing is waited for.
    claiming.claims().send(Channels.own(channel.terms()));
    return Optional.of(channel.standing().claimable());
  }

  private Channel closed(Tenant tenant, ChannelId id) {
    var kept = Channels.need(store.lock(tenant, id, Side.RECEIVER), id);
    var closing = kept.channel().closing();
    store.save(closing, kept.seenAt());
    if (closing.standing().unclaimed().signum() > 0) {
      claiming.wishes().want(Wish.of(closing.terms(), Wish.Reason.ENDED, clock.instant()));
    }
    return closing;
  }

  Optional<BigInteger> settle(Tenant tenant, ChannelId id) {
    var terms = Channels.need(store.find(tenant, id, Side.RECEIVER), id).channel().terms();
    return claiming.payouts().want(terms, clock.instant());
  }

  Optional<BigInteger> refund(Tenant tenant, ChannelId id, TransactionId transaction) {
    var terms = Channels.need(store.find(tenant, id, Side.RECEIVER), id).channel().terms();
    var at = clock.instant();
    var now = settlements.need(terms.network()).port().deposit(id);
    return store.inTransaction(() -> {
      var kept = Channels.need(store.lock(tenant, id, Side.RECEIVER), id);
      var before = store.asked(tenant, transaction);
      if (before.isPresent()) {
        var units = before.get().units();
        orders.repeated(asked(terms, transaction, units));
        return Optional.of(units);
      }
      var seen = ReceiverSide.look(store, kept, now, at);
      var closing = seen.channel().closing();
      store.save(closing, seen.seenAt());
      var rest = closing.standing().unpromised();
      if (rest.signum() == 0) {
        return Optional.empty();
      }
      var intent = new Intent.Refund(terms.config(), rest, now.refundNonce(), Optional.empty());
      orders.submit(
          asked(terms, transaction, rest), Channels.own(terms), intent, approval(closing, rest));
      return Optional.of(rest);
    });
  }

  private static Asked asked(Channel.Terms terms, TransactionId transaction, BigInteger units) {
    return new Asked(terms.tenant(), transaction, terms.id(), Side.RECEIVER, Purpose.REFUND, units);
  }

  /// A holder agreed to the channel as a whole: to be paid what was promised, and to give back the
  /// rest. The house agrees to nothing beforehand.
  private static Approval approval(Channel channel, BigInteger rest) {
    var terms = channel.terms();
    return terms.holder().equals(Holder.HOUSE)
        ? new Approval.Flow("channel", terms.id().subject())
        : new Approval.Standing(terms.id().subject(), channel.standing().promised().max(rest));
  }
}
