package tally.treasury.internal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import tally.Worker;
import tally.network.Ranges;
import tally.network.Ranges.Range;
import tally.network.port.Chain.ChainUnavailable;
import tally.treasury.Grant;
import tally.treasury.Grant.Notice;
import tally.treasury.GrantListener;
import tally.treasury.GrantListener.Fact;
import tally.treasury.Grants;
import tally.treasury.Vaults;
import tally.treasury.port.Grants.Event;
import tally.treasury.port.Grants.State;
import tally.x402.Bytes32;

/// Reads what confirmed blocks say of the vaults, whoever sent it: an appeal, a decision, a thaw or
/// a maturing by anyone, a return credited or a release sent by somebody else's transaction. The
/// chain is read first; then all is written in one database transaction, and what moved is told.
///
/// What a reclaim took is not read here: only the house sends one, and its own act tells the sum.
final class VaultFollower implements Worker {

  static final String READER = "treasury";

  /// What a port answers at once.
  static final long BLOCKS_MAX = 1000;

  private final Grants.Store store;
  private final Ranges ranges;
  private final Vaults vaults;
  private final List<GrantListener> listeners;
  private final InstantSource clock;

  VaultFollower(
      Grants.Store store,
      Ranges ranges,
      Vaults vaults,
      List<GrantListener> listeners,
      InstantSource clock) {
    this.store = store;
    this.ranges = ranges;
    this.vaults = vaults;
    this.listeners = List.copyOf(listeners);
    this.clock = clock;
  }

  /// A grant that an event named, as the vault has it now.
  ///
  /// @param thawed it was given back, so that what should have reclaimed it has lost its ground
  private record Seen(Grant.Order order, Notice notice, boolean thawed) {}

  /// Value that moved, and by which event of which transaction.
  private record Moved(Fact fact, String network, Bytes32 transaction, int ordinal) {}

  private record Page(List<Seen> grants, List<Moved> moved) {}

  @Override
  public String name() {
    return "vault-follower";
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(100);
  }

  @Override
  public int tick() {
    int moved = 0;
    for (var network : vaults.networks().keySet()) {
      moved += ranges.next(READER, network).map(this::follow).orElse(0);
    }
    return moved;
  }

  private int follow(Range range) {
    long read = Math.min(range.to(), range.from() + BLOCKS_MAX - 1);
    Page page;
    try {
      page = page(range.network(), range.from(), read);
    } catch (ChainUnavailable unavailable) {
      // The range stays; one network that is away must not hold up the others.
      return 0;
    }
    return store.together(() -> {
      if (!ranges.take(range, read)) {
        return 0;
      }
      page.grants().forEach(this::move);
      page.moved().forEach(this::tellOnce);
      return 1;
    });
  }

  private Page page(String network, long from, long to) {
    var payments = new LinkedHashSet<Bytes32>();
    var thawed = new HashSet<Bytes32>();
    var moved = new ArrayList<Moved>();
    var ordinals = new HashMap<Bytes32, Integer>();
    for (var event : vaults.of(network).events(from, to)) {
      switch (event) {
        case Event.Granted it -> payments.add(it.payment());
        case Event.Frozen it -> payments.add(it.payment());
        case Event.Appealed it -> payments.add(it.payment());
        case Event.Decided it -> payments.add(it.payment());
        case Event.Thawed it -> {
          payments.add(it.payment());
          thawed.add(it.payment());
        }
        case Event.Matured it -> payments.add(it.payment());
        case Event.Returned it -> {
          var fact = new Fact.Returned(network, it.channel(), it.amount(), it.transaction());
          int ordinal = ordinals.merge(it.transaction(), 1, Integer::sum);
          moved.add(new Moved(fact, network, it.transaction(), ordinal));
        }
        case Event.Released it -> {
          int ordinal = ordinals.merge(it.transaction(), 1, Integer::sum);
          var fact =
              new Fact.Released(
                  network, it.user(), it.to(), it.amount(), it.transaction(), ordinal);
          moved.add(new Moved(fact, network, it.transaction(), ordinal));
        }
        case Event.Reclaimed _ -> {}
      }
    }
    var seen = new ArrayList<Seen>();
    for (var payment : payments) {
      store
          .ofPayment(network, payment)
          .flatMap(grant -> seen(grant.order(), thawed.contains(payment)))
          .ifPresent(seen::add);
    }
    return new Page(seen, moved);
  }

  /// As the vault has it at the head, not at the event's block: this may lie a thousand blocks
  /// back, and an endpoint without an archive knows the contracts of the newest ones only. So a
  /// later state may be told early. Each look is the whole state, not a step, and the later event
  /// is looked at again once it is deep enough. What a reorganisation takes back of it before that
  /// stands in the book until the grant's next event or act.
  private Optional<Seen> seen(Grant.Order order, boolean thawed) {
    return vaults
        .of(order.network())
        .grant(order.address(), order.payment())
        .map(is ->
            new Seen(
                order,
                new Notice.Seen(is.state(), is.since()),
                thawed && is.state() == State.GRANTED));
  }

  /// What an own act has told already is no news.
  private void move(Seen seen) {
    var grant = store.lock(seen.order().tenant(), seen.order().id()).orElseThrow();
    if (grant.on(seen.notice()) instanceof Grant.Answer.Moved(var next)) {
      store.save(next);
      tell(new Fact.GrantMoved(next));
    }
    if (seen.thawed()) {
      store.callOff(seen.order().tenant(), seen.order().id(), clock.instant());
    }
  }

  /// Blocks may be read again, after a person let a stopped network go on; value is told once.
  private void tellOnce(Moved moved) {
    if (store.first(moved.network(), moved.transaction(), moved.ordinal())) {
      tell(moved.fact());
    }
  }

  private void tell(Fact fact) {
    listeners.forEach(listener -> listener.on(fact));
  }
}
