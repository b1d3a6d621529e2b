package tally.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tally.cli.Child;
import tally.cli.NodeProgram;

/// From a node's start to its first page, and what node and database then hold of memory; beside
/// the same node without what the JVM kept of its trial run. Goals, from the second start on: first
/// page within 8 s, 600 MB with database.
@Command(name = "start", description = "How long a node takes to its first page, and its memory.")
final class StartBench implements Callable<Integer> {

  private static final double GOAL_SECONDS = 8;
  private static final double GOAL_MIB = 600e6 / (1 << 20);
  private static final Duration PAGE = Duration.ofSeconds(30);

  @Option(names = "--runs", defaultValue = "5", description = "Of each kind (${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--folder",
      description = "Where the databases lie while they are measured (${DEFAULT-VALUE}).")
  Path folder = Path.of(System.getProperty("java.io.tmpdir", "."));

  @Option(names = "--record", description = "Adds a line to bench/RESULTS.md.")
  boolean record;

  private final NodeProgram program = new NodeProgram(Programs.home());

  /// @param seconds to the first page
  /// @param node and `database` in MiB
  private record Start(double seconds, double node, double database) {
    double memory() {
      return node + database;
    }
  }

  /// @param first starts on an empty data folder
  /// @param second starts on one that a node had before
  private record Kind(String name, List<Start> first, List<Start> second) {
    Kind(String name) {
      this(name, new ArrayList<>(), new ArrayList<>());
    }
  }

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.load() + " before");
    System.out.println("page cache as it is: nothing is dropped from it between runs");
    var cached = program.command();
    boolean prepared = cached.stream().anyMatch(it -> it.startsWith("-XX:AOTCache="));
    var ours =
        new Kind(prepared ? "as ./tally up starts it" : "as ./tally up starts it (no cache)");
    var plain = new Kind("the same without AOT cache");
    var uncached = cached.stream().filter(it -> !it.startsWith("-XX:AOTCache=")).toList();
    for (int run = 0; run < runs; run++) {
      both(cached, ours);
      both(uncached, plain);
    }
    report(ours, plain);
    return 0;
  }

  /// A first and a second start of one data folder.
  private void both(List<String> java, Kind kind) throws Exception {
    Files.createDirectories(folder);
    var place = Files.createTempDirectory(folder, "tally-bench-");
    try {
      kind.first().add(start(java, place));
      kind.second().add(start(java, place));
    } finally {
      Machine.delete(place);
    }
  }

  private Start start(List<String> java, Path place) throws Exception {
    var door = Programs.freeAddress();
    var command = new ArrayList<>(java);
    command.addAll(
        List.of(
            "--tally.data=" + place.resolve("node"),
            "--tally.plugins=" + program.plugIns(),
            "--tally.private.port=" + door.getPort(),
            "--tally.public.port=" + Programs.freeAddress().getPort()));
    long begun = System.nanoTime();
    var node = Programs.node(command, place.resolve("log"));
    try (var child = node.child();
        var http = HttpClient.newHttpClient()) {
      page(http, door);
      double seconds = (System.nanoTime() - begun) / 1e9;
      return new Start(seconds, Memory.of(child.pid()), database(place.resolve("node"), child));
    }
  }

  /// Asks for the first page until it is there.
  private static void page(HttpClient http, URI door) throws InterruptedException {
    var request = HttpRequest.newBuilder(door.resolve("/")).timeout(PAGE).build();
    long end = System.nanoTime() + PAGE.toNanos();
    while (System.nanoTime() < end) {
      try {
        if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        Thread.sleep(5);
      }
    }
    throw new IllegalStateException(door + " shows no page");
  }

  private static double database(Path data, Child node) throws IOException {
    var pid = Files.readAllLines(data.resolve("postgres/postmaster.pid")).getFirst().strip();
    if (Long.parseLong(pid) == node.pid()) {
      throw new IllegalStateException("the database is the node");
    }
    return Memory.ofAll(Long.parseLong(pid));
  }

  private void report(Kind ours, Kind plain) throws IOException {
    System.out.printf(
        "%n%-36s %10s %10s %10s %10s %10s%n",
        "medians of " + runs, "first", "second", "node", "database", "together");
    for (var kind : List.of(ours, plain)) {
      System.out.printf(
          Locale.ROOT,
          "%-36s %8.1f s %8.1f s %6.0f MiB %6.0f MiB %6.0f MiB%n",
          kind.name(),
          median(kind.first(), Start::seconds),
          median(kind.second(), Start::seconds),
          median(kind.second(), Start::node),
          median(kind.second(), Start::database),
          median(kind.second(), Start::memory));
    }
    double second = median(ours.second(), Start::seconds);
    double memory = median(ours.second(), Start::memory);
    double ratio = second / median(plain.second(), Start::seconds);
    System.out.printf(Locale.ROOT, "ratio of second starts %.2f%n", ratio);
    System.out.printf(
        Locale.ROOT,
        "goals: second start at most %.0f s: %s; at most %.0f MiB (600 MB): %s%n",
        GOAL_SECONDS,
        second <= GOAL_SECONDS ? "met" : "missed",
        GOAL_MIB,
        memory == 0 ? "not known here" : memory <= GOAL_MIB ? "met" : "missed");
    System.out.println(Machine.load() + " after");
    if (record) {
      Results.append(
          "start",
          List.of(
              String.format(Locale.ROOT, "x without AOT cache %.2f", ratio),
              String.format(Locale.ROOT, "first %.1f s", median(ours.first(), Start::seconds)),
              String.format(Locale.ROOT, "second %.1f s", second),
              String.format(Locale.ROOT, "%.0f MiB with database", memory)));
    }
  }

  private static double median(
      List<Start> starts, java.util.function.ToDoubleFunction<Start> what) {
    var sorted = starts.stream().mapToDouble(what).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
