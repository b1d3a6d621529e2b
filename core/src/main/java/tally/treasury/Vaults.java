package tally.treasury;

import java.util.Map;
import tally.treasury.port.Grants;

/// This processor's vaults, by the short name of their network.
public record Vaults(Map<String, Grants> networks) {

  public Vaults {
    networks = Map.copyOf(networks);
  }

  /// Throws where this node has no vault on that network.
  public Grants of(String network) {
    var vault = networks.get(network);
    if (vault == null) {
      throw new IllegalArgumentException("no vault on network " + network);
    }
    return vault;
  }
}
