package tally.ledger.internal;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import tally.ledger.internal.Write.Outcome;

/// A write whose caller waits for what comes of it.
final class Call {

  private final Write write;
  private final CountDownLatch answered = new CountDownLatch(1);
  private volatile @Nullable Outcome outcome;

  Call(Write write) {
    this.write = write;
  }

  Write write() {
    return write;
  }

  void answer(Outcome came) {
    outcome = came;
    answered.countDown();
  }

  /// Waits as long as the writer takes: it answers each call it took, also where the database is
  /// lost.
  Outcome await() throws InterruptedException {
    answered.await();
    return Objects.requireNonNull(outcome);
  }
}
