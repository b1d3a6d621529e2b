package tally.network;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tally.network.NetworkListener.Fact;
import tally.network.port.Chain;
import tally.network.port.Chain.Block;
import tally.network.port.Chain.ChainDisagrees;
import tally.network.port.Chain.ChainUnavailable;
import tally.network.port.Chain.Facts;
import tally.x402.Bytes32;

/// Follows each chain at the depth at which blocks stay, and tells which blocks are confirmed, each
/// once and in order.
///
/// A confirmed block that changes afterwards stops the following of that network and raises an
/// alarm: what was credited may be wrong. Endpoints that contradict each other raise one too, and
/// nothing is told until they agree.
public final class Follower {

  public static final String ENDPOINTS_DISAGREE = "ENDPOINTS_DISAGREE";

  public static final String REORGANISED_BELOW_DEPTH = "REORGANISED_BELOW_DEPTH";

  /// Blocks that one fact names at most.
  public static final int RANGE_MAX = 1000;

  private final Store store;
  private final Chains chains;
  private final InstantSource clock;
  private final List<NetworkListener> listeners;
  private final long lookBack;
  private final Identity identity;

  /// Heads under which there was nothing left to do, so that an idle chain costs one question a
  /// round.
  private final Map<String, Bytes32> idle = new ConcurrentHashMap<>();

  /// @param lookBack how many confirmed blocks, before the newest at first sight, are told too
  public Follower(
      Store store,
      Chains chains,
      InstantSource clock,
      List<NetworkListener> listeners,
      long lookBack) {
    this.store = store;
    this.chains = chains;
    this.clock = clock;
    this.listeners = List.copyOf(listeners);
    this.lookBack = lookBack;
    this.identity = new Identity(store::firstSeen);
  }

  /// Throws `ChainChanged` where a chain that can be asked is not the one that the book knows. For
  /// a node's start.
  public void check() {
    for (var network : chains.names()) {
      try {
        identity.check(network, chains.find(network).orElseThrow());
      } catch (ChainUnavailable laterThen) {
        // Each round asks again before it believes anything.
        continue;
      }
    }
  }

  /// One round; answers how many networks moved. A chain that cannot be asked is passed over.
  /// Throws `ChainChanged`, after the other networks had their round.
  public int tick() {
    int moved = 0;
    @Nullable ChainChanged changed = null;
    for (var network : chains.names()) {
      try {
        moved += follow(network, chains.find(network).orElseThrow());
      } catch (ChainDisagrees told) {
        raise(network, ENDPOINTS_DISAGREE, String.valueOf(told.getMessage()), 0);
      } catch (ChainUnavailable laterThen) {
        continue;
      } catch (ChainChanged other) {
        changed = other;
      }
    }
    if (changed != null) {
      throw changed;
    }
    return moved;
  }

  /// Alarms that nobody has cleared, oldest first; at most 1000.
  public List<Alarm> alarms() {
    return store.alarms();
  }

  /// Newest first, only those that are open or all; at most 1000. Each ends with its cause.
  public List<Raised> raised(boolean open, int most) {
    return store.raised(open, Math.clamp(most, 0, 1000));
  }

  /// Follows a stopped network again, from block `from` on, on the chain as it now is. False where
  /// it was not stopped, or has no such block; nothing changes then. For a person, who has compared
  /// chain and book.
  public boolean resume(String network, long from) {
    var stopped = store.cursor(network).filter(Cursor::stopped);
    var block = chains.find(network).orElseThrow().block(Math.max(0, from - 1));
    if (stopped.isEmpty() || block.isEmpty()) {
      return false;
    }
    return store.inTransaction(() -> {
      if (!store.again(stopped.get(), cursor(network, block.get()))) {
        return false;
      }
      store.clear(network, REORGANISED_BELOW_DEPTH, clock.instant());
      return true;
    });
  }

  /// Clears what another room raised; joins the open database transaction.
  public void clear(String network, String code) {
    store.clear(network, code, clock.instant());
  }

  /// Raises an alarm for another room; joins the open database transaction.
  public void raise(Alarm alarm) {
    store.raise(alarm);
  }

  private int follow(String network, Chain chain) {
    var head = identity.head(network, chain);
    if (head.hash().equals(idle.get(network))) {
      return 0;
    }
    int moved = follow(network, chain, head);
    if (moved == 0) {
      idle.put(network, head.hash());
    }
    return moved;
  }

  private int follow(String network, Chain chain, Block head) {
    long confirmed = head.number() - chain.facts().confirmations();
    if (confirmed < 0) {
      return 0;
    }
    var cursor = store.cursor(network);
    if (cursor.isEmpty()) {
      return begin(network, chain, Math.max(0, confirmed - lookBack));
    }
    return cursor.get().stopped() ? 0 : advance(cursor.get(), chain, confirmed);
  }

  private int begin(String network, Chain chain, long number) {
    return chain.block(number).map(block -> store.begin(cursor(network, block)) ? 1 : 0).orElse(0);
  }

  private int advance(Cursor cursor, Chain chain, long confirmed) {
    var mine = chain.block(cursor.number());
    if (mine.isEmpty()) {
      // An endpoint that lags behind knows nothing, which is no statement that the block changed.
      return 0;
    }
    if (!mine.get().hash().equals(cursor.hash())) {
      return stop(cursor, mine.get());
    }
    long to = Math.min(confirmed, cursor.number() + RANGE_MAX);
    if (to <= cursor.number()) {
      return 0;
    }
    return chain.block(to).map(block -> tell(cursor, block)).orElse(0);
  }

  private int tell(Cursor from, Block to) {
    return store.inTransaction(() -> {
      if (!store.move(from, cursor(from.network(), to))) {
        return 0;
      }
      var fact = new Fact.Confirmed(from.network(), from.number() + 1, to.number());
      listeners.forEach(listener -> listener.on(fact));
      store.clear(from.network(), ENDPOINTS_DISAGREE, clock.instant());
      return 1;
    });
  }

  private int stop(Cursor cursor, Block found) {
    return store.inTransaction(() -> {
      if (!store.move(cursor, new Cursor(cursor.network(), cursor.number(), cursor.hash(), true))) {
        return 0;
      }
      var text =
          "Block "
              + cursor.number()
              + " of "
              + cursor.network()
              + " was "
              + cursor.hash()
              + " and deep enough; now it is "
              + found.hash()
              + ".";
      raise(cursor.network(), REORGANISED_BELOW_DEPTH, text, cursor.number());
      return 1;
    });
  }

  private void raise(String network, String code, String text, long block) {
    store.raise(new Alarm(network, code, text, block, clock.instant()));
  }

  private static Cursor cursor(String network, Block block) {
    return new Cursor(network, block.number(), block.hash(), false);
  }

  /// How far a network was told.
  ///
  /// @param number the last confirmed block that was told
  public record Cursor(String network, long number, Bytes32 hash, boolean stopped) {}

  /// What a person must look at; where following stopped, before the network goes on.
  public record Alarm(String network, String code, String text, long block, Instant at) {}

  /// @param cleared when its cause was over; empty while it is not
  public record Raised(UUID id, Alarm alarm, Optional<Instant> cleared) {}

  /// Where the cursors are kept.
  public interface Store {

    /// Joins the open transaction, else opens one.
    <T> T inTransaction(Supplier<T> work);

    Optional<Cursor> cursor(String network);

    /// False where another node was first.
    boolean begin(Cursor cursor);

    /// Moves the cursor, and locks it until the transaction ends; false where it does not stand at
    /// `from` any more or another node holds it.
    boolean move(Cursor from, Cursor to);

    /// Moves a stopped cursor; false where it is not stopped there any more.
    boolean again(Cursor stopped, Cursor to);

    /// Once, until it is cleared: the same code of a network again changes nothing.
    void raise(Alarm alarm);

    /// What was the matter is so no longer.
    void clear(String network, String code, Instant at);

    List<Alarm> alarms();

    /// Newest first.
    List<Raised> raised(boolean open, int most);

    /// Remembers the chain at first sight; answers what was first seen under the name.
    Facts firstSeen(String network, Facts facts);
  }
}
