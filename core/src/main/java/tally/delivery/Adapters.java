package tally.delivery;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import tally.delivery.Delivery.Side;
import tally.delivery.port.Adapter;

/// The adapters of this node, by their kind's word.
///
/// @param sides of whose deliveries this node takes over what another abandoned
public record Adapters(Map<String, Adapter> byKind, Set<Side> sides) {

  public Adapters {
    byKind = Map.copyOf(byKind);
    sides = Set.copyOf(sides);
  }

  /// Of a node that both sells and buys.
  public Adapters(Map<String, Adapter> byKind) {
    this(byKind, EnumSet.allOf(Side.class));
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
