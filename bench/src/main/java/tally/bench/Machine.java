package tally.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
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

  /// Processor seconds of a process and of those of its children that ended; 0 where it is gone.
  static double seconds(long pid) {
    try {
      var line = Files.readString(Path.of("/proc/" + pid + "/stat"));
      var fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return Arrays.stream(fields).skip(11).limit(4).mapToLong(Long::parseLong).sum()
          / TICKS_A_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  /// The processor, as the system calls it.
  static String name() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /// Deletes a folder and all in it.
  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
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
