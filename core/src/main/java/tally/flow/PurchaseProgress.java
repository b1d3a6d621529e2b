package tally.flow;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import tally.flow.Signal.LotDisputed;

/// What the chain has said of the channel, in units of its token; sums, so they only grow.
///
/// @param drawn from the vault into the channel
/// @param refunded credited by the vault as returned
/// @param disputed lots whose payment is disputed, each with the chargeback that wants to hear the
///   end
public record PurchaseProgress(
    BigInteger drawn, BigInteger claimed, BigInteger refunded, Map<UUID, FlowId> disputed) {
  public static final PurchaseProgress NONE =
      new PurchaseProgress(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, Map.of());

  public PurchaseProgress {
    disputed = Map.copyOf(disputed);
  }

  PurchaseProgress dispute(LotDisputed word) {
    var next = new HashMap<>(disputed);
    next.put(word.lot().value(), word.chargeback());
    return new PurchaseProgress(drawn, claimed, refunded, next);
  }

  PurchaseProgress draw(BigInteger total) {
    return new PurchaseProgress(total, claimed, refunded, disputed);
  }

  PurchaseProgress claim(BigInteger amount) {
    return new PurchaseProgress(drawn, claimed.add(amount), refunded, disputed);
  }

  PurchaseProgress refund(BigInteger amount) {
    return new PurchaseProgress(drawn, claimed, refunded.add(amount), disputed);
  }

  /// Whether everything that was drawn is claimed or has come back.
  boolean settled() {
    return claimed.add(refunded).compareTo(drawn) >= 0;
  }
}
