package tally.server.internal;

import java.util.Optional;
import tally.flow.Flows;

/// What the keeper says beside a flow's state.
///
/// @param unfinished whether the last word is said, and not yet done
record Seen(Optional<String> stalled, boolean unfinished) {
  static final Seen NEW = new Seen(Optional.empty(), false);

  static Seen of(Flows.Kept kept) {
    return new Seen(kept.stalled(), kept.busy() && kept.flow().over());
  }

  /// @param before what is shown while the last state is not yet true
  String shows(String state, String before) {
    return stalled.isPresent() ? "stalled" : unfinished ? before : state;
  }
}
