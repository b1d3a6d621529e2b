package tally.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Durable transfers a second, beside pgbench and plain inserts on the same server in the same run.
@Command(name = "ledger", description = "Durable transfers a second, and how long a caller waits.")
final class LedgerBench implements Callable<Integer> {

  private static final List<String> DURABILITY =
      List.of(
          "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method");

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Of each load (${DEFAULT-VALUE}).")
  int seconds;

  @Option(names = "--callers", defaultValue = "256", description = "At once (${DEFAULT-VALUE}).")
  int callers;

  @Option(names = "--accounts", defaultValue = "10000", description = "(${DEFAULT-VALUE})")
  int accounts;

  @Option(
      names = "--folder",
      description = "Where the database lies while it is measured (${DEFAULT-VALUE}).")
  Path folder = Path.of(System.getProperty("java.io.tmpdir", "."));

  @Option(names = "--record", description = "Adds a line to bench/RESULTS.md.")
  boolean record;

  /// @param p50 in milliseconds, a row below zero where the measure tells none
  private record Row(String what, double rate, double p50, double p99, String note) {}

  @Override
  public Integer call() throws IOException {
    try (var postgres = new DurablePostgres(folder);
        var book = postgres.create("book");
        var plain = postgres.create("plain")) {
      System.out.println(Machine.load() + " before");
      for (var name : DURABILITY) {
        System.out.println(name + " = " + DurablePostgres.setting(book, name));
      }
      System.out.println();
      var rows = measure(postgres, book, plain);
      print(rows);
      System.out.println(Machine.load() + " after");
      if (record) {
        Results.append(
            "ledger", rows.stream().map(row -> row.what() + ": " + figures(row)).toList());
      }
    }
    return 0;
  }

  private List<Row> measure(
      DurablePostgres postgres, HikariDataSource book, HikariDataSource plain) {
    var time = Duration.ofSeconds(seconds);
    var transfers = new Transfers(book, accounts);
    var rows = new ArrayList<Row>();
    transfers.measure(callers, time.dividedBy(2), false);
    transfers.measure(callers, time.dividedBy(2), true);
    rows.add(
        row(
            postgres,
            "transfers, " + accounts + " accounts",
            1,
            () -> transfers.measure(callers, time, false)));
    rows.add(
        row(
            postgres,
            "transfers, all to one account",
            1,
            () -> transfers.measure(callers, time, true)));
    rows.add(
        row(postgres, "one caller alone", 1, () -> transfers.measure(1, time.dividedBy(2), false)));
    var verified = transfers.verify();
    System.out.println(
        verified.entries()
            + " entries verified: "
            + (verified.sound() ? "sound" : verified.faults()));
    Pgbench.find(postgres.port(), "plain")
        .ifPresentOrElse(
            pgbench -> {
              pgbench.fill();
              for (int clients : new int[] {8, 16}) {
                rows.add(row("pgbench TPC-B, " + clients + " clients", pgbench, clients, time));
              }
            },
            () -> System.out.println(Pgbench.MISSING));
    var inserts = new PlainInserts(plain);
    inserts.measure(2, time.dividedBy(4));
    rows.add(
        row(
            postgres,
            "plain inserts, 500 a commit",
            PlainInserts.ROWS,
            () -> inserts.measure(2, time)));
    return rows;
  }

  private interface Measuring {
    Load.Measured run();
  }

  /// @param each how many rows or transfers one call stands for
  private static Row row(DurablePostgres postgres, String what, int each, Measuring measuring) {
    double busyBefore = Machine.busySeconds();
    double ownBefore = ownSeconds(postgres);
    var measured = measuring.run();
    double own = (ownSeconds(postgres) - ownBefore) * 1e6 / (measured.count() * each);
    double cores = (Machine.busySeconds() - busyBefore) / measured.seconds();
    var note = String.format(Locale.ROOT, "%.0f us of processor each, %s", own, busy(cores));
    return new Row(what, measured.rate() * each, measured.p50(), measured.p99(), note);
  }

  /// This program's and its server's.
  private static double ownSeconds(DurablePostgres postgres) {
    return Machine.seconds(ProcessHandle.current().pid()) + postgres.processorSeconds();
  }

  private static Row row(String what, Pgbench pgbench, int clients, Duration time) {
    double before = Machine.busySeconds();
    var result = pgbench.measure(clients, time);
    double cores = (Machine.busySeconds() - before) / time.toSeconds();
    return new Row(
        what, result.rate(), -1, -1, "mean " + ms(result.latency()) + ", " + busy(cores));
  }

  private static String busy(double cores) {
    return String.format(Locale.ROOT, "machine busy %.1f cores", cores);
  }

  private static void print(List<Row> rows) {
    double base =
        rows.stream()
            .filter(row -> row.what().startsWith("pgbench"))
            .mapToDouble(Row::rate)
            .max()
            .orElse(0);
    System.out.printf(
        Locale.ROOT,
        "%n%-34s %10s %9s %9s %9s  %s%n",
        "",
        "a second",
        "p50",
        "p99",
        "x pgbench",
        "");
    for (var row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-34s %10.0f %9s %9s %9s  %s%n",
          row.what(),
          row.rate(),
          ms(row.p50()),
          ms(row.p99()),
          base == 0 ? "" : String.format(Locale.ROOT, "%.2f", row.rate() / base),
          row.note());
    }
  }

  private static String figures(Row row) {
    var latency = row.p50() < 0 ? "" : ", p50 " + ms(row.p50()) + ", p99 " + ms(row.p99());
    return String.format(Locale.ROOT, "%.0f/s", row.rate()) + latency + " (" + row.note() + ")";
  }

  private static String ms(double milliseconds) {
    return milliseconds < 0 ? "" : String.format(Locale.ROOT, "%.1f ms", milliseconds);
  }
}
