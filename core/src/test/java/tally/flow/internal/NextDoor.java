package tally.flow.internal;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;
import tally.delivery.DeliveryId;
import tally.flow.Selling;
import tally.market.Offering;
import tally.market.Peers;
import tally.money.Quantity;
import tally.x402.ChannelConfig;
import tally.x402.Voucher;

/// The provider lives in the same house, so his door is a call.
final class NextDoor implements Peers {

  private final ObjectProvider<Selling> selling;
  private final Map<UUID, Voucher> proofs = new ConcurrentHashMap<>();
  private volatile boolean away;

  NextDoor(ObjectProvider<Selling> selling) {
    this.selling = selling;
  }

  /// From now on he can be asked to end nothing.
  void leave() {
    away = true;
  }

  @Override
  public Admission ask(
      Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher proof) {
    proofs.put(delivery.value(), proof);
    return switch (selling.getObject().admit(offering.id(), delivery, channel, proof)) {
      case Selling.Admission.Admitted(var access) -> new Admission.Admitted(access);
      case Selling.Admission.Refused(var code, var text) -> new Admission.Refused(code, text);
    };
  }

  @Override
  public Payment pay(
      Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher voucher) {
    return switch (selling.getObject().take(delivery, voucher)) {
      case Selling.Taking.Taken(var _, var _, var served) -> new Payment.Taken(served);
      case Selling.Taking.Refused(var code, var text, var standing) ->
          new Payment.Refused(code, text, standing.promised());
      case Selling.Taking.Elsewhere _ ->
          new Payment.Refused("delivery_unknown", "another delivery's channel", BigInteger.ZERO);
      case Selling.Taking.Unknown _ ->
          new Payment.Refused("delivery_unknown", "no such delivery", BigInteger.ZERO);
    };
  }

  @Override
  public Quantity finish(Offering offering, DeliveryId delivery) {
    if (away) {
      throw new Unreachable("nobody is there", new IOException("away"));
    }
    var proof = Optional.ofNullable(proofs.get(delivery.value())).orElseThrow();
    return switch (selling.getObject().end(delivery, proof)) {
      case Selling.Ending.Ended(var served) -> served;
      case Selling.Ending.Refused(var code, var text) ->
          throw new Unreachable(code + ": " + text, new IOException(code));
    };
  }
}
