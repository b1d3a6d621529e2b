package tally.network;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tally.network.port.Chain;

/// The chains that this node reaches, by the name that orders and keys use for the network.
public record Chains(Map<String, Chain> byNetwork) {

  public Chains {
    byNetwork = Map.copyOf(byNetwork);
  }

  public Optional<Chain> find(String network) {
    return Optional.ofNullable(byNetwork.get(network));
  }

  /// In alphabetical order.
  public Set<String> names() {
    return new TreeSet<>(byNetwork.keySet());
  }
}
