package tally.escrow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tally.x402.Address;
import tally.x402.Settlement;
import tally.x402.TypedData;

/// The networks on which this node keeps channels, by their names.
public final class Settlements {

  /// Where channels of one network settle, and in which tokens we take payment there.
  public record Place(
      String network,
      tally.escrow.port.Channels port,
      Settlement settlement,
      TypedData typed,
      Set<Address> tokens) {

    public Place {
      tokens = Set.copyOf(tokens);
    }

    public static Place of(String network, tally.escrow.port.Channels port, Set<Address> tokens) {
      var settlement = port.settlement();
      return new Place(network, port, settlement, new TypedData(settlement), tokens);
    }
  }

  public static final Settlements NONE = new Settlements(List.of());

  private final Map<String, Place> places;

  public Settlements(List<Place> places) {
    this.places =
        places.stream()
            .collect(
                Collectors.toMap(
                    Place::network,
                    Function.identity(),
                    (one, other) -> {
                      throw new IllegalArgumentException("two networks named " + one.network());
                    },
                    TreeMap::new));
  }

  public Optional<Place> find(String network) {
    return Optional.ofNullable(places.get(network));
  }

  /// The network; throws where this node has none of that name.
  public Place need(String network) {
    return find(network)
        .orElseThrow(() -> new IllegalArgumentException("no channels on a network " + network));
  }

  /// In the order of their names.
  public List<Place> all() {
    return List.copyOf(places.values());
  }
}
