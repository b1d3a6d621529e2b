package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `tally init`: the settings of a real node, with secrets of its own.
@Command(
    name = "init",
    description = "Writes the settings of a real node, with secrets of its own; asks nothing.")
final class InitCommand implements Callable<Integer> {

  static final String FILE = "tally.yaml";

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where to (default: here).")
  private Path folder = Path.of(".");

  @Override
  public Integer call() {
    var file = folder.toAbsolutePath().normalize().resolve(FILE);
    if (Files.exists(file)) {
      throw new Stop(
          "file_exists",
          file + " is there already. Name another folder with --folder, or move it.");
    }
    var text = settings(Instant.now(), file.resolveSibling("data"));
    Folders.keep(file, text);
    System.out.println("Wrote " + file + ", which only you can read. Its secrets are new.");
    System.out.println("Fill in, or take out:");
    text.lines()
        .filter(line -> line.matches("\\s+[a-z-]+: <.*>"))
        .forEach(line -> System.out.println("  " + line.strip()));
    System.out.println("Then: ./tally doctor --config " + file);
    System.out.println("      ./tally up --config " + file);
    return 0;
  }

  /// @param data where the node keeps everything; its place outlives a move of the settings
  static String settings(Instant now, Path data) {
    var text = template();
    var drawn =
        Map.of(
            "{time}", now.truncatedTo(ChronoUnit.SECONDS).toString(),
            "{data}", "\"" + data.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"",
            "{password}", Folders.secret(),
            "{key}", Folders.secret(),
            "{webhook}", Folders.secret(),
            "{access}", Folders.secret());
    for (var one : drawn.entrySet()) {
      text = text.replace(one.getKey(), one.getValue());
    }
    return text;
  }

  private static String template() {
    try (var in = InitCommand.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its own " + FILE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
