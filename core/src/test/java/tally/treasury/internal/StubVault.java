package tally.treasury.internal;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tally.money.Asset;
import tally.network.port.Chain.ChainUnavailable;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// A vault that shows what the test wrote into it.
final class StubVault implements Grants {

  static final Asset TUSD = Asset.of("TUSD/6");
  static final long WINDOW = 7 * 24 * 3600;

  final Map<Bytes32, Granted> grants = new ConcurrentHashMap<>();
  final List<Event> events = new CopyOnWriteArrayList<>();
  final AtomicInteger reads = new AtomicInteger();
  volatile boolean reachable = true;
  volatile Power power = new Power(BigInteger.ZERO, BigInteger.ZERO);
  volatile BigInteger released = BigInteger.ZERO;
  volatile Limit limit = new Limit(BigInteger.ZERO, BigInteger.ZERO);
  volatile Runnable whileReading = () -> {};

  void shows(Bytes32 payment, State state, Instant since) {
    grants.put(
        payment, new Granted(BigInteger.TEN, Instant.parse("2027-04-01T00:00:00Z"), since, state));
  }

  @Override
  public Facts facts() {
    return new Facts(
        Address.ZERO, Address.ZERO, TUSD, Address.ZERO, Address.ZERO, WINDOW, WINDOW, 86_400);
  }

  @Override
  public BigInteger reserve() {
    return BigInteger.ZERO;
  }

  @Override
  public Limit limit() {
    read();
    return limit;
  }

  @Override
  public Power power(Address user) {
    read();
    return power;
  }

  @Override
  public BigInteger released(Address user) {
    read();
    return released;
  }

  @Override
  public Optional<Granted> grant(Address user, Bytes32 payment) {
    read();
    return Optional.ofNullable(grants.get(payment));
  }

  @Override
  public Line line(ChannelId channel) {
    return new Line(BigInteger.ZERO, BigInteger.ZERO);
  }

  @Override
  public List<Event> events(long from, long to) {
    read();
    return events.stream().filter(event -> event.block() >= from && event.block() <= to).toList();
  }

  private void read() {
    reads.incrementAndGet();
    whileReading.run();
    if (!reachable) {
      throw new ChainUnavailable("switched off");
    }
  }
}
