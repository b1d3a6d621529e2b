package tally.flow.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tally.Worker;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.DeliveryId;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Purchase;

/// Asks the seller again where a running service is, when nothing comes of it any more: he may have
/// started anew, or another of his nodes may have taken it over.
///
/// Who merely uses nothing is indistinguishable from outside, so the questions become seldom.
final class AccessRenewal implements Worker {

  /// The wait before the first question; each further one comes after twice the wait.
  static final Duration STILL = Duration.ofSeconds(5);

  static final Duration STILL_MAX = Duration.ofMinutes(5);
  private static final int RUNNING_MAX = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(AccessRenewal.class);

  private final Flows flows;
  private final Deliveries deliveries;
  private final Asking sellers;
  private final InstantSource clock;
  private final Map<FlowId, Watched> watched = new ConcurrentHashMap<>();

  /// Asks where it is, and goes there.
  @FunctionalInterface
  interface Asking {
    void again(Purchase.Running purchase);
  }

  /// @param count what had come when it was last looked at
  /// @param failures how often it was asked in vain since
  private record Watched(long count, Duration rest, Instant next, int failures) {}

  AccessRenewal(Flows flows, Deliveries deliveries, Asking sellers, InstantSource clock) {
    this.flows = flows;
    this.deliveries = deliveries;
    this.sellers = sellers;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "access-renewal";
  }

  @Override
  public Duration pause() {
    return Duration.ofSeconds(1);
  }

  /// Answers nothing moved: what was asked shows when something comes.
  @Override
  public int tick() {
    var running = flows.inState(Kind.PURCHASE, "Running", RUNNING_MAX);
    watched.keySet().retainAll(running.stream().map(kept -> kept.flow().id()).toList());
    for (var kept : running) {
      if (kept.flow() instanceof Purchase.Running purchase
          && !purchase.paused()
          && kept.stalled().isEmpty()) {
        look(purchase);
      }
    }
    return 0;
  }

  private void look(Purchase.Running purchase) {
    var data = purchase.data();
    var found =
        deliveries.find(data.tenant(), new DeliveryId(data.delivery()), Delivery.Side.BUYER);
    if (found.isEmpty()) {
      return;
    }
    var now = clock.instant();
    long count = found.get().reading().count().count();
    var before = watched.get(purchase.id());
    if (before == null || before.count() != count) {
      watched.put(purchase.id(), new Watched(count, STILL, now.plus(STILL), 0));
    } else if (!now.isBefore(before.next())) {
      watched.put(purchase.id(), later(before, now, ask(purchase, before.failures())));
    }
  }

  private static Watched later(Watched before, Instant now, int failures) {
    var twice = before.rest().multipliedBy(2);
    var rest = twice.compareTo(STILL_MAX) > 0 ? STILL_MAX : twice;
    return new Watched(before.count(), rest, now.plus(rest), failures);
  }

  /// Answers how often it was in vain. Once may be a restart; the second time is told, and from
  /// then on it is known.
  private int ask(Purchase.Running purchase, int failures) {
    try {
      sellers.again(purchase);
      return failures;
    } catch (RuntimeException nobody) {
      LOG.atLevel(failures == 1 ? Level.WARN : Level.DEBUG)
          .setCause(nobody)
          .log("the seller of purchase {} does not say where it is", purchase.id().value());
      return failures + 1;
    }
  }
}
