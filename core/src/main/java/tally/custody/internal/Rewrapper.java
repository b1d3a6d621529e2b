package tally.custody.internal;

import java.time.Duration;
import tally.Worker;
import tally.custody.Custody;

/// Brings stored keys under the current key-encryption key after a rotation.
final class Rewrapper implements Worker {

  private static final int BATCH = 100;
  private final Custody custody;

  Rewrapper(Custody custody) {
    this.custody = custody;
  }

  @Override
  public String name() {
    return "custody-rewrapper";
  }

  @Override
  public Duration pause() {
    return Duration.ofMinutes(1);
  }

  @Override
  public int tick() {
    return custody.rewrap(BATCH);
  }
}
