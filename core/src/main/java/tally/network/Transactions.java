package tally.network;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.money.Tenant;
import tally.network.Transaction.Attempt;
import tally.network.port.Chain;
import tally.network.port.Chain.ChainUnavailable;
import tally.x402.Bytes32;

/// The keeper of the transaction journal: one nonce-serialised sender per key, bytes stored before
/// they are sent.
///
/// Chains are asked outside database transactions; what was learnt is applied to the row as it then
/// stands.
public final class Transactions {

  public static final int LIST_MAX = 1000;
  private final Store store;
  private final Chains chains;
  private final Custody custody;
  private final InstantSource clock;
  private final List<NetworkListener> listeners;
  private final Pace pace;
  private final Identity identity;

  public Transactions(
      Store store,
      Chains chains,
      Custody custody,
      InstantSource clock,
      List<NetworkListener> listeners,
      Pace pace) {
    this.store = store;
    this.chains = chains;
    this.custody = custody;
    this.clock = clock;
    this.listeners = List.copyOf(listeners);
    this.pace = pace;
    this.identity = new Identity(store::firstSeen);
  }

  /// The bounds of the work.
  ///
  /// @param batch transactions of one network in one round
  /// @param blocksToRefuse blocks that an order may wait while it would revert; then it is dropped
  /// @param blocksToBump blocks that a transaction may wait in the pool before its fee is raised
  /// @param bumpsMax how often its fee is raised at most
  /// @param gasReserve what a sender keeps for transactions that must not be late, in each
  ///   network's smallest unit; others wait while he has less. 0 for no reserve
  /// @param rest how long a transaction is left alone while the chain's head stays the same
  /// @param passingMax how long, by the chain's time, an order waits for what passes by itself,
  ///   such as a daily limit; then it is dropped like any other that would revert
  /// @param lease how long a node keeps others from a transaction that it works on; longer than a
  ///   round takes
  public record Pace(
      int batch,
      int blocksToRefuse,
      int blocksToBump,
      int bumpsMax,
      BigInteger gasReserve,
      Duration rest,
      Duration passingMax,
      Duration lease) {
    public static final Pace USUAL =
        new Pace(
            100,
            30,
            10,
            12,
            BigInteger.ZERO,
            Duration.ofSeconds(1),
            Duration.ofDays(2),
            Duration.ofSeconds(60));

    public Pace with(BigInteger reserve, Duration ofANode) {
      return new Pace(
          batch, blocksToRefuse, blocksToBump, bumpsMax, reserve, rest, passingMax, ofANode);
    }
  }

  /// Writes the wish down; workers sign and send it. The same id and order again is the first one;
  /// another order under a used id throws.
  public Transaction submit(Transaction.Order order) {
    return store.inTransaction(() -> {
      var drafted = new Transaction.Drafted(order);
      if (store.add(drafted, clock.instant())) {
        return drafted;
      }
      var first = find(order.tenant(), order.id()).orElseThrow();
      if (!first.order().equals(order)) {
        throw new IllegalStateException(
            "transaction " + order.id() + " was ordered as " + first.order() + ", now as " + order);
      }
      return first;
    });
  }

  /// Gives up a wish that was never signed; the listeners hear of it. False where there is none, or
  /// it is signed and may act.
  public boolean drop(Tenant tenant, TransactionId id, String code, String text) {
    return store.inTransaction(() -> {
      if (store.find(tenant, id).isEmpty()) {
        return false;
      }
      return switch (store.lock(tenant, id).on(new Notice.Refused(code, text))) {
        case Notice.Answer.Moved(var next) -> {
          store.save(next, clock.instant());
          listeners.forEach(
              listener -> listener.on(new NetworkListener.Fact.TransactionMoved(next)));
          yield true;
        }
        case Notice.Answer.Already _ -> true;
        case Notice.Answer.OutOfTurn _ -> false;
      };
    });
  }

  public Optional<Transaction> find(Tenant tenant, TransactionId id) {
    return store.find(tenant, id);
  }

  /// Newest first; at most 1000.
  public List<Transaction> list(Tenant tenant, int most) {
    return store.list(tenant, Math.clamp(most, 0, LIST_MAX));
  }

  /// One round of work on everything that is not yet final; answers how many moved. Called by a
  /// worker, and by tests.
  ///
  /// A chain that cannot be asked is passed over. Throws `ChainChanged`, after the other networks
  /// had their round.
  public int tick() {
    int moved = 0;
    @Nullable ChainChanged changed = null;
    for (var network : chains.names()) {
      try {
        moved += round(network, chains.find(network).orElseThrow());
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

  /// What waits, by network and state; for the health page.
  public List<Backlog> backlog() {
    return store.backlog();
  }

  /// @param oldest when the oldest of them was ordered
  /// @param troubled how many of them the chain rejected when they were last sent
  public record Backlog(String network, String state, long count, Instant oldest, long troubled) {}

  private int round(String network, Chain chain) {
    if (!store.anythingOpen(network)) {
      return 0;
    }
    var head = identity.head(network, chain);
    var claimed = store.claim(network, head.hash(), clock.instant(), pace);
    var round = new Round(store, chain, chain.facts(), head, custody, clock, listeners, pace);
    int moved = 0;
    try {
      for (var row : claimed) {
        moved += round.step(row);
      }
    } finally {
      store.release(claimed);
    }
    return moved;
  }

  /// A transaction that this node works on for the moment.
  ///
  /// @param passed the head at which its nonce was first seen used although none of its forms was
  ///   included
  public record Claimed(Transaction transaction, Optional<Passed> passed) {}

  /// A head, by number and hash, so that a reorganisation shows.
  public record Passed(long block, Bytes32 hash) {}

  /// Where the journal is kept.
  public interface Store {

    /// Joins the open transaction, else opens one.
    <T> T inTransaction(Supplier<T> work);

    /// False, and nothing written, where the id is used.
    boolean add(Transaction.Drafted drafted, Instant at);

    Optional<Transaction> find(Tenant tenant, TransactionId id);

    /// Reads and locks until the transaction ends.
    Transaction lock(Tenant tenant, TransactionId id);

    List<Transaction> list(Tenant tenant, int most);

    List<Backlog> backlog();

    boolean anythingOpen(String network);

    /// Open ones that nobody works on and that were not looked at under this head, or not lately;
    /// urgent ones first, then the longest untouched.
    List<Claimed> claim(String network, Bytes32 head, Instant now, Pace pace);

    void release(List<Claimed> claimed);

    void save(Transaction next, Instant at);

    /// Writes down what hinders a transaction, unless its state changed meanwhile; an empty
    /// `trouble` clears it.
    void hinder(Transaction transaction, String trouble, Optional<Passed> passed);

    /// Stores the bytes, and the units of work that they allow.
    void keep(Transaction.Order order, Attempt attempt, BigInteger limit);

    /// The units of work that its newest form allows.
    Optional<BigInteger> limit(Tenant tenant, TransactionId id);

    /// The newest first.
    List<Attempt> attempts(Tenant tenant, TransactionId id);

    /// Locks the key's sender until the transaction ends and answers its next nonce, 0 for a new
    /// one.
    BigInteger lockSender(KeyRef sender);

    void next(KeyRef sender, BigInteger nonce);

    /// Remembers the chain at first sight; answers what was first seen under the name.
    Chain.Facts firstSeen(String network, Chain.Facts facts);
  }
}
