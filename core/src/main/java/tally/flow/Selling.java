package tally.flow;

import java.math.BigInteger;
import java.util.Optional;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.Delivery.Side;
import tally.delivery.DeliveryId;
import tally.delivery.port.Adapter.Access;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.escrow.Receipt;
import tally.market.Offering;
import tally.market.Offerings;
import tally.metering.Tariff;
import tally.money.Amount;
import tally.money.Derived;
import tally.money.Quantity;
import tally.money.Refusal;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Voucher;

/// The provider's side: lets buyers in, takes their vouchers, and ends what they end. The hot path
/// is `take`: it runs no flow.
public final class Selling {

  public sealed interface Admission {
    record Admitted(Access access) implements Admission {}

    /// Codes: `offering_unknown`, `proof_refused`, `channel_in_use`, `id_reused`, and x402's.
    record Refused(String code, String text) implements Admission, Refusal {}
  }

  public sealed interface Taking {
    /// @param added units that this voucher promised above the one before; zero of a known one
    /// @param served what we count
    record Taken(Voucher voucher, BigInteger added, Quantity served) implements Taking {}

    record Refused(String code, String text, Channel.Standing standing)
        implements Taking, Refusal {}

    record Unknown() implements Taking {}

    /// The voucher is of another channel than the one that this delivery is paid from.
    record Elsewhere(ChannelId paidFrom) implements Taking {}
  }

  public sealed interface Ending {
    record Ended(Quantity served) implements Ending {}

    /// Codes: `delivery_unknown`, `proof_refused`.
    record Refused(String code, String text) implements Ending, Refusal {}
  }

  private final Offerings offerings;
  private final Channels channels;
  private final Deliveries deliveries;
  private final Flows flows;

  public Selling(Offerings offerings, Channels channels, Deliveries deliveries, Flows flows) {
    this.offerings = offerings;
    this.channels = channels;
    this.deliveries = deliveries;
    this.flows = flows;
  }

  /// Lets a buyer in whose channel is funded and who proves that its key is his. May be repeated.
  public Admission admit(Offering.Id id, DeliveryId delivery, ChannelConfig config, Voucher proof) {
    var found = offerings.find(id).filter(one -> one.state() == Offering.State.PUBLISHED);
    if (found.isEmpty()) {
      return new Admission.Refused("offering_unknown", "There is no such offering.");
    }
    var offering = found.get();
    var terms =
        new Channel.Terms(
            proof.channel(),
            offering.tenant(),
            Channel.Side.RECEIVER,
            offering.provider(),
            offering.network(),
            config);
    if (!channels.proves(terms, proof)) {
      return new Admission.Refused(
          "proof_refused", "The proof is not signed by the channel's key.");
    }
    var other = conflict(delivery, terms, offering);
    if (other.isPresent()) {
      return other.get();
    }
    if (channels.accept(terms, offering.depositMin().units())
        instanceof Channels.Acceptance.Refused(var code, var text)) {
      return new Admission.Refused(code, text);
    }
    var sold =
        deliveries.sell(
            new Delivery.Order(
                delivery,
                offering.tenant(),
                Side.SELLER,
                offering.provider(),
                offering.adapter(),
                offering.source(),
                offering.tariff(),
                terms.id()));
    flows.begin(settlement(sold.order(), terms), offering.provider());
    return new Admission.Admitted(sold.access());
  }

  /// One delivery a channel, and one channel a delivery: a voucher is a promise in all.
  private Optional<Admission> conflict(
      DeliveryId delivery, Channel.Terms terms, Offering offering) {
    if (deliveries
        .paidBy(terms.id())
        .filter(paid -> !paid.order().id().equals(delivery))
        .isPresent()) {
      return Optional.of(
          new Admission.Refused("channel_in_use", "This channel pays for another delivery."));
    }
    return deliveries
        .sold(delivery)
        .filter(sold ->
            !(sold.order().tenant().equals(offering.tenant())
                && sold.order().channel().equals(terms.id())))
        .map(_ ->
            new Admission.Refused("id_reused", "This id was used before, with other content."));
  }

  /// Takes a voucher for a running delivery: verified, durable, then the ceiling is raised.
  public Taking take(DeliveryId id, Voucher voucher) {
    var delivery = deliveries.sold(id);
    if (delivery.isEmpty()) {
      return new Taking.Unknown();
    }
    if (!delivery.get().order().channel().equals(voucher.channel())) {
      return new Taking.Elsewhere(delivery.get().order().channel());
    }
    return switch (channels.receive(voucher)) {
      case Receipt.Accepted(var taken, var added) -> allow(delivery.get(), taken, added);
      case Receipt.Same(var same) -> allow(delivery.get(), same, BigInteger.ZERO);
      case Receipt.Refused(var code, var text, var standing) -> {
        creditUsed(delivery.get(), standing);
        yield new Taking.Refused(code, text, standing);
      }
    };
  }

  /// Whoever takes back and has promised all that is left is served no further.
  private void creditUsed(Delivery delivery, Channel.Standing standing) {
    if (standing.withdrawing().signum() > 0
        && standing.left().signum() == 0
        && delivery.wanted() == Delivery.Wanted.ACTIVE) {
      var order = delivery.order();
      flows.signal(order.tenant(), settlement(order.id()), new Signal.CreditUsed());
    }
  }

  private Taking allow(Delivery delivery, Voucher voucher, BigInteger added) {
    var tenant = delivery.order().tenant();
    var id = delivery.order().id();
    deliveries.allow(tenant, id, ceiling(delivery.order().tariff(), voucher.maxClaimable()));
    return new Taking.Taken(voucher, added, deliveries.read(tenant, id, Side.SELLER).count());
  }

  /// What may be served in all once so much is promised.
  static Quantity ceiling(Tariff tariff, BigInteger promised) {
    var bought = tariff.price().buys(new Amount(tariff.price().amount().asset(), promised));
    return bought.count() > Long.MAX_VALUE - tariff.lagMax().count()
        ? bought
        : bought.plus(tariff.lagMax());
  }

  /// Ends a delivery at the buyer's word, and begins to settle its channel. May be repeated.
  ///
  /// @param last the channel's last voucher, or its proof of 0: only the channel's key can have
  ///   signed it
  public Ending end(DeliveryId id, Voucher last) {
    var delivery = deliveries.sold(id);
    if (delivery.isEmpty()) {
      return new Ending.Refused("delivery_unknown", "There is no such delivery.");
    }
    var order = delivery.get().order();
    var tenant = order.tenant();
    var channel = channels.find(tenant, order.channel(), Channel.Side.RECEIVER).orElseThrow();
    if (!last.channel().equals(order.channel()) || !channels.proves(channel.terms(), last)) {
      return new Ending.Refused("proof_refused", "The proof is not signed by the channel's key.");
    }
    deliveries.terminate(tenant, id, Side.SELLER);
    var settlement = settlement(order, channel.terms());
    flows.begin(settlement, order.holder());
    flows.signal(tenant, settlement.id(), new Signal.EndAsked());
    return new Ending.Ended(deliveries.read(tenant, id, Side.SELLER).count());
  }

  private static FlowId settlement(DeliveryId delivery) {
    return new FlowId(Derived.id(delivery.value(), "settlement"));
  }

  /// From the first word to the last payout; one a delivery.
  private static Settlement settlement(Delivery.Order order, Channel.Terms terms) {
    return new Settlement.Serving(
        new Settlement.Data(
            settlement(order.id()),
            order.id().value(),
            terms,
            order.tariff().price().amount().asset()),
        Settlement.Progress.NONE);
  }
}
