package tally.cli;

import java.io.PrintStream;
import java.time.Duration;

/// How far long work is: one line that is written over where a person looks on, else a new line now
/// and then.
final class Progress {

  private static final Duration OVER = Duration.ofMillis(200);
  private static final Duration APART = Duration.ofSeconds(5);
  private final PrintStream out;
  private final boolean person;
  private long last = System.nanoTime();

  Progress(PrintStream out, boolean person) {
    this.out = out;
    this.person = person;
  }

  /// On the error stream, so that what is printed for programs stays clean.
  static Progress onError() {
    return new Progress(System.err, hasPerson());
  }

  /// Whether a person sits at a terminal.
  static boolean hasPerson() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  void says(String what) {
    out.println(what);
  }

  /// @param length -1 where nobody knows
  void at(long bytes, long length) {
    long now = System.nanoTime();
    if (now - last < (person ? OVER : APART).toNanos() && bytes != length) {
      return;
    }
    last = now;
    var line =
        length > 0
            ? "  %s of %s, %d %%".formatted(Sizes.of(bytes), Sizes.of(length), bytes * 100 / length)
            : "  " + Sizes.of(bytes);
    if (person) {
      out.print("\r" + line + "        " + (bytes == length ? System.lineSeparator() : ""));
      out.flush();
    } else {
      out.println(line);
    }
  }
}
