package tally.treasury;

import java.math.BigInteger;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Rate;
import tally.money.Rounding;

/// What tokens cost: one whole for one whole, less a spread that is 0 by default. Pure.
///
/// @param spread what the processor keeps, in 1/10 000 of what is paid, 0 to 9999
public record Pricing(Asset from, Asset to, int spread) {

  private static final int WHOLE = 10_000;

  public Pricing {
    if (spread < 0 || spread >= WHOLE) {
      throw new IllegalArgumentException("a spread is 0 to 9999: " + spread);
    }
  }

  /// @param fee rounded down, in what is paid
  /// @param remainder what rounding down took from `gets`, in 1/`rate.denominator()` parts of a
  ///   unit
  public record Priced(Amount gets, Amount fee, Rate rate, BigInteger remainder) {}

  public Priced price(Amount pays) {
    if (!pays.asset().equals(from)) {
      throw new IllegalArgumentException("priced is " + from + ", not " + pays.asset());
    }
    var fee =
        new Amount(
            from,
            pays.units().multiply(BigInteger.valueOf(spread)).divide(BigInteger.valueOf(WHOLE)));
    var rate = Rate.wholeForWhole(from, to);
    var converted = rate.convert(pays.minus(fee), Rounding.DOWN);
    return new Priced(converted.amount(), fee, rate, converted.remainder());
  }
}
