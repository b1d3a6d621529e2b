package tally.delivery.port;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import tally.money.Quantity;
import tally.money.Unit;

/// Counts one delivery and holds it at its ceiling, to the byte: whoever serves asks first, then
/// says what really went out.
///
/// Bytes and calls are counted as they are served; seconds pass from the beginning while the
/// delivery is neither suspended, at its ceiling, nor ended. Safe for any number of threads; a
/// waiting thread waits at most its patience.
public final class Meter {

  /// What comes of asking.
  public sealed interface Taken {
    /// @param count how much may be served now: at least 1, at most what was asked for
    record Granted(long count) implements Taken {}

    /// The ceiling was reached and not raised in time.
    record Unpaid() implements Taken {}

    /// The delivery was suspended and not resumed in time.
    record Suspended() implements Taken {}

    record Ended() implements Taken {}
  }

  private final Unit unit;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long ceiling;
  private long taken;
  private long done;
  private Duration open;
  private Instant since;
  private boolean suspended;
  private boolean ended;

  /// @param already what was counted before; the ceiling is not below it
  public Meter(Quantity already, Quantity ceiling, InstantSource clock) {
    this.unit = already.unit();
    this.clock = clock;
    this.ceiling = Math.max(sameUnit(ceiling).count(), already.count());
    this.taken = already.count();
    this.done = already.count();
    this.open = Duration.ofSeconds(unit.equals(Unit.SECOND) ? already.count() : 0);
    this.since = clock.instant();
  }

  /// Asks to serve one call. A call beyond the ceiling is refused at once; a suspended delivery is
  /// waited for.
  public Taken call(Duration patience) {
    return unit.equals(Unit.BYTE)
        ? take(1, patience, false, true)
        : take(1, patience, unit.equals(Unit.CALL), !unit.equals(Unit.CALL));
  }

  /// A granted call was served, or after all was not.
  public void called(boolean served) {
    if (unit.equals(Unit.CALL)) {
      settle(served ? 1 : 0, served ? 0 : 1);
    }
  }

  /// Asks to pass so many bytes on; waits at the ceiling and while suspended.
  public Taken bytes(long want, Duration patience) {
    return take(want, patience, unit.equals(Unit.BYTE), true);
  }

  /// So many granted bytes went out, and so many did not and will not.
  public void passed(long out, long unsent) {
    if (unit.equals(Unit.BYTE)) {
      settle(out, unsent);
    }
  }

  /// Raises the ceiling; a lower one than before is ignored.
  public void allow(Quantity raised) {
    change(() -> ceiling = Math.max(ceiling, sameUnit(raised).count()));
  }

  public void suspend() {
    change(() -> suspended = true);
  }

  public void resume() {
    change(() -> suspended = false);
  }

  /// Ends it for good: who waits is told so, and nothing more is granted.
  public void end() {
    change(() -> ended = true);
  }

  public boolean isSuspended() {
    return under(() -> suspended);
  }

  public boolean isEnded() {
    return under(() -> ended);
  }

  /// What was served in all; whole seconds, rounded down.
  public Quantity count() {
    return under(() -> {
      accrue();
      return new Quantity(unit, unit.equals(Unit.SECOND) ? open.toSeconds() : done);
    });
  }

  private Taken take(long want, Duration patience, boolean metered, boolean waitAtCeiling) {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (true) {
        accrue();
        if (ended) {
          return new Taken.Ended();
        }
        long granted = Math.min(want, room(want, metered));
        if (!suspended && granted > 0) {
          taken += metered ? granted : 0;
          return new Taken.Granted(granted);
        }
        boolean waits = suspended || waitAtCeiling;
        if (!waits || left <= 0) {
          return suspended ? new Taken.Suspended() : new Taken.Unpaid();
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Taken.Ended();
    } finally {
      lock.unlock();
    }
  }

  private long room(long want, boolean metered) {
    if (unit.equals(Unit.SECOND)) {
      return open.compareTo(Duration.ofSeconds(ceiling)) < 0 ? want : 0;
    }
    return metered ? ceiling - taken : want;
  }

  private void settle(long out, long unsent) {
    lock.lock();
    try {
      done += out;
      taken -= unsent;
      if (unsent > 0) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void accrue() {
    var now = clock.instant();
    if (unit.equals(Unit.SECOND) && !suspended && !ended && now.isAfter(since)) {
      var most = Duration.ofSeconds(ceiling);
      var sum = open.plus(Duration.between(since, now));
      open = sum.compareTo(most) < 0 ? sum : most;
    }
    since = now.isAfter(since) ? now : since;
  }

  private void change(Runnable act) {
    lock.lock();
    try {
      accrue();
      act.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private <T> T under(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  private Quantity sameUnit(Quantity other) {
    if (!other.unit().equals(unit)) {
      throw new ArithmeticException("two units: " + unit.name() + " and " + other.unit().name());
    }
    return other;
  }
}
