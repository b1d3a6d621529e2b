package tally.server.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tally.money.Tenant;
import tally.payment.Dispute;

/// What operators were shown as evidence, so that they can send exactly that while counts go on:
/// the newest 300 for an hour. It is this node's own memory: another node, or this one after a
/// start, knows nothing of it, and an operator must look again there.
final class ShownEvidence {

  static final int MOST = 300;
  static final Duration KEPT = Duration.ofHours(1);

  private record Key(Tenant tenant, Dispute.Id dispute, UUID version) {}

  private record Shown(Map<String, String> pieces, Instant until) {}

  private final InstantSource clock;

  /// The oldest first.
  private final Map<Key, Shown> shown = new LinkedHashMap<>();

  ShownEvidence(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void keep(Dispute dispute, UUID version, Map<String, String> pieces) {
    var key = new Key(dispute.about().tenant(), dispute.about().id(), version);
    var now = clock.instant();
    shown.values().removeIf(one -> !now.isBefore(one.until()));
    shown.remove(key);
    shown.put(key, new Shown(Map.copyOf(pieces), now.plus(KEPT)));
    if (shown.size() > MOST) {
      shown.remove(shown.keySet().iterator().next());
    }
  }

  /// What was shown of this very dispute under this version.
  synchronized Optional<Map<String, String>> find(Dispute dispute, UUID version) {
    var key = new Key(dispute.about().tenant(), dispute.about().id(), version);
    return Optional.ofNullable(shown.get(key))
        .filter(one -> clock.instant().isBefore(one.until()))
        .map(Shown::pieces);
  }
}
