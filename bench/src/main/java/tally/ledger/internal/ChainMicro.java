package tally.ledger.internal;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tally.ledger.Account;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// The hashes of one entry of the book: of what was asked, and of its place in the chain. The peer
/// is SHA-256 over the same bytes, ready made. Lies in the chain's own package, whose inside it
/// measures.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChainMicro {

  private static final BigInteger RUNNING = BigInteger.valueOf(123_456_789);
  private final Entry entry =
      new Entry(
          new EntryId(new UUID(1, 2)),
          Tenant.HOUSE,
          "bench",
          List.of(
              new Posting(
                  new Account.GatewayReceivable("card"),
                  new Account.Earned(new Holder("provider-1")),
                  Amount.of(new Asset("USD", 2), 1234))));
  private final List<Batch.Running> running = List.of(new Batch.Running(RUNNING, RUNNING));
  private final Instant at = Instant.parse("2026-01-01T00:00:00Z");
  private final byte[] content = Chain.content(entry);
  private final byte[] row = new byte[Chain.START.length + 16 + content.length + 2 * 13];

  @Benchmark
  public byte[] peer() {
    return new byte[] {Chain.sha256(content)[0], Chain.sha256(row)[0]};
  }

  @Benchmark
  public byte[] row() {
    return new byte[] {
      Chain.inputHash(entry)[0], Chain.hash(Chain.START, 7, at, Chain.content(entry), running)[0]
    };
  }
}
