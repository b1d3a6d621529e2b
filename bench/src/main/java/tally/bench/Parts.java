package tally.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// How much processor time node, database and bank used, from the making of this on.
final class Parts {

  private final long node;
  private final long bank;
  private final long database;
  private final double nodeBefore;
  private final double bankBefore;
  private final double databaseBefore;

  /// @param data the node's folder, in which the database says its process
  Parts(long node, long bank, Path data) throws IOException {
    this.node = node;
    this.bank = bank;
    this.database =
        Long.parseLong(Files.readAllLines(data.resolve("postgres/postmaster.pid")).getFirst());
    this.nodeBefore = Machine.seconds(node);
    this.bankBefore = Machine.seconds(bank);
    this.databaseBefore = all(database);
  }

  /// @param count how many things it was used for
  String since(int count) {
    return String.format(
        Locale.ROOT,
        "node %.1f ms, database %.1f ms, bank %.1f ms",
        (Machine.seconds(node) - nodeBefore) * 1e3 / count,
        (all(database) - databaseBefore) * 1e3 / count,
        (Machine.seconds(bank) - bankBefore) * 1e3 / count);
  }

  private static double all(long pid) {
    return ProcessHandle.of(pid).stream()
        .flatMap(it -> Stream.concat(Stream.of(it), it.children()))
        .mapToDouble(it -> Machine.seconds(it.pid()))
        .sum();
  }
}
