package tally.payment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tally.payment.Inbox.Followed;

/// Looks that go on at the same time, until their round is over. Who ends later sees to himself.
final class Looks {

  private final CountDownLatch all;
  private final List<Followed> followed = new ArrayList<>();
  private int open;
  private boolean over;

  Looks(int count) {
    all = new CountDownLatch(count);
    open = count;
  }

  /// Takes what came of one look, if anything did; false where the round is over.
  synchronized boolean ended(Optional<Followed> one) {
    if (over) {
      return false;
    }
    one.ifPresent(followed::add);
    open--;
    all.countDown();
    return true;
  }

  /// Waits until all have ended, so long at most or until it is interrupted; answers what came of
  /// those that have.
  List<Followed> end(Duration most) {
    try {
      all.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      over = true;
      return List.copyOf(followed);
    }
  }

  /// How many had not ended when the round was over.
  synchronized int open() {
    return open;
  }
}
