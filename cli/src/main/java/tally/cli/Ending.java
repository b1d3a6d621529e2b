package tally.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The end of this program, by Ctrl-C or a signal, as a command that stays up waits for it.
final class Ending {

  private final CountDownLatch begun = new CountDownLatch(1);

  private Ending() {}

  /// @param last what is done first when the end begins; quick, since the system may not wait long
  static Ending of(Runnable last) {
    var ending = new Ending();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              ending.begun.countDown();
              last.run();
            }));
    return ending;
  }

  /// Waits so long; answers whether the end has begun.
  boolean within(Duration time) {
    try {
      return begun.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
