package tally;

import java.time.Duration;

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
}
