package tally.network;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tally.TestDatabase;
import tally.custody.Approval;
import tally.custody.Custody;
import tally.custody.Encodings;
import tally.custody.KeyRef;
import tally.custody.PlainEncoding;
import tally.custody.internal.FileKeyVault;
import tally.custody.internal.JdbcKeys;
import tally.custody.port.Intent;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.internal.JdbcCursors;
import tally.network.internal.JdbcTransactions;
import tally.x402.Curve;

/// A book, a scripted chain, and as many nodes as a test wants.
final class NetworkFixture implements AutoCloseable {

  static final String NETWORK = "plain:1";
  static final KeyRef HOUSE = new KeyRef(Tenant.HOUSE, Holder.HOUSE, NETWORK);
  static final Transactions.Pace PACE =
      new Transactions.Pace(
          50,
          6,
          4,
          3,
          BigInteger.valueOf(100),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(60));
  final TestDatabase database = TestDatabase.fresh();
  final ScriptedChain chain = new ScriptedChain("one", 3);
  final List<NetworkListener.Fact> heard = Collections.synchronizedList(new ArrayList<>());
  private final Path folder;
  private volatile Instant now = Instant.parse("2026-11-01T12:00:00Z");

  NetworkFixture(Path folder) {
    this.folder = folder;
  }

  Custody custody() {
    return new Custody(
        new JdbcKeys(database.jdbc(), database.transactions()),
        new FileKeyVault(folder.resolve("kek.json")),
        new Encodings(Map.of(NETWORK, new PlainEncoding())),
        Curve.fastest(),
        new SecureRandom(),
        () -> now);
  }

  Transactions node() {
    return new Transactions(
        new JdbcTransactions(database.jdbc(), database.transactions()),
        new Chains(Map.of(NETWORK, chain)),
        custody(),
        () -> now,
        List.of(heard::add),
        PACE);
  }

  Follower follower(long lookBack, NetworkListener listener) {
    return new Follower(
        new JdbcCursors(database.jdbc(), database.transactions()),
        new Chains(Map.of(NETWORK, chain)),
        () -> now,
        List.of(listener),
        lookBack);
  }

  /// Lets so much time pass that a waiting transaction is looked at again.
  void rest() {
    now = now.plusSeconds(2);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  static Transaction.Order order(int number) {
    return new Transaction.Order(
        new TransactionId(Derived.id("order " + number)),
        Tenant.HOUSE,
        NETWORK,
        HOUSE,
        new Intent.Fund(BigInteger.valueOf(number)),
        new Approval.Flow("stocking", new UUID(0, number)),
        "fund");
  }

  @Override
  public void close() {
    database.close();
  }
}
