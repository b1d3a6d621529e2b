package tally.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.List;

/// The lines that were kept, one a commit, in `bench/RESULTS.md`.
final class Results {

  private Results() {}

  static void append(List<String> figures) throws IOException {
    var home = Path.of(System.getProperty("tally.home", "."));
    var line =
        "- "
            + LocalDate.now()
            + " "
            + commit(home)
            + ", "
            + Machine.load()
            + "; "
            + String.join("; ", figures)
            + "\n";
    Files.writeString(
        home.resolve("bench/RESULTS.md"),
        line,
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
