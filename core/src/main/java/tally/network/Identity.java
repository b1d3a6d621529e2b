package tally.network;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import tally.network.port.Chain;
import tally.network.port.Chain.Block;
import tally.network.port.Chain.Facts;

/// Knows each network's chain by its id and genesis, as the book first saw it.
final class Identity {

  private final BiFunction<String, Facts, Facts> firstSeen;
  private final Map<String, Long> highest = new ConcurrentHashMap<>();

  Identity(BiFunction<String, Facts, Facts> firstSeen) {
    this.firstSeen = firstSeen;
  }

  /// The chain's head. Asks who the chain is at the first time, and whenever its head fell, as a
  /// chain begun anew has a lower one.
  Block head(String network, Chain chain) {
    var head = chain.head();
    var before = highest.get(network);
    if (before == null || head.number() < before) {
      check(network, chain);
    }
    highest.put(network, head.number());
    return head;
  }

  /// Throws `ChainChanged` where the book knows another chain by this name.
  void check(String network, Chain chain) {
    var found = chain.facts();
    var known = firstSeen.apply(network, found);
    if (!known.genesis().equals(found.genesis()) || !known.network().equals(found.network())) {
      highest.remove(network);
      throw new ChainChanged(network, known, found);
    }
  }
}
