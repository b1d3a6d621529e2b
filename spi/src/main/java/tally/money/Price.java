package tally.money;

import java.math.BigInteger;

/// An amount for a quantity: `0.10 USD` for `1073741824 bytes`.
public record Price(Amount amount, Quantity per) {

  public Price {
    if (per.count() == 0) {
      throw new ArithmeticException("a price is for more than nothing");
    }
  }

  /// What a quantity costs.
  ///
  /// @param remainder what the rounding took (down) or added (up), in 1/`per.count()` parts of a
  ///   unit
  public record Cost(Amount amount, BigInteger remainder) {}

  public Cost of(Quantity quantity, Rounding rounding) {
    same(quantity);
    var parts =
        rounding.divide(
            amount.units().multiply(BigInteger.valueOf(quantity.count())),
            BigInteger.valueOf(per.count()));
    return new Cost(new Amount(amount.asset(), parts[0]), parts[1]);
  }

  /// The most that a sum buys, rounded down; at most `Long.MAX_VALUE`, also where the service is
  /// free.
  public Quantity buys(Amount sum) {
    sum.compareTo(amount);
    if (amount.isZero()) {
      return new Quantity(per.unit(), Long.MAX_VALUE);
    }
    var count = sum.units().multiply(BigInteger.valueOf(per.count())).divide(amount.units());
    return new Quantity(per.unit(), count.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue());
  }

  private void same(Quantity quantity) {
    quantity.compareTo(per);
  }
}
