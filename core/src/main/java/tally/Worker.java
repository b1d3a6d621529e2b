package tally;

import java.time.Duration;
import java.util.function.IntSupplier;

/// Work that goes on in the background of a node. Any number of nodes may run the same worker: rows
/// are locked, and locked rows skipped.
public interface Worker {

  /// A short name for logs and metrics.
  String name();

  /// How long to rest after a tick that moved nothing.
  Duration pause();

  /// One bounded round; answers how much was moved. What it throws is logged and the round tried
  /// again after the pause.
  int tick();

  /// What wakes it before its pause is over; asked once.
  default Bell bell() {
    return new Bell();
  }

  /// A worker whose rounds are somebody else's.
  static Worker of(String name, Duration pause, IntSupplier round) {
    return of(name, pause, new Bell(), round);
  }

  /// The same, woken by a bell.
  static Worker of(String name, Duration pause, Bell bell, IntSupplier round) {
    return new Worker() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Duration pause() {
        return pause;
      }

      @Override
      public int tick() {
        return round.getAsInt();
      }

      @Override
      public Bell bell() {
        return bell;
      }
    };
  }
}
