package tally.flow.internal;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import tally.delivery.DeliveryId;
import tally.flow.Selling;
import tally.market.Offering;
import tally.market.Peers;
import tally.money.Quantity;
import tally.x402.ChannelConfig;
import tally.x402.Voucher;

/// The provider lives in the same house, so his door is a call; of several nodes any may answer.
final class NextDoor implements Peers {

  private static final long SEED = 20_261_123;

  private final Supplier<List<Selling>> nodes;
  private final Random chance = new Random(SEED);
  private final Map<UUID, Voucher> proofs = new ConcurrentHashMap<>();
  private volatile boolean away;

  NextDoor(Supplier<List<Selling>> nodes) {
    this.nodes = nodes;
  }

  /// From now on he can be asked to end nothing.
  void leave() {
    away = true;
  }

  @Override
  public Admission ask(
      Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher proof) {
    proofs.put(delivery.value(), proof);
    return switch (answer(it -> it.admit(offering.id(), delivery, channel, proof))) {
      case Selling.Admission.Admitted(var access) -> new Admission.Admitted(access);
      case Selling.Admission.Refused(var code, var text) -> new Admission.Refused(code, text);
    };
  }

  @Override
  public Payment pay(
      Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher voucher) {
    return switch (answer(it -> it.take(delivery, voucher))) {
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
    return switch (answer(it -> it.end(delivery, proof))) {
      case Selling.Ending.Ended(var served) -> served;
      case Selling.Ending.Refused(var code, var text) ->
          throw new Unreachable(code + ": " + text, new IOException(code));
    };
  }

  private <T> T answer(Function<Selling, T> question) {
    var living = nodes.get();
    try {
      return question.apply(living.get(chance.nextInt(living.size())));
    } catch (DoomedNode.Dead silence) {
      throw new Unreachable("no answer", new IOException(silence));
    }
  }
}
