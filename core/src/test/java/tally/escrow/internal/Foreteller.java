package tally.escrow.internal;

import static tally.escrow.internal.EscrowFixture.n;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tally.custody.port.Encoding;
import tally.custody.port.Intent;
import tally.network.port.Chain;
import tally.network.port.Chain.ChainUnavailable;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// A chain that is only asked what a claim would do: it reverts where a row is poisoned.
final class Foreteller implements Chain {
  final Map<ChannelId, String> poisoned = new ConcurrentHashMap<>();
  final AtomicInteger asked = new AtomicInteger();
  volatile boolean away;
  volatile Instant time = Instant.parse("2026-03-01T10:00:00Z");

  @Override
  public Simulated simulate(Intent.Call call, Address sender) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new AssertionError("a network call inside a database transaction");
    }
    if (away) {
      throw new ChainUnavailable("away");
    }
    asked.incrementAndGet();
    for (var row : ((Intent.Claim) call).rows()) {
      var why = poisoned.get(row.voucher().channel());
      if (why != null) {
        return new Simulated.Reverts(why);
      }
    }
    return new Simulated.Passes(n(1_000_000));
  }

  @Override
  public Facts facts() {
    throw new UnsupportedOperationException("not asked here");
  }

  @Override
  public Block head() {
    return new Block(1, Bytes32.ZERO, Bytes32.ZERO, time);
  }

  @Override
  public Optional<Block> block(long number) {
    throw new UnsupportedOperationException("not asked here");
  }

  @Override
  public BigInteger nonce(Address sender) {
    throw new UnsupportedOperationException("not asked here");
  }

  @Override
  public BigInteger funds(Address sender) {
    throw new UnsupportedOperationException("not asked here");
  }

  @Override
  public Encoding.Fee fee(int bumps) {
    throw new UnsupportedOperationException("not asked here");
  }

  @Override
  public Broadcast broadcast(byte[] signed) {
    throw new UnsupportedOperationException("not asked here");
  }

  @Override
  public Optional<Receipt> receipt(Bytes32 hash) {
    throw new UnsupportedOperationException("not asked here");
  }

  @Override
  public boolean pending(Bytes32 hash) {
    throw new UnsupportedOperationException("not asked here");
  }
}
