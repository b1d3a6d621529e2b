package tally.bench;

import java.util.Arrays;
import java.util.Locale;

/// How long things took, in milliseconds.
record Quantiles(int count, double p50, double p99, double max) {

  /// @param nanos in any order
  static Quantiles of(long[] nanos) {
    if (nanos.length == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    var sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Quantiles(
        sorted.length, at(sorted, 0.5), at(sorted, 0.99), sorted[sorted.length - 1] / 1e6);
  }

  private static double at(long[] sorted, double share) {
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))] / 1e6;
  }

  String written() {
    return String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms, max %.1f ms", p50, p99, max);
  }
}
