package tally.contracts;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs a tool of the contracts' folder to its end and tells what it said and answered.
final class Tool {

  /// Where Maven runs this module's tests: the folder of the contracts.
  static final Path HOME = Path.of("").toAbsolutePath();

  /// What a tool printed, on either stream, and its answer, 0 for good.
  record Outcome(int answer, String said) {}

  private Tool() {}

  /// Skips the test on a machine without Node; where Node is owed, in continuous integration or by
  /// `-Dtally.node=required`, it fails.
  static void needsNode() {
    var present = node();
    if (!present
        && (System.getenv("CI") != null || "required".equals(System.getProperty("tally.node")))) {
      throw new AssertionError("Node is absent, and it is required here");
    }
    assumeTrue(present, "Node is absent");
  }

  private static boolean node() {
    try {
      return run(Map.of(), Duration.ofSeconds(20), "node", "--version").answer() == 0;
    } catch (UncheckedIOException e) {
      return false; // the operating system found no such program
    }
  }

  /// @param most how long it may take; then it is ended with all that it started, and the test
  ///   fails
  static Outcome run(Map<String, String> environment, Duration most, String... command) {
    try {
      var output = Files.createTempFile("tally-contracts-", ".txt");
      try {
        var builder = new ProcessBuilder(command).directory(HOME.toFile());
        builder.environment().putAll(environment);
        var process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly().waitFor();
          throw new AssertionError(
              String.join(" ", command)
                  + " took longer than "
                  + most
                  + ":\n"
                  + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(String.join(" ", command) + " was interrupted", e);
    }
  }
}
