package tally.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Resident memory as Linux tells it, in MiB. Of PostgreSQL's processes the proportional share
/// (PSS) is summed, so that their common buffers count once.
final class Memory {

  private Memory() {}

  /// Of a process and of all that it began.
  static double ofAll(long pid) {
    return ProcessHandle.of(pid).stream()
        .flatMap(it -> Stream.concat(Stream.of(it), it.descendants()))
        .mapToDouble(it -> of(it.pid()))
        .sum();
  }

  /// Of one process; 0 where it is gone, or the system does not say.
  static double of(long pid) {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
              .filter(line -> line.startsWith("Pss:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .sum()
          / 1024.0;
    } catch (IOException e) {
      return 0;
    }
  }
}
