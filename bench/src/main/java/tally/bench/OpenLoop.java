package tally.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// A constant schedule that waits for nobody: each act begins at its own time, whatever became of
/// those before. Who counts from the planned time hides no stall.
final class OpenLoop {

  /// What is done at its time.
  interface Act {
    /// @param planned by `System.nanoTime`
    void at(int number, long planned) throws Exception;
  }

  private OpenLoop() {}

  /// Plans so many acts at so many a second, and waits until the last has ended. What an act throws
  /// ends the measurement.
  static void run(int rate, int count, Act act) {
    long begun = System.nanoTime() + Duration.ofMillis(100).toNanos();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>(count);
      for (int i = 0; i < count; i++) {
        int number = i;
        long planned = begun + i * 1_000_000_000L / rate;
        awaitTime(planned);
        running.add(
            threads.submit(() -> {
              act.at(number, planned);
              return true;
            }));
      }
      for (var one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an act failed", e.getCause());
    }
  }

  /// @param planned by `System.nanoTime`
  static void awaitTime(long planned) {
    for (long left = planned - System.nanoTime(); left > 0; left = planned - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
