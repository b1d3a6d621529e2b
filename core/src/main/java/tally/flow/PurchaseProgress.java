package tally.flow;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tally.flow.Signal.LotCleared;
import tally.flow.Signal.LotDisputed;
import tally.flow.Signal.LotWarned;
import tally.ledger.LotId;
import tally.money.Amount;

/// What the chain has said of the channel, in units of its token; sums, so they only grow.
///
/// @param drawn from the vault into the channel
/// @param refunded credited by the vault as returned
/// @param next how the next slice stands
/// @param disputed lots whose payment is disputed, each with the chargeback that wants to hear the
///   end
/// @param warned disputes by which a bank or gateway merely warns of one of the payments; while
///   there is one, nothing more is drawn
public record PurchaseProgress(
    BigInteger drawn,
    BigInteger claimed,
    BigInteger refunded,
    Next next,
    Map<UUID, FlowId> disputed,
    Set<UUID> warned) {
  public static final PurchaseProgress NONE =
      new PurchaseProgress(
          BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, new Next.Free(), Map.of(), Set.of());

  public PurchaseProgress {
    disputed = Map.copyOf(disputed);
    warned = Set.copyOf(warned);
  }

  /// The slice after those that were drawn.
  public sealed interface Next {

    /// None is on its way, and one may be asked for.
    record Free() implements Next {}

    /// @param total what will have been drawn in all once it has come
    record Asked(BigInteger total) implements Next {}

    /// One did not come, so no other is asked for.
    record Closed(String why) implements Next {}
  }

  PurchaseProgress dispute(LotDisputed word) {
    var more = new HashMap<>(disputed);
    more.put(word.lot().value(), word.chargeback());
    return new PurchaseProgress(drawn, claimed, refunded, next, more, warned);
  }

  /// What is said of the payments.
  PurchaseProgress hear(Signal signal) {
    return switch (signal) {
      case LotDisputed word -> dispute(word);
      case LotWarned word -> warn(word);
      case LotCleared word -> clear(word);
      default -> this;
    };
  }

  private PurchaseProgress warn(LotWarned word) {
    var more = new HashSet<>(warned);
    more.add(word.dispute());
    return new PurchaseProgress(drawn, claimed, refunded, next, disputed, more);
  }

  private PurchaseProgress clear(LotCleared word) {
    var less = new HashSet<>(warned);
    less.remove(word.dispute());
    return new PurchaseProgress(drawn, claimed, refunded, next, disputed, less);
  }

  PurchaseProgress ask(BigInteger total) {
    return new PurchaseProgress(drawn, claimed, refunded, new Next.Asked(total), disputed, warned);
  }

  PurchaseProgress draw(BigInteger total) {
    return new PurchaseProgress(total, claimed, refunded, new Next.Free(), disputed, warned);
  }

  PurchaseProgress close(String why) {
    return new PurchaseProgress(drawn, claimed, refunded, new Next.Closed(why), disputed, warned);
  }

  PurchaseProgress claim(BigInteger amount) {
    return new PurchaseProgress(drawn, claimed.add(amount), refunded, next, disputed, warned);
  }

  PurchaseProgress refund(BigInteger amount) {
    return new PurchaseProgress(drawn, claimed, refunded.add(amount), next, disputed, warned);
  }

  /// Whether everything that was drawn is claimed or has come back, and nothing is on its way.
  boolean settled() {
    return !(next instanceof Next.Asked) && claimed.add(refunded).compareTo(drawn) >= 0;
  }

  /// How each part ended: what did not come back is spent.
  ///
  /// @param held whether what is unspent stays in the vault
  public List<Purchase.PartEnd> ends(Purchase.Data data, boolean held) {
    var unspent = new HashMap<LotId, Amount>();
    PurchaseSteps.unspent(data, this)
        .forEach(share -> share.lot().ifPresent(lot -> unspent.put(lot, share.amount())));
    return data.parts().stream()
        .map(part -> {
          var zero = Amount.zero(part.tokens().asset());
          var left = unspent.getOrDefault(part.lot(), zero);
          return new Purchase.PartEnd(
              part.lot(),
              part.grant(),
              part.fiat(),
              part.tokens(),
              part.tokens().minus(left),
              held ? left : zero);
        })
        .toList();
  }

  /// What of the buyer's own power did not come back.
  public Amount ownSpent(Purchase.Data data) {
    return PurchaseSteps.unspent(data, this).stream()
        .filter(share -> share.lot().isEmpty())
        .map(PurchaseShare::amount)
        .reduce(data.own(), Amount::minus);
  }
}
