package tally.custody;

import java.util.Map;
import java.util.Optional;
import tally.custody.port.Encoding;

/// How each network that this node knows writes things down, by the network's name.
public record Encodings(Map<String, Encoding> byNetwork) {

  public Encodings {
    byNetwork = Map.copyOf(byNetwork);
  }

  /// Empty where no plug-in of this node reaches the network.
  public Optional<Encoding> find(String network) {
    return Optional.ofNullable(byNetwork.get(network));
  }
}
