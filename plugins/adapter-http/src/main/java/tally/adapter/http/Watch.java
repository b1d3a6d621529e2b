package tally.adapter.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Closes connections that made no headway in time, so that a peer that dawdles, or takes nothing,
/// holds nothing for long.
final class Watch implements AutoCloseable {

  static final Duration STEP = Duration.ofMillis(200);

  /// Something with a time limit. Closing it wakes whoever is blocked on it.
  interface Watched {
    /// On the scale of `System.nanoTime`.
    long deadline();

    void cut();
  }

  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  Watch() {
    thread = Thread.ofVirtual().name("tally-http-watch").start(this::run);
  }

  void add(Watched one) {
    watched.add(one);
  }

  void remove(Watched one) {
    watched.remove(one);
  }

  @Override
  public void close() {
    thread.interrupt();
    watched.forEach(Watched::cut);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(STEP);
        long now = System.nanoTime();
        for (var one : watched) {
          if (one.deadline() - now < 0) {
            watched.remove(one);
            one.cut();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
