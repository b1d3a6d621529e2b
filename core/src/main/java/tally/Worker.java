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
    return new Bell(1);
  }

  /// How many of it a node runs side by side, because each may wait for the outside.
  default int abreast() {
    return 1;
  }

  /// How far apart rounds begin at least: what comes meanwhile is done together, with fewer
  /// commits. Who has rested longer begins at once.
  default Duration apart() {
    return Duration.ZERO;
  }

  /// A worker whose rounds are somebody else's.
  static Worker of(String name, Duration pause, IntSupplier round) {
    return made(name, pause, new Bell(1), 1, Duration.ZERO, round);
  }

  /// The same, woken by a bell that so many of it share.
  static Worker abreast(String name, Duration pause, Bell bell, int abreast, IntSupplier round) {
    return made(name, pause, bell, abreast, Duration.ZERO, round);
  }

  /// The same, alone and woken by a bell, in rounds that begin so far apart.
  static Worker gathering(
      String name, Duration pause, Bell bell, Duration apart, IntSupplier round) {
    return made(name, pause, bell, 1, apart, round);
  }

  private static Worker made(
      String name, Duration pause, Bell bell, int abreast, Duration apart, IntSupplier round) {
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

      @Override
      public int abreast() {
        return abreast;
      }

      @Override
      public Duration apart() {
        return apart;
      }
    };
  }
}
