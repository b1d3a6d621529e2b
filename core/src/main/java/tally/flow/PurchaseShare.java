package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tally.ledger.Account;
import tally.ledger.LotId;
import tally.money.Amount;

/// So many tokens of a purchase, and where they came from. Shares are kept in the order in which
/// they are spent: the person's own first, then the oldest lot. What comes back is therefore the
/// youngest first, as the vault has it, whose locked power stays locked until what is free is gone.
record PurchaseShare(Source source, Amount amount) {

  sealed interface Source {

    /// Matured before, so that no payment's fate reaches it.
    record Own() implements Source {}

    record OfLot(LotId lot) implements Source {}
  }

  static PurchaseShare own(Amount amount) {
    return new PurchaseShare(new Source.Own(), amount);
  }

  static PurchaseShare of(LotId lot, Amount amount) {
    return new PurchaseShare(new Source.OfLot(lot), amount);
  }

  /// The lot, where it is of one.
  Optional<LotId> lot() {
    return switch (source) {
      case Source.Own() -> Optional.empty();
      case Source.OfLot(var lot) -> Optional.of(lot);
    };
  }

  /// Where it lies while it is in the vault.
  Account power(Purchase.Data purchase) {
    return switch (source) {
      case Source.Own() -> new Account.Spending(purchase.buyer(), purchase.channel());
      case Source.OfLot(var lot) -> new Account.Power(purchase.buyer(), lot);
    };
  }

  /// Where it lies while it is in the channel.
  Account locked(Purchase.Data purchase) {
    return switch (source) {
      case Source.Own() -> new Account.LockedOwn(purchase.buyer(), purchase.channel());
      case Source.OfLot(var lot) -> new Account.Locked(purchase.buyer(), lot, purchase.channel());
    };
  }

  private PurchaseShare with(BigInteger units) {
    return new PurchaseShare(source, new Amount(amount.asset(), units));
  }

  /// The shares without the first `skip` units.
  static List<PurchaseShare> after(List<PurchaseShare> shares, BigInteger skip) {
    var left = skip;
    var out = new ArrayList<PurchaseShare>();
    for (var share : shares) {
      var cut = left.min(share.amount().units());
      left = left.subtract(cut);
      if (cut.compareTo(share.amount().units()) < 0) {
        out.add(share.with(share.amount().units().subtract(cut)));
      }
    }
    return out;
  }

  /// The first `sum` units of them; throws where they do not hold so many.
  static List<PurchaseShare> spread(BigInteger sum, List<PurchaseShare> shares) {
    var left = sum;
    var out = new ArrayList<PurchaseShare>();
    for (var share : shares) {
      var take = left.min(share.amount().units());
      if (take.signum() > 0) {
        out.add(share.with(take));
        left = left.subtract(take);
      }
    }
    if (left.signum() != 0) {
      throw new IllegalStateException("the shares do not hold " + sum + ": " + left + " too much");
    }
    return out;
  }
}
