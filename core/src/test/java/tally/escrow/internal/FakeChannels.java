package tally.escrow.internal;

import static tally.escrow.internal.EscrowFixture.SETTLEMENT;
import static tally.escrow.internal.EscrowFixture.n;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tally.escrow.port.Channels.Deposit;
import tally.escrow.port.Channels.Earned;
import tally.escrow.port.Channels.Event;
import tally.network.port.Chain.ChainUnavailable;
import tally.x402.Address;
import tally.x402.ChannelId;
import tally.x402.Settlement;

/// A settlement contract as a table of what it holds and a list of what happened.
final class FakeChannels implements tally.escrow.port.Channels {
  private final Map<ChannelId, Deposit> deposits = new ConcurrentHashMap<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  final AtomicInteger reads = new AtomicInteger();
  volatile boolean away;

  void holds(ChannelId id, long balance, long claimed, long withdrawing) {
    deposits.put(id, new Deposit(n(balance), n(claimed), n(withdrawing), Instant.EPOCH, n(7)));
  }

  void happened(Event... events) {
    this.events.addAll(List.of(events));
  }

  @Override
  public Settlement settlement() {
    return SETTLEMENT;
  }

  @Override
  public Deposit deposit(ChannelId channel) {
    ask();
    reads.incrementAndGet();
    return Optional.ofNullable(deposits.get(channel))
        .orElseGet(() -> new Deposit(n(0), n(0), n(0), Instant.EPOCH, n(0)));
  }

  @Override
  public Earned earned(Address receiver, Address token) {
    return new Earned(n(0), n(0));
  }

  @Override
  public BigInteger tokens(Address token, Address holder) {
    return n(0);
  }

  @Override
  public List<Event> events(long from, long to) {
    ask();
    if (to - from >= 1000) {
      throw new AssertionError("more than 1000 blocks at once");
    }
    return events.stream().filter(it -> it.block() >= from && it.block() <= to).toList();
  }

  private void ask() {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new AssertionError("a network call inside a database transaction");
    }
    if (away) {
      throw new ChainUnavailable("away");
    }
  }
}
