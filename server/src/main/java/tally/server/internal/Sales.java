package tally.server.internal;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.DeliveryId;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Settlement;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.market.Offering;
import tally.market.Offerings;
import tally.metering.Usage;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;

/// What a provider of this node sells and has sold, and what it brings him.
@Component
@Lazy
public final class Sales {

  private final Flows flows;
  private final Deliveries deliveries;
  private final Channels channels;
  private final Offerings offerings;
  private final Book book;
  private final Assets assets;

  Sales(
      Flows flows,
      Deliveries deliveries,
      Channels channels,
      Offerings offerings,
      Book book,
      Assets assets) {
    this.flows = flows;
    this.deliveries = deliveries;
    this.channels = channels;
    this.offerings = offerings;
    this.book = book;
    this.assets = assets;
  }

  /// Newest first, also those that are over.
  public List<Views.Sale> list(Tenant tenant, Holder provider, int most) {
    var own = offerings.of(tenant, provider, Offerings.LIST_MAX);
    return flows.list(tenant, Kind.SETTLEMENT, Optional.of(provider), most).stream()
        .flatMap(kept -> sale(kept, own).stream())
        .toList();
  }

  private Optional<Views.Sale> sale(Flows.Kept kept, List<Offering> own) {
    if (!(kept.flow() instanceof Settlement settlement)) {
      return Optional.empty();
    }
    return deliveries
        .sold(new DeliveryId(settlement.data().delivery()))
        .map(sold -> sale(kept, settlement, sold, title(sold.order(), own)));
  }

  /// A delivery knows the terms that it was sold on, not the offering: the newest with just these.
  private static String title(Delivery.Order order, List<Offering> own) {
    return own.stream()
        .filter(one -> one.adapter().equals(order.adapter()))
        .filter(one -> one.source().equals(order.source()))
        .filter(one -> one.tariff().equals(order.tariff()))
        .map(Offering::title)
        .findFirst()
        .orElse("");
  }

  private Views.Sale sale(Flows.Kept kept, Settlement settlement, Delivery sold, String title) {
    var terms = settlement.data().terms();
    var standing =
        channels
            .find(terms.tenant(), terms.id(), Channel.Side.RECEIVER)
            .map(Channel::standing)
            .orElse(Channel.Standing.NONE);
    var tariff = sold.order().tariff();
    var token = tariff.price().amount().asset();
    var promised = new Amount(token, standing.promised());
    return new Views.Sale(
        sold.order().id().value(),
        Seen.of(kept).shows(state(settlement, sold), "settling"),
        title,
        kept.begun(),
        sold.reading().count(),
        tariff.price().buys(promised),
        new Usage(sold.reading(), promised).lag(tariff),
        tariff.portion(),
        tariff.lagMax(),
        tariff.price().amount(),
        tariff.price().per().count(),
        new Amount(token, standing.balance()),
        promised,
        new Amount(token, settlement.progress().claimed()),
        terms.id().hex());
  }

  private static String state(Settlement settlement, Delivery sold) {
    return switch (settlement) {
      case Settlement.Serving _, Settlement.Withdrawing _ ->
          switch (sold.wanted()) {
            case ACTIVE -> "serving";
            case SUSPENDED -> "suspended";
            case TERMINATED -> "settling";
          };
      case Settlement.Claiming _, Settlement.GivingBack _, Settlement.PayingOut _ -> "settling";
      case Settlement.Settled _ -> "settled";
    };
  }

  /// What he was promised by signed vouchers, and what became of it; what waits, of his newest 1000
  /// channels.
  public Views.Income income(Tenant tenant, Holder provider) {
    var token = assets.token();
    var claimed = book.balance(tenant, new Account.Earned(provider), token).posted();
    var forgone = book.balance(tenant, new Account.Forgone(provider), token).posted().negate();
    var waiting =
        channels.receiving(tenant, provider, Channels.LIST_MAX).stream()
            .map(channel -> channel.standing().unclaimed())
            .reduce(BigInteger.ZERO, BigInteger::add);
    return new Views.Income(
        new Amount(token, claimed.add(waiting)),
        new Amount(token, claimed),
        new Amount(token, waiting),
        new Amount(token, forgone.max(BigInteger.ZERO)));
  }
}
