package tally;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes a worker of this node before its pause is over. One ring wakes one of those who share the
/// bell; where nobody rests, the next who would goes round once more instead, so that no ring is
/// missed. What a bell does not reach, such as another node's rows, is found after the pause.
public final class Bell {

  private final Semaphore rings = new Semaphore(0);
  private final int sharers;

  /// @param sharers how many rest by it; with nobody resting, more rings than these say nothing new
  public Bell(int sharers) {
    this.sharers = sharers;
  }

  /// To be rung once what is to be done can be read by others, which is after the commit.
  public void ring() {
    if (rings.availablePermits() < sharers) {
      rings.release();
    }
  }

  /// Rests for the pause, or until a ring; answers whether it rang.
  public boolean rest(Duration pause) throws InterruptedException {
    return rings.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
  }
}
