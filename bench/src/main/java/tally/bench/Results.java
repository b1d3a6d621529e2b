package tally.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.List;

/// The rows that were kept, in the table of `bench/RESULTS.md`, which is the end of that file.
final class Results {

  private Results() {}

  /// @param bench its name on the command line
  /// @param figures the ratios first
  static void append(String bench, List<String> figures) throws IOException {
    var home = Path.of(System.getProperty("tally.home", "."));
    var cells =
        List.of(
            LocalDate.now().toString(),
            commit(home),
            bench,
            Machine.name(),
            Machine.load(),
            String.join("; ", figures));
    Files.writeString(
        home.resolve("bench/RESULTS.md"),
        "| " + String.join(" | ", cells) + " |\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static String commit(Path home) throws IOException {
    var git =
        new ProcessBuilder("git", "-C", home.toString(), "describe", "--always", "--dirty")
            .redirectErrorStream(true)
            .start();
    return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
