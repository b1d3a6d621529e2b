package tally.ledger.internal;

import java.time.Duration;
import tally.Worker;

/// Ends holds whose time is over by the database's clock.
public final class HoldExpiry implements Worker {

  private static final int BATCH = 500;

  private final JdbcBook book;

  public HoldExpiry(JdbcBook book) {
    this.book = book;
  }

  @Override
  public String name() {
    return "ledger-hold-expiry";
  }

  @Override
  public Duration pause() {
    return Duration.ofSeconds(1);
  }

  @Override
  public int tick() {
    return book.expire(book.now(), BATCH);
  }
}
