package tally.treasury.internal;

import java.time.Duration;
import tally.Worker;
import tally.treasury.Outcomes;

/// Reads what final transactions did to the vaults, and sends reclaims whose time has come.
final class OutcomesWorker implements Worker {

  private final Outcomes outcomes;

  OutcomesWorker(Outcomes outcomes) {
    this.outcomes = outcomes;
  }

  @Override
  public String name() {
    return "treasury-outcomes";
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(500);
  }

  @Override
  public int tick() {
    return outcomes.tick();
  }
}
