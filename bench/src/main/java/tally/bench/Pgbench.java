package tally.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// PostgreSQL's own measure, TPC-B: one transaction of five statements a transfer.
final class Pgbench {

  static final String MISSING = "pgbench was not found (on Debian: apt install postgresql)";
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
  private static final Pattern LATENCY = Pattern.compile("latency average = ([0-9.]+) ms");
  private static final int SCALE = 20;

  /// @param latency the mean, in milliseconds: pgbench tells no quantiles
  record Result(double rate, double latency) {}

  private final Path program;
  private final int port;
  private final String database;

  private Pgbench(Path program, int port, String database) {
    this.program = program;
    this.port = port;
    this.database = database;
  }

  static Optional<Pgbench> find(int port, String database) {
    var path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(
            Arrays.stream(path.split(":")).map(Path::of),
            Stream.of(18, 17, 16, 15).map(v -> Path.of("/usr/lib/postgresql/" + v + "/bin")))
        .map(folder -> folder.resolve("pgbench"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Pgbench(program, port, database));
  }

  void fill() {
    run("-i", "-q", "-s", String.valueOf(SCALE));
  }

  Result measure(int clients, Duration time) {
    var said =
        run(
            "-n",
            "-M",
            "prepared",
            "-j",
            "2",
            "-c",
            String.valueOf(clients),
            "-T",
            String.valueOf(time.toSeconds()));
    return new Result(number(RATE, said), number(LATENCY, said));
  }

  private static double number(Pattern pattern, String said) {
    var matcher = pattern.matcher(said);
    if (!matcher.find()) {
      throw new IllegalStateException("pgbench said: " + said);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private String run(String... arguments) {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of("-h", "localhost", "-p", String.valueOf(port), "-U", "postgres"));
    command.addAll(List.of(arguments));
    command.add(database);
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("pgbench failed: " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
