package tally.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tally.delivery.Delivery.Side;
import tally.delivery.Delivery.Wanted;
import tally.delivery.port.Adapter.Access;
import tally.delivery.port.Adapter.Checked;
import tally.delivery.port.Adapter.Observed;
import tally.metering.Reading;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.x402.ChannelId;

/// The keeper of deliveries. What is wanted is stored first; adapters are brought to it at once,
/// and again by the janitor.
///
/// An adapter lives in one node. The node that ordered a delivery holds it, and renews that as long
/// as it runs; when it stays away, another takes the delivery over with the last stored reading and
/// ceiling. Should it come back, it lets go of what is another's.
public final class Deliveries {

  public static final int RUNNING_MAX = 1000;
  static final int BATCH = 200;

  /// How long a silent node usually keeps its deliveries: long beside a pause of its collector,
  /// short beside a buyer's patience.
  public static final Duration HELD = Duration.ofSeconds(15);

  /// Each delivery is visited, and its reading stored, about twice a second.
  static final Duration VISIT = Duration.ofMillis(500);

  private static final int LOCKS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
  private final Store store;
  private final Adapters adapters;
  private final InstantSource clock;
  private final List<DeliveryListener> listeners;
  private final String node;
  private final Duration held;
  private final Foreign foreign;
  private final List<ReentrantLock> locks =
      IntStream.range(0, LOCKS).mapToObj(_ -> new ReentrantLock()).toList();

  public record Key(Tenant tenant, DeliveryId id, Side side) {}

  /// A delivery with what only its keeper needs.
  ///
  /// @param ceiling how much may be served in all; the seller's
  /// @param node who holds it
  public record Kept(Delivery delivery, Quantity ceiling, String node, Instant heldUntil) {
    Kept with(Delivery changed) {
      return new Kept(changed, ceiling, node, heldUntil);
    }
  }

  /// Who comes to visit.
  ///
  /// @param kinds of the adapters that it has; it visits no others
  /// @param sides of which it takes over what was abandoned
  /// @param passing what it takes over from nobody at present
  public record Visitor(String node, Set<String> kinds, Set<Side> sides, Set<Key> passing) {}

  /// @param kept as it is now, held by the visitor
  /// @param from who held it before
  public record Visit(Kept kept, String from) {}

  /// Where deliveries are kept.
  public interface Store {
    <T> T atomically(Supplier<T> work);

    /// False where the key is taken, or the channel already pays for another sale.
    boolean insert(Kept kept);

    Optional<Kept> find(Key key);

    /// The seller's delivery that a channel pays for; there is at most one, for ever.
    Optional<Kept> paidBy(ChannelId channel);

    /// The seller's delivery of this id, whosever it is.
    Optional<Kept> sold(DeliveryId id);

    /// The row, locked until the transaction ends.
    Optional<Kept> lock(Key key);

    /// Writes all but the order, the ceiling and the count where those stored are higher.
    void write(Kept kept);

    List<Kept> running(Side side, int most);

    /// Which halves of these deliveries another node holds.
    List<Key> elsewhere(String node, List<UUID> ids);

    /// Deliveries to visit: the visitor's own and abandoned ones, now held by him until `heldUntil`
    /// and due again at `next`.
    List<Visit> visit(Visitor visitor, Instant now, Instant next, Instant heldUntil, int most);

    /// Leaves a delivery that `node` holds to `from` again, or to whoever comes after `now`.
    void giveBack(Key key, String node, String from, Instant now);
  }

  /// @param node this node's name among those that share the database; the same again after a
  ///   restart
  /// @param held how long a silent node keeps its deliveries; many times the half second between
  ///   two visits
  public Deliveries(
      Store store,
      Adapters adapters,
      InstantSource clock,
      List<DeliveryListener> listeners,
      String node,
      Duration held) {
    this.store = store;
    this.adapters = adapters;
    this.clock = clock;
    this.listeners = List.copyOf(listeners);
    this.node = node;
    this.held = held;
    this.foreign = new Foreign(store, adapters, node, held);
  }

  /// Seller: begins to serve, up to the tariff's lag. Idempotent by id; other content under the
  /// same id, an unknown adapter or a source that cannot be sold throws.
  public Delivery sell(Delivery.Order order) {
    side(order, Side.SELLER);
    if (adapters.need(order.adapter()).check(order.source())
        instanceof Checked.Bad(var setting, var text)) {
      throw new IllegalArgumentException(setting + ": " + text);
    }
    return begin(order, Delivery.NO_ACCESS);
  }

  /// Buyer: opens the local way to the service. Idempotent by id; other content under the same id
  /// throws, but a new access for the same order, as after a restart of the seller, is taken over.
  public Delivery buy(Delivery.Order order, Access access) {
    side(order, Side.BUYER);
    adapters.need(order.adapter());
    return begin(order, access);
  }

  /// Seller: raises what may be served in all; a lower ceiling than before is ignored.
  public void allow(Tenant tenant, DeliveryId id, Quantity ceiling) {
    var key = new Key(tenant, id, Side.SELLER);
    var kept =
        change(
            key,
            k -> new Kept(k.delivery(), higher(k.ceiling(), ceiling), k.node(), k.heldUntil()));
    if (kept.node().equals(node)) {
      adapters.need(kept.delivery().order().adapter()).allow(id.value(), kept.ceiling());
    }
  }

  public Delivery suspend(Tenant tenant, DeliveryId id, Side side) {
    return want(new Key(tenant, id, side), Wanted.SUSPENDED);
  }

  public Delivery resume(Tenant tenant, DeliveryId id, Side side) {
    return want(new Key(tenant, id, side), Wanted.ACTIVE);
  }

  /// Legal from every state; keeps the last reading.
  public Delivery terminate(Tenant tenant, DeliveryId id, Side side) {
    return want(new Key(tenant, id, side), Wanted.TERMINATED);
  }

  /// This side's own count, read from the adapter now (and stored), else as last stored.
  public Reading read(Tenant tenant, DeliveryId id, Side side) {
    var key = new Key(tenant, id, side);
    var kept = need(store.find(key), key);
    return kept.node().equals(node)
        ? bring(key, true).delivery().reading()
        : kept.delivery().reading();
  }

  public Optional<Delivery> find(Tenant tenant, DeliveryId id, Side side) {
    return store.find(new Key(tenant, id, side)).map(Kept::delivery);
  }

  /// Seller: the delivery that a channel pays for. A voucher is a promise in all, so a channel pays
  /// for one delivery only: two would serve twice for the same promise.
  public Optional<Delivery> paidBy(ChannelId channel) {
    return store.paidBy(channel).map(Kept::delivery);
  }

  /// Seller: the delivery of this id, of whatever tenant; the buyer knows no tenants.
  public Optional<Delivery> sold(DeliveryId id) {
    return store.sold(id).map(Kept::delivery);
  }

  /// Deliveries of one side that are wanted active or suspended; at most 1000.
  public List<Delivery> running(Side side) {
    return store.running(side, RUNNING_MAX).stream().map(Kept::delivery).toList();
  }

  /// Brings adapters to what is wanted, after a restart for example, and stores what they count;
  /// answers how many moved.
  public int tick() {
    var now = clock.instant();
    foreign.letGo(now);
    var visitor =
        new Visitor(node, adapters.byKind().keySet(), adapters.sides(), foreign.passing(now));
    int moved = 0;
    for (var visit : store.visit(visitor, now, now.plus(VISIT), now.plus(held), BATCH)) {
      if (isMovedBy(visit)) {
        moved++;
      }
    }
    return moved;
  }

  /// One that cannot be brought keeps no other waiting.
  private boolean isMovedBy(Visit visit) {
    var before = visit.kept().delivery();
    try {
      return bring(key(before.order()), false, visit.from()).delivery().isMovedFrom(before);
    } catch (RuntimeException e) {
      LOG.warn("delivery {} could not be visited", before.order().id().value(), e);
      return false;
    }
  }

  private Delivery begin(Delivery.Order order, Access access) {
    var key = key(order);
    var now = clock.instant();
    var unit = order.tariff().price().per().unit();
    var fresh =
        new Delivery(
            order,
            Wanted.ACTIVE,
            Observed.ACTIVATING,
            new Reading(Quantity.zero(unit), now),
            access,
            Optional.empty());
    var kept =
        store.atomically(() -> {
          var first = new Kept(fresh, order.tariff().lagMax(), node, now.plus(held));
          if (store.insert(first)) {
            tell(fresh);
            return first;
          }
          return again(key, order, access);
        });
    return kept.node().equals(node) ? bring(key, false).delivery() : kept.delivery();
  }

  private Kept again(Key key, Delivery.Order order, Access access) {
    var kept = need(store.lock(key), key);
    var before = kept.delivery();
    if (!before.order().equals(order)) {
      throw new IllegalArgumentException(
          "delivery id reused with other content: " + order.id().value());
    }
    if (order.side() == Side.SELLER || before.access().equals(access)) {
      return kept;
    }
    var changed = kept.with(before.reach(access));
    store.write(changed);
    return changed;
  }

  private Delivery want(Key key, Wanted wanted) {
    var kept = change(key, k -> k.with(k.delivery().want(wanted)));
    return kept.node().equals(node) ? bring(key, false).delivery() : kept.delivery();
  }

  /// The one way to change a row: locked, changed, written and told in one transaction.
  private Kept change(Key key, UnaryOperator<Kept> change) {
    return store.atomically(() -> {
      var before = need(store.lock(key), key);
      var after = change.apply(before);
      if (!after.equals(before)) {
        store.write(after);
      }
      if (after.delivery().isMovedFrom(before.delivery())) {
        tell(after.delivery());
      }
      return after;
    });
  }

  /// Brings the adapter to what is wanted now, and stores what it shows. One at a time for each
  /// delivery, so that the last to come acts on the newest wish.
  ///
  /// @param always whether to store the reading's time also where nothing changed
  private Kept bring(Key key, boolean always) {
    return bring(key, always, node);
  }

  /// @param from who held it before; what cannot be taken over is left to him as it is
  private Kept bring(Key key, boolean always, String from) {
    var lock = locks.get(Math.floorMod(key.id().hashCode(), LOCKS));
    lock.lock();
    try {
      var kept = need(store.find(key), key);
      if (isOver(kept.delivery()) || !kept.node().equals(node)) {
        return kept;
      }
      var adapter = adapters.need(kept.delivery().order().adapter());
      var half = key.side() == Side.SELLER ? new SellerHalf(adapter) : new BuyerHalf(adapter);
      var shown = show(half, kept);
      var now = clock.instant();
      if (shown.observed() == Observed.UNKNOWN && !from.equals(node)) {
        foreign.passBy(adapter, key, from, now);
        return kept;
      }
      if (!always
          && kept.delivery().shows(shown, kept.delivery().reading().at()).equals(kept.delivery())) {
        return kept;
      }
      // It took so long that another has taken it over: what is seen here is no longer so.
      var after =
          change(key, k -> k.node().equals(node) ? k.with(k.delivery().shows(shown, now)) : k);
      if (!after.node().equals(node)) {
        Foreign.release(adapter, key);
      } else if (isOver(after.delivery())) {
        adapter.forget(key.id().value());
      }
      return after;
    } finally {
      lock.unlock();
    }
  }

  private Half.Shown show(Half half, Kept kept) {
    var delivery = kept.delivery();
    try {
      return half.bring(kept);
    } catch (RuntimeException e) {
      if (delivery.observed() != Observed.UNKNOWN) {
        LOG.warn(
            "adapter {} failed on delivery {}",
            delivery.order().adapter(),
            delivery.order().id().value(),
            e);
      }
      return new Half.Shown(Observed.UNKNOWN, Optional.empty(), Optional.empty(), delivery.url());
    }
  }

  private void tell(Delivery delivery) {
    listeners.forEach(listener -> listener.on(delivery));
  }

  private static Key key(Delivery.Order order) {
    return new Key(order.tenant(), order.id(), order.side());
  }

  private static boolean isOver(Delivery delivery) {
    return delivery.wanted() == Wanted.TERMINATED && delivery.observed() == Observed.TERMINATED;
  }

  private static Quantity higher(Quantity one, Quantity other) {
    return one.isLessThan(other) ? other : one;
  }

  private static Kept need(Optional<Kept> kept, Key key) {
    return kept.orElseThrow(() -> new NoSuchElementException("no such delivery: " + key));
  }

  private static void side(Delivery.Order order, Side side) {
    if (order.side() != side) {
      throw new IllegalArgumentException("this order is of the other side: " + order.side());
    }
  }
}
