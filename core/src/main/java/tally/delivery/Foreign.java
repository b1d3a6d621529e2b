package tally.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tally.delivery.Deliveries.Key;
import tally.delivery.Deliveries.Store;
import tally.delivery.port.Adapter;

/// What is another node's: this node ends its own half of it, and for a while passes by what it
/// could not take over.
final class Foreign {

  /// How long, in times of `held`, what could not be taken over is left to others.
  static final int PASSES = 4;

  /// How often within `held` a node looks whether what it serves is still its own.
  private static final int GLANCES = 3;

  private static final int PASSED_MAX = 1000;

  private final Store store;
  private final Adapters adapters;
  private final String node;
  private final Duration held;
  private final Map<Key, Instant> passed = new ConcurrentHashMap<>();
  private volatile Instant nextGlance = Instant.MIN;

  Foreign(Store store, Adapters adapters, String node, Duration held) {
    this.store = store;
    this.adapters = adapters;
    this.node = node;
    this.held = held;
  }

  /// Ends here what another node has taken over: both would serve for the same promise.
  void letGo(Instant now) {
    if (now.isBefore(nextGlance)) {
      return;
    }
    nextGlance = now.plus(held.dividedBy(GLANCES));
    for (var adapter : adapters.byKind().values()) {
      for (var key : store.elsewhere(node, adapter.open())) {
        release(adapter, key);
      }
    }
  }

  static void release(Adapter adapter, Key key) {
    switch (key.side()) {
      case SELLER -> adapter.terminate(key.id().value());
      case BUYER -> adapter.disconnect(key.id().value());
    }
    adapter.forget(key.id().value());
  }

  /// Leaves to others what this node could not bring; it may lack the folder, or leave to sell it.
  void passBy(Adapter adapter, Key key, String from, Instant now) {
    // To try too much again too early costs a look; to remember without bound costs the node.
    if (passed.size() >= PASSED_MAX) {
      passed.clear();
    }
    passed.put(key, now.plus(held.multipliedBy(PASSES)));
    store.giveBack(key, node, from, now);
    release(adapter, key);
  }

  /// What is passed by at this moment.
  Set<Key> passing(Instant now) {
    passed.values().removeIf(until -> !now.isBefore(until));
    return Set.copyOf(passed.keySet());
  }
}
