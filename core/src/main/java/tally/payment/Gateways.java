package tally.payment;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tally.payment.port.Gateway;

/// The gateway accounts of this node, by our own names of them.
public final class Gateways {

  private final Map<String, Gateway> gateways;
  private final Map<String, List<String>> secrets;

  /// @param secrets each account's valid webhook secrets: one, or two while the gateway rotates
  ///   them
  public Gateways(Map<String, Gateway> gateways, Map<String, List<String>> secrets) {
    this.gateways = Map.copyOf(gateways);
    var copy = new TreeMap<String, List<String>>();
    secrets.forEach((name, list) -> copy.put(name, List.copyOf(list)));
    this.secrets = copy;
  }

  public Optional<Gateway> find(String name) {
    return Optional.ofNullable(gateways.get(name));
  }

  /// The account of that name; throws where there is none.
  public Gateway need(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("no gateway account: " + name));
  }

  public SortedSet<String> names() {
    return new TreeSet<>(gateways.keySet());
  }

  public Optional<Gateway.Facts> facts(String name) {
    return find(name).map(Gateway::facts);
  }

  List<String> secrets(String name) {
    return secrets.getOrDefault(name, List.of());
  }
}
