package tally.escrow;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.network.TransactionId;

/// Claims of one receiver's key that go to the chain in one transaction. What is in it is stored
/// before it is simulated; whoever is lost with it loses nothing, since it is given up when its
/// lifetime is over, and its rows are wished anew.
///
/// @param id the transaction's
/// @param rows 1 to 25, of different channels
public record Batch(TransactionId id, KeyRef key, List<Row> rows) {

  /// What fits into a transaction that every facilitator and block takes.
  public static final int ROWS_MAX = 25;

  /// From when it is composed to when it must have been submitted.
  public static final Duration LIFETIME = Duration.ofSeconds(60);

  /// One channel's claim.
  ///
  /// @param claim its configuration, best voucher, and the total that is claimed: what the voucher
  ///   promises, or less where the channel holds less
  public record Row(Wish wish, Intent.ClaimRow claim) {}

  public Batch {
    rows = List.copyOf(rows);
    if (rows.isEmpty() || rows.size() > ROWS_MAX) {
      throw new IllegalArgumentException("a batch has 1 to 25 rows, not " + rows.size());
    }
  }

  Batch with(List<Row> others) {
    return new Batch(id, key, others);
  }

  Wishes.Started started() {
    return new Wishes.Started(key.tenant(), id);
  }

  /// What is sent by the receiver's own key.
  Intent.Claim intent() {
    return intent(rows);
  }

  static Intent.Claim intent(List<Row> rows) {
    return new Intent.Claim(rows.stream().map(Row::claim).toList(), Optional.empty());
  }

  /// The totals of its rows together: what the receiver's agreement must cover.
  BigInteger units() {
    return rows.stream()
        .map(row -> row.claim().totalClaimed())
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /// The first moment at which one of its rows would be too late.
  Optional<Instant> deadline() {
    return rows.stream().flatMap(row -> row.wish().deadline().stream()).min(Instant::compareTo);
  }
}
