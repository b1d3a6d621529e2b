package tally.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The EVM of this machine: a program that npm brings for one kind of machine, or that the
/// environment names as `ANVIL`. It counts as there only once it has told its version.
sealed interface LocalEvm {

  record Runs(Path program) implements LocalEvm {}

  /// @param why it cannot be used, for people
  record Absent(String why) implements LocalEvm {}

  /// Generous: a first start may read the program from a slow disk.
  Duration PATIENCE = Duration.ofSeconds(20);

  static LocalEvm of(Path home) {
    return tried(program(home, System.getenv("ANVIL")), PATIENCE);
  }

  static Path program(Path home, @Nullable String named) {
    return named == null || named.isBlank() ? home.resolve(brought()) : Path.of(named);
  }

  /// Starts the program once, to see whether this machine can run it.
  static LocalEvm tried(Path program, Duration patience) {
    if (!Files.isExecutable(program)) {
      return new Absent("there is no " + program);
    }
    try {
      var process =
          new ProcessBuilder(program.toString(), "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Absent(program + " does not tell its version");
      }
      return process.exitValue() == 0
          ? new Runs(program)
          : new Absent(program + " cannot run here: it answered " + process.exitValue());
    } catch (IOException e) {
      return new Absent(program + " cannot run here: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Where npm puts the program of this kind of machine, below the house.
  private static Path brought() {
    var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var machine =
        (system.startsWith("mac") ? "darwin" : "linux")
            + (System.getProperty("os.arch").equals("aarch64") ? "-arm64" : "-amd64");
    return Path.of("contracts/node_modules/@foundry-rs/anvil-" + machine + "/bin/anvil");
  }
}
