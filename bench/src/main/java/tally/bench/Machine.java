package tally.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// What else the machine was doing, as far as Linux tells.
final class Machine {

  private static final Path STAT = Path.of("/proc/stat");
  private static final double TICKS_A_SECOND = 100;

  private Machine() {}

  /// Processor seconds of everybody since the machine began; 0 where it does not say.
  static double busySeconds() {
    if (!Files.exists(STAT)) {
      return 0;
    }
    try {
      var first = Files.readAllLines(STAT).getFirst().split(" +");
      var ticks = Arrays.stream(first).skip(1).mapToLong(Long::parseLong).toArray();
      long idle = ticks[3] + ticks[4];
      return (Arrays.stream(ticks).limit(8).sum() - idle) / TICKS_A_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  static String load() {
    var bean = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d processors, load average %.1f",
        bean.getAvailableProcessors(),
        bean.getSystemLoadAverage());
  }
}
