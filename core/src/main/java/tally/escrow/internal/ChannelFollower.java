package tally.escrow.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tally.Worker;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.ChannelListener;
import tally.escrow.Channels.Kept;
import tally.escrow.Channels.Store;
import tally.escrow.Payouts;
import tally.escrow.Settlements;
import tally.escrow.Settlements.Place;
import tally.escrow.port.Channels.Deposit;
import tally.escrow.port.Channels.Event;
import tally.network.Ranges;
import tally.network.port.Chain.ChainUnavailable;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// Reads what confirmed blocks say of channels, and takes each event into both sides' rows once.
/// The chain is read first, then all is written in one database transaction, in the chain's order.
final class ChannelFollower implements Worker {

  static final String READER = "escrow";

  /// What a port answers at once.
  static final long BLOCKS_MAX = 1000;

  private final Store store;
  private final Ranges ranges;
  private final JdbcEvents events;
  private final JdbcPayouts payouts;
  private final JdbcWithdrawals withdrawals;
  private final Settlements settlements;
  private final List<ChannelListener> listeners;
  private final InstantSource clock;
  private final Duration payoutAfter;

  /// @param payoutAfter how long claims of an open channel may wait to be paid out together
  ChannelFollower(
      Store store,
      Ranges ranges,
      JdbcEvents events,
      JdbcPayouts payouts,
      JdbcWithdrawals withdrawals,
      Settlements settlements,
      List<ChannelListener> listeners,
      InstantSource clock,
      Duration payoutAfter) {
    this.store = store;
    this.ranges = ranges;
    this.events = events;
    this.payouts = payouts;
    this.withdrawals = withdrawals;
    this.settlements = settlements;
    this.listeners = List.copyOf(listeners);
    this.clock = clock;
    this.payoutAfter = payoutAfter;
  }

  /// What was read of the chain: the events, and the channels among them as they are now.
  private record Page(List<Event> events, Map<ChannelId, Deposit> deposits, Instant readAt) {}

  @Override
  public String name() {
    return "channel-follower";
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(100);
  }

  @Override
  public int tick() {
    int moved = 0;
    for (var place : settlements.all()) {
      moved += ranges.next(READER, place.network()).map(range -> follow(place, range)).orElse(0);
    }
    return moved;
  }

  private int follow(Place place, Ranges.Range range) {
    long read = Math.min(range.to(), range.from() + BLOCKS_MAX - 1);
    Page page;
    try {
      page = page(place, range.from(), read);
    } catch (ChainUnavailable unavailable) {
      // The range stays; one network that is away must not hold up the others.
      return 0;
    }
    return store.inTransaction(() -> {
      if (!ranges.take(range, read)) {
        return 0;
      }
      var places = new HashMap<Bytes32, Integer>();
      for (var event : page.events()) {
        int ordinal = places.merge(event.transaction(), 1, Integer::sum) - 1;
        take(place, event, ordinal, page);
      }
      return 1;
    });
  }

  private Page page(Place place, long from, long to) {
    var told = place.port().events(from, to);
    var ids = new LinkedHashSet<ChannelId>();
    told.forEach(event -> channel(event).ifPresent(ids::add));
    var readAt = clock.instant();
    var deposits = new HashMap<ChannelId, Deposit>();
    for (var id : events.known(place.network(), ids)) {
      deposits.put(id, place.port().deposit(id));
    }
    return new Page(told, deposits, readAt);
  }

  private void take(Place place, Event event, int ordinal, Page page) {
    if (event instanceof Event.Settled paid) {
      payouts.take(place.network(), paid, ordinal).forEach(this::tell);
      return;
    }
    var id = channel(event).orElseThrow();
    for (var kept : store.lockAll(place.network(), id)) {
      var terms = kept.channel().terms();
      if (events.first(terms, event, ordinal)) {
        // A row that appeared since the page was read looked at the chain itself.
        var now = Optional.ofNullable(page.deposits().get(id));
        var next = now.map(it -> move(kept, event, it, page.readAt())).orElse(kept.channel());
        tell(fact(next, event));
        if (terms.side() == Side.RECEIVER) {
          received(next, event);
        }
      }
    }
  }

  /// What the receiver's side makes of it besides.
  private void received(Channel next, Event event) {
    if (event instanceof Event.Claimed claimed) {
      payouts.told(next.terms(), claimed.amount());
      payouts.want(Payouts.Purse.of(next.terms()), clock.instant().plus(payoutAfter));
    }
    withdrawals.take(next, event, clock.instant());
    withdrawals.judge(next, event.transaction(), clock.instant()).ifPresent(this::tell);
  }

  private void tell(ChannelListener.Fact fact) {
    listeners.forEach(listener -> listener.on(fact));
  }

  private Channel move(Kept kept, Event event, Deposit read, Instant readAt) {
    boolean newer = kept.seenAt().isAfter(readAt);
    var now = newer ? known(kept.channel().standing(), read) : read;
    var next = kept.channel().on(event, now);
    store.save(next, newer ? kept.seenAt() : readAt);
    return next;
  }

  /// A look at the chain that is younger than ours stands.
  private static Deposit known(Channel.Standing standing, Deposit read) {
    return new Deposit(
        standing.balance(),
        standing.claimed(),
        standing.withdrawing(),
        read.withdrawingSince(),
        read.refundNonce());
  }

  private static Optional<ChannelId> channel(Event event) {
    return switch (event) {
      case Event.Deposited it -> Optional.of(it.channel());
      case Event.Claimed it -> Optional.of(it.channel());
      case Event.Refunded it -> Optional.of(it.channel());
      case Event.WithdrawInitiated it -> Optional.of(it.channel());
      case Event.Withdrawn it -> Optional.of(it.channel());
      case Event.Settled _ -> Optional.empty();
    };
  }

  private static ChannelListener.Fact fact(Channel next, Event event) {
    var terms = next.terms();
    var left = next.standing().left();
    return switch (event) {
      case Event.Deposited(_, var transaction, _, var amount, var balance) ->
          new ChannelListener.Fact.Deposited(terms, amount, balance, transaction);
      case Event.Claimed(_, var transaction, _, var amount, var total) ->
          new ChannelListener.Fact.Claimed(terms, amount, total, transaction);
      case Event.Settled _ -> throw new IllegalStateException("of a receiver, not of a channel");
      case Event.Refunded(_, var transaction, _, var amount) ->
          new ChannelListener.Fact.Refunded(terms, amount, transaction);
      case Event.WithdrawInitiated(_, var transaction, _, var amount, _) ->
          new ChannelListener.Fact.WithdrawalBegun(terms, amount, left, transaction);
      case Event.Withdrawn(_, var transaction, _, var amount) ->
          new ChannelListener.Fact.Withdrawn(terms, amount, left, transaction);
    };
  }
}
