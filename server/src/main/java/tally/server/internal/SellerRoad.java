package tally.server.internal;

import java.util.Optional;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.DeliveryId;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.escrow.Settlements;
import tally.flow.Selling;
import tally.market.Offering;
import tally.market.Peers.Admission;
import tally.money.Rounding;
import tally.server.internal.Road.Due;
import tally.server.internal.Road.Finished;
import tally.server.internal.Road.Paid;
import tally.server.internal.Road.Standing;
import tally.x402.ChannelConfig;
import tally.x402.Codes;
import tally.x402.Voucher;

/// The seller's part of the road: lets buyers in, takes their vouchers, ends what they end. A buyer
/// is a stranger who knows no tenants.
@Component
@Lazy
final class SellerRoad {

  private final Selling selling;
  private final Channels channels;
  private final Settlements settlements;
  private final Deliveries deliveries;

  SellerRoad(Selling selling, Channels channels, Settlements settlements, Deliveries deliveries) {
    this.selling = selling;
    this.channels = channels;
    this.settlements = settlements;
    this.deliveries = deliveries;
  }

  Admission access(
      Offering.Id offering, DeliveryId delivery, ChannelConfig channel, Voucher proof) {
    return switch (selling.admit(offering, delivery, channel, proof)) {
      case Selling.Admission.Admitted(var access) -> new Admission.Admitted(access);
      case Selling.Admission.Refused(var code, var text) -> new Admission.Refused(code, text);
    };
  }

  Optional<Due> due(DeliveryId delivery) {
    return deliveries
        .sold(delivery)
        .flatMap(one ->
            channels
                .find(one.order().tenant(), one.order().channel(), Channel.Side.RECEIVER)
                .map(channel -> due(one, channel)));
  }

  private Due due(Delivery delivery, Channel channel) {
    var tariff = delivery.order().tariff();
    var config = channel.terms().config();
    return new Due(
        settlements.need(channel.terms().network()).settlement().network(),
        tariff.price().of(tariff.portion(), Rounding.UP).amount().units(),
        config.token(),
        config.receiver(),
        config.withdrawDelay(),
        config.receiverAuthorizer());
  }

  Paid pay(DeliveryId delivery, Voucher voucher) {
    return switch (selling.take(delivery, voucher)) {
      case Selling.Taking.Taken(_, var added, var served) ->
          new Paid.Taken(served, added, standing(delivery, voucher));
      case Selling.Taking.Elsewhere(var paidFrom) ->
          new Paid.Refused(
              Codes.CHANNEL_ID_MISMATCH, "This is paid from " + paidFrom + ".", Optional.empty());
      case Selling.Taking.Refused(var code, var text, var standing) ->
          new Paid.Refused(code, text, Optional.of(numbers(standing)));
      case Selling.Taking.Unknown _ ->
          new Paid.Refused("delivery_unknown", "There is no such delivery.", Optional.empty());
    };
  }

  private Standing standing(DeliveryId delivery, Voucher voucher) {
    return deliveries
        .sold(delivery)
        .flatMap(
            one -> channels.find(one.order().tenant(), voucher.channel(), Channel.Side.RECEIVER))
        .map(Channel::standing)
        .map(SellerRoad::numbers)
        .orElseThrow();
  }

  private static Standing numbers(Channel.Standing standing) {
    return new Standing(
        standing.balance(), standing.claimed(), standing.promised(), standing.voucher());
  }

  Finished finish(DeliveryId delivery, Voucher voucher) {
    return switch (selling.end(delivery, voucher)) {
      case Selling.Ending.Ended(var served) -> new Finished.Done(served);
      case Selling.Ending.Refused(var code, var text) -> new Finished.Refused(code, text);
    };
  }
}
