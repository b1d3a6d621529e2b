package tally.server.internal;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;

/// How channels look from outside. A channel that pays for something sold here shows what was
/// served for it.
@Component
@Lazy
final class ChannelViews {

  private final Channels channels;
  private final Deliveries deliveries;
  private final Assets assets;

  ChannelViews(Channels channels, Deliveries deliveries, Assets assets) {
    this.channels = channels;
    this.deliveries = deliveries;
    this.assets = assets;
  }

  List<Views.Channel> list(Tenant tenant, Holder holder, int most) {
    return channels.list(tenant, most).stream()
        .filter(channel -> channel.terms().holder().equals(holder))
        .map(this::view)
        .toList();
  }

  private Views.Channel view(Channel channel) {
    var terms = channel.terms();
    var standing = channel.standing();
    var sold =
        terms.side() == Channel.Side.RECEIVER
            ? deliveries.paidBy(terms.id())
            : Optional.<Delivery>empty();
    return new Views.Channel(
        terms.id().hex(),
        terms.side().name().toLowerCase(Locale.ROOT),
        terms.network(),
        channel.getClass().getSimpleName().toLowerCase(Locale.ROOT),
        terms.config().payerAuthorizer().checksummed(),
        terms.config().receiver().checksummed(),
        amount(standing.balance()),
        amount(standing.promised()),
        amount(standing.claimed()),
        sold.map(it -> it.order().id().value()).orElse(null),
        sold.map(it -> it.reading().count()).orElse(null),
        sold.map(it -> it.wanted().name().toLowerCase(Locale.ROOT)).orElse(null));
  }

  private Amount amount(BigInteger units) {
    return new Amount(assets.token(), units);
  }
}
