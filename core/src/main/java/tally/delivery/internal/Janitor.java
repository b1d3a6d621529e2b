package tally.delivery.internal;

import java.time.Duration;
import tally.Worker;
import tally.delivery.Deliveries;

/// Brings adapters to what is wanted and stores their readings, at least once a second.
record Janitor(Deliveries deliveries) implements Worker {

  @Override
  public String name() {
    return "delivery-janitor";
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(250);
  }

  @Override
  public int tick() {
    return deliveries.tick();
  }
}
