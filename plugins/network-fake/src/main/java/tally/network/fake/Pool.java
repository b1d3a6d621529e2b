package tally.network.fake;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import tally.x402.Address;
import tally.x402.Bytes32;

/// Transactions that wait: in nonce order per sender, one for each nonce, replaced only for a fee
/// at least a tenth higher.
final class Pool {

  static final int SIZE_MAX = 10_000;
  private static final int BLOCK_MAX = 500;

  private record Waiting(FakeTransaction transaction, long arrival, long sinceBlock) {}

  private final Map<Address, TreeMap<BigInteger, Waiting>> senders = new HashMap<>();
  private final Map<Bytes32, Waiting> byHash = new HashMap<>();
  private long arrivals;

  boolean holds(Bytes32 hash) {
    return byHash.containsKey(hash);
  }

  /// What waits of one sender, in the order of its nonces.
  List<FakeTransaction> of(Address sender) {
    return senders.getOrDefault(sender, new TreeMap<>()).values().stream()
        .map(Waiting::transaction)
        .toList();
  }

  int size() {
    return byHash.size();
  }

  /// Takes it, or answers why not: `fee_too_low`, `pool_full`.
  Optional<String> add(FakeTransaction transaction, long block) {
    var body = transaction.body();
    var queue = senders.computeIfAbsent(body.sender(), sender -> new TreeMap<>());
    var before = queue.get(body.nonce());
    if (before != null && !pays(body.fee().maxFee(), before.transaction().body().fee().maxFee())) {
      return Optional.of("fee_too_low");
    }
    if (before == null && size() >= SIZE_MAX) {
      return Optional.of("pool_full");
    }
    if (before != null) {
      byHash.remove(before.transaction().hash());
    }
    var waiting = new Waiting(transaction, arrivals++, block);
    queue.put(body.nonce(), waiting);
    byHash.put(transaction.hash(), waiting);
    return Optional.empty();
  }

  /// At least ten per cent more.
  private static boolean pays(BigInteger next, BigInteger before) {
    return next.multiply(BigInteger.TEN).compareTo(before.multiply(BigInteger.valueOf(11))) >= 0;
  }

  void drop(Bytes32 hash) {
    var found = byHash.remove(hash);
    if (found != null) {
      var body = found.transaction().body();
      var queue = senders.getOrDefault(body.sender(), new TreeMap<>());
      queue.remove(body.nonce());
      if (queue.isEmpty()) {
        senders.remove(body.sender());
      }
    }
  }

  List<Bytes32> hashes() {
    return byHash.values().stream()
        .sorted((one, other) -> Long.compare(one.arrival(), other.arrival()))
        .map(waiting -> waiting.transaction().hash())
        .toList();
  }

  /// Forgets what has waited since before the given block.
  void evict(long sinceBlock) {
    var old = byHash.values().stream().filter(one -> one.sinceBlock() < sinceBlock).toList();
    old.forEach(one -> drop(one.transaction().hash()));
  }

  /// Forgets what can never act, since its nonce is used.
  void clean(Function<Address, BigInteger> nonces) {
    for (var sender : List.copyOf(senders.keySet())) {
      var used = nonces.apply(sender);
      var queue = senders.getOrDefault(sender, new TreeMap<>());
      List.copyOf(queue.headMap(used).values()).forEach(one -> drop(one.transaction().hash()));
    }
  }

  /// What the next block includes: per sender in nonce order without a gap, no fee below the floor,
  /// at most 500. The best fee goes first; with chance, anybody's does.
  List<FakeTransaction> choose(
      Function<Address, BigInteger> nonces,
      BigInteger floor,
      Set<Bytes32> withheld,
      Optional<RandomGenerator> chance) {
    var next = new HashMap<Address, BigInteger>();
    senders.keySet().forEach(sender -> next.put(sender, nonces.apply(sender)));
    var done = new HashSet<Address>();
    var chosen = new ArrayList<FakeTransaction>();
    while (chosen.size() < BLOCK_MAX) {
      var ready = ready(next, done, floor, withheld);
      if (ready.isEmpty()) {
        break;
      }
      int at = chance.map(random -> random.nextInt(ready.size())).orElse(0);
      var one = ready.get(at).transaction();
      chosen.add(one);
      next.merge(one.body().sender(), BigInteger.ONE, BigInteger::add);
    }
    return chosen;
  }

  private List<Waiting> ready(
      Map<Address, BigInteger> next, Set<Address> done, BigInteger floor, Set<Bytes32> withheld) {
    var ready = new ArrayList<Waiting>();
    next.forEach((sender, nonce) -> {
      var waiting = senders.getOrDefault(sender, new TreeMap<>()).get(nonce);
      if (waiting == null
          || withheld.contains(waiting.transaction().hash())
          || waiting.transaction().body().fee().maxFee().compareTo(floor) < 0) {
        done.add(sender);
      } else {
        ready.add(waiting);
      }
    });
    done.forEach(next::remove);
    ready.sort(Pool::better);
    return ready;
  }

  private static int better(Waiting one, Waiting other) {
    int byFee =
        other
            .transaction()
            .body()
            .fee()
            .maxFee()
            .compareTo(one.transaction().body().fee().maxFee());
    return byFee != 0 ? byFee : Long.compare(one.arrival(), other.arrival());
  }
}
