package tally.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tally.delivery.Delivery.Side;
import tally.metering.Reading;
import tally.money.Tenant;

/// The keeper of what the sides of running deliveries counted lately, so that people can see how
/// fast a service runs. Nothing is charged by it.
///
/// Moments are the same for all deliveries, and for all nodes that share a database: the first that
/// comes to one keeps its readings.
public final class Readings {

  /// From one reading to the next.
  public static final Duration STEP = Duration.ofSeconds(2);

  /// Then a reading is forgotten.
  public static final Duration KEPT = Duration.ofMinutes(10);

  /// So many readings of one side there can be.
  public static final int OF_ONE_MAX = (int) KEPT.dividedBy(STEP) + 1;

  /// Of more deliveries than these, of one side, some have no reading for a moment.
  private static final int OF_A_MOMENT_MAX = 1000;

  private static final int AT_ONCE_MAX = 100;
  private static final int FORGET_MAX = 5000;

  private final Store store;
  private final InstantSource clock;
  private Instant last = Instant.MIN;

  /// Where readings are kept.
  public interface Store {

    /// Keeps what the running deliveries of one side counted, unless this moment was kept before;
    /// answers of how many.
    int keep(Side side, Instant moment, int most);

    /// Forgets what is older; answers how many.
    int forget(Instant before, int most);

    /// Oldest first; nothing for a delivery without any.
    Map<DeliveryId, List<Reading>> of(
        Tenant tenant, Set<DeliveryId> ids, Side side, Instant since, int most);
  }

  public Readings(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// What one side had counted at each moment of the last ten minutes, oldest first; nothing for a
  /// delivery without any.
  ///
  /// @param ids at most 100
  public Map<DeliveryId, List<Reading>> of(Tenant tenant, Set<DeliveryId> ids, Side side) {
    if (ids.size() > AT_ONCE_MAX) {
      throw new IllegalArgumentException("of " + ids.size() + " deliveries at once");
    }
    return store.of(tenant, ids, side, clock.instant().minus(KEPT), ids.size() * OF_ONE_MAX);
  }

  /// Keeps the readings of this moment, and forgets old ones; answers how many moved.
  public synchronized int tick() {
    var now = clock.instant();
    var moment = Instant.ofEpochSecond(now.getEpochSecond() / STEP.toSeconds() * STEP.toSeconds());
    if (!moment.isAfter(last)) {
      return 0;
    }
    int kept = 0;
    for (var side : Side.values()) {
      kept += store.keep(side, moment, OF_A_MOMENT_MAX);
    }
    last = moment;
    return kept + store.forget(moment.minus(KEPT), FORGET_MAX);
  }
}
