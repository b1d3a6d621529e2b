package tally.delivery;

import java.util.Map;
import tally.delivery.port.Adapter;

/// The adapters of this node, by their kind's word.
public record Adapters(Map<String, Adapter> byKind) {

  public Adapters {
    byKind = Map.copyOf(byKind);
  }

  /// Throws where there is no such adapter.
  public Adapter need(String kind) {
    var found = byKind.get(kind);
    if (found == null) {
      throw new IllegalArgumentException("no such adapter: " + kind);
    }
    return found;
  }
}
