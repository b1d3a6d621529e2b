package tally.metering;

import java.math.BigInteger;
import tally.money.Amount;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Rounding;

/// How a service is charged.
///
/// @param portion after how much the buyer pays again, at the latest
/// @param lagMax how much a seller serves beyond what is paid, before he suspends
public record Tariff(Price price, Quantity portion, Quantity lagMax) {
  public Tariff {
    if (portion.count() == 0 || lagMax.isLessThan(portion)) {
      throw new IllegalArgumentException(
          "a tariff needs a portion, and a lag of at least one portion");
    }
  }

  /// The charge for all that was counted so far, rounded down. It is always computed on the total,
  /// never summed over portions, so that rounding takes less than one unit of the asset in all.
  public Amount due(Quantity total) {
    return price.of(total, Rounding.DOWN).amount();
  }

  /// Up to where a seller serves: what the paid sum buys, and the lag; at most `Long.MAX_VALUE`.
  public Quantity ceiling(Amount paid) {
    return sum(price.buys(paid), lagMax);
  }

  /// Whether who pays what is due is always served on: a lag is worth at least one unit of the
  /// asset, or the service is free. Otherwise the buyer would owe nothing yet where the seller
  /// already stops.
  public boolean isPayable() {
    var amount = price.amount().units();
    var lag = amount.multiply(BigInteger.valueOf(lagMax.count() - 1)).add(BigInteger.ONE);
    return amount.signum() == 0 || lag.compareTo(BigInteger.valueOf(price.per().count())) >= 0;
  }

  static Quantity sum(Quantity one, Quantity other) {
    long room = Long.MAX_VALUE - one.count();
    return room < other.lessAtMost(Quantity.zero(one.unit())).count()
        ? new Quantity(one.unit(), Long.MAX_VALUE)
        : one.plus(other);
  }
}
