package tally.flow.internal;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tally.Worker;
import tally.custody.Approval;
import tally.delivery.Deliveries;
import tally.delivery.Delivery.Side;
import tally.delivery.DeliveryId;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Purchase;
import tally.flow.PurchaseProgress;
import tally.flow.Signal;
import tally.market.Peers;
import tally.metering.Tariff;
import tally.metering.Verdict;
import tally.money.Amount;
import tally.money.Quantity;
import tally.money.Rounding;

/// Pays for running purchases, portion by portion, what this side itself has counted.
final class Payer implements Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Payer.class);
  private static final int RUNNING_MAX = 1000;
  private static final int WHOLE = 100;

  /// A word that was heard shows in the next state long before.
  private static final Duration AFTER_WORD = Duration.ofSeconds(30);

  /// A seller may have lost sight of the deposit for a few blocks; he is shown the same voucher
  /// again.
  private static final Duration AFTER_REFUSAL = Duration.ofMillis(500);

  /// The longest rest of a purchase whose seller cannot be reached.
  private static final Duration REST_MAX = Duration.ofSeconds(30);

  private final Flows flows;
  private final Deliveries deliveries;
  private final Channels channels;
  private final Peers peers;
  private final InstantSource clock;
  private final int sliceMargin;

  /// What each running purchase's seller has acknowledged, as far as this node saw it. Lost with
  /// the node: then the last voucher is shown once more.
  private final Map<FlowId, Handed> handed = new ConcurrentHashMap<>();

  /// @param failures attempts in a row that ended in no answer
  private record Handed(BigInteger acknowledged, Instant notBefore, int failures) {
    static final Handed NOTHING = new Handed(BigInteger.ZERO, Instant.MIN, 0);
  }

  /// @param sliceMargin hundredths of what is drawn that must be promised before more is drawn
  Payer(
      Flows flows,
      Deliveries deliveries,
      Channels channels,
      Peers peers,
      InstantSource clock,
      int sliceMargin) {
    if (sliceMargin < 0 || sliceMargin > WHOLE) {
      throw new IllegalArgumentException("a margin is 0 to 100: " + sliceMargin);
    }
    this.flows = flows;
    this.deliveries = deliveries;
    this.channels = channels;
    this.peers = peers;
    this.clock = clock;
    this.sliceMargin = sliceMargin;
  }

  @Override
  public String name() {
    return "payer";
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(5);
  }

  @Override
  public int tick() {
    int paid = 0;
    var running = flows.inState(Kind.PURCHASE, "Running", RUNNING_MAX);
    handed.keySet().retainAll(running.stream().map(kept -> kept.flow().id()).toList());
    for (var kept : running) {
      if (kept.flow() instanceof Purchase.Running purchase
          && !purchase.paused()
          && kept.stalled().isEmpty()) {
        paid += payOrRest(purchase);
      }
    }
    return paid;
  }

  /// One purchase's trouble is its own: it rests, longer each time, and the others go on.
  private int payOrRest(Purchase.Running purchase) {
    var seen = handed.getOrDefault(purchase.id(), Handed.NOTHING);
    if (clock.instant().isBefore(seen.notBefore())) {
      return 0;
    }
    try {
      return pay(purchase, seen);
    } catch (RuntimeException trouble) {
      var rest = Duration.ofMillis(500L << Math.min(seen.failures(), 10));
      var bounded = rest.compareTo(REST_MAX) > 0 ? REST_MAX : rest;
      handed.put(
          purchase.id(),
          new Handed(BigInteger.ZERO, clock.instant().plus(bounded), seen.failures() + 1));
      LOG.warn("purchase {} cannot be paid for now", purchase.id().value(), trouble);
      return 0;
    }
  }

  private int pay(Purchase.Running running, Handed seen) {
    var data = running.data();
    var tariff = data.offering().tariff();
    var id = new DeliveryId(data.delivery());
    var received = deliveries.read(data.tenant(), id, Side.BUYER).count();
    var channel = channels.find(data.tenant(), data.channel(), Channel.Side.PAYER);
    if (channel.isEmpty()) {
      return 0;
    }
    var promised = channel.get().standing().promised();
    if (promised.compareTo(seen.acknowledged()) > 0) {
      return handOver(running, id, received, promised);
    }
    var due = tariff.price().of(received, Rounding.DOWN).amount().units();
    if (due.compareTo(running.limit()) >= 0 && promised.equals(running.limit())) {
      flows.signal(data.tenant(), data.id(), new Signal.BudgetUsed());
      return 0;
    }
    var drawn = running.progress().drawn();
    // Said again now and then: the first word may have come while a warning was open, and gone by.
    if (promised.compareTo(drawn) >= 0 && wantsMore(running, promised)) {
      flows.signal(data.tenant(), data.id(), new Signal.SliceUsed(drawn));
      handed.put(data.id(), new Handed(seen.acknowledged(), clock.instant().plus(AFTER_WORD), 0));
      return 0;
    }
    var most = drawn.min(channel.get().standing().ceiling());
    var next = nextPortion(tariff, promised).min(most);
    return next.compareTo(promised) > 0 && due.compareTo(next) >= 0
        ? handOver(running, id, received, next)
        : 0;
  }

  /// What is owed at the end of the first portion that `promised` does not cover, in all.
  static BigInteger nextPortion(Tariff tariff, BigInteger promised) {
    var price = tariff.price();
    long portion = tariff.portion().count();
    long covered = price.buys(new Amount(price.amount().asset(), promised)).count() / portion;
    while (true) {
      covered++;
      var owed =
          price.of(
              new Quantity(tariff.portion().unit(), Math.multiplyExact(covered, portion)),
              Rounding.DOWN);
      if (owed.amount().units().compareTo(promised) > 0) {
        return owed.amount().units();
      }
    }
  }

  private int handOver(
      Purchase.Running running, DeliveryId id, Quantity received, BigInteger ceiling) {
    var data = running.data();
    var approval = new Approval.Standing(data.channel().subject(), running.progress().drawn());
    return switch (channels.sign(data.tenant(), data.channel(), ceiling, approval)) {
      case Channels.Signed.Refused(var code, var text) -> {
        LOG.warn("purchase {}: no voucher for {}: {} {}", data.id().value(), ceiling, code, text);
        yield 0;
      }
      case Channels.Signed.Done(var voucher) ->
          switch (peers.pay(data.offering(), id, data.terms().config(), voucher)) {
            case Peers.Payment.Refused(var code, var text, _) -> {
              LOG.warn(
                  "purchase {}: the seller refused a voucher: {} {}",
                  data.id().value(),
                  code,
                  text);
              handed.put(
                  data.id(), new Handed(BigInteger.ZERO, clock.instant().plus(AFTER_REFUSAL), 0));
              yield 0;
            }
            case Peers.Payment.Taken(var claimed) -> {
              handed.put(data.id(), new Handed(ceiling, Instant.MIN, 0));
              if (Verdict.ofBuyer(data.offering().tariff(), received, claimed)
                  instanceof Verdict.Disagree disagree) {
                flows.signal(
                    data.tenant(),
                    data.id(),
                    new Signal.MeterDisagreed(disagree.received(), disagree.claimed()));
              } else if (wantsMore(running, ceiling)) {
                flows.signal(
                    data.tenant(), data.id(), new Signal.SliceUsed(running.progress().drawn()));
              }
              yield 1;
            }
          };
    };
  }

  private boolean wantsMore(Purchase.Running running, BigInteger promised) {
    var drawn = running.progress().drawn();
    return running.progress().next() instanceof PurchaseProgress.Next.Free
        && running.progress().warned().isEmpty()
        && drawn.compareTo(running.data().deposit()) < 0
        && promised
                .multiply(BigInteger.valueOf(WHOLE))
                .compareTo(drawn.multiply(BigInteger.valueOf(sliceMargin)))
            >= 0;
  }
}
