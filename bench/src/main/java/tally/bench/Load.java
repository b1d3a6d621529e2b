package tally.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/// Callers in a closed loop: each asks again as soon as it is answered.
final class Load {

  /// @param p50 as a caller sees it, in milliseconds
  record Measured(long count, double seconds, double p50, double p99, double max) {
    double rate() {
      return count / seconds;
    }
  }

  private Load() {}

  /// @param asks makes a caller's question; what it throws ends the measurement
  static Measured run(int callers, Duration time, IntFunction<Callable<?>> asks) {
    long begun = System.nanoTime();
    long end = begun + time.toNanos();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<long[]>>();
      for (int caller = 0; caller < callers; caller++) {
        var ask = asks.apply(caller);
        running.add(threads.submit(() -> ask(ask, end)));
      }
      var latencies = new ArrayList<long[]>();
      for (var caller : running) {
        latencies.add(caller.get());
      }
      return measured(latencies, (System.nanoTime() - begun) / 1e9);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a caller failed", e.getCause());
    }
  }

  private static long[] ask(Callable<?> ask, long end) throws Exception {
    var latencies = new long[1024];
    int count = 0;
    long before = System.nanoTime();
    while (before < end) {
      ask.call();
      long after = System.nanoTime();
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, count * 2);
      }
      latencies[count++] = after - before;
      before = after;
    }
    return Arrays.copyOf(latencies, count);
  }

  private static Measured measured(List<long[]> latencies, double seconds) {
    var all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    if (all.length == 0) {
      throw new IllegalStateException("nothing was answered in " + seconds + " s");
    }
    return new Measured(
        all.length, seconds, at(all, 0.5), at(all, 0.99), all[all.length - 1] / 1e6);
  }

  private static double at(long[] sorted, double share) {
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))] / 1e6;
  }
}
