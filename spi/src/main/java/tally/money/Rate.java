package tally.money;

import java.math.BigInteger;

/// How many units of one asset stand for how many of another, as an exact ratio of units.
///
/// @param numerator units of `to` for each `denominator` units of `from`
public record Rate(Asset from, Asset to, BigInteger numerator, BigInteger denominator) {

  public Rate {
    if (numerator.signum() <= 0 || denominator.signum() <= 0) {
      throw new ArithmeticException("a rate is above zero");
    }
  }

  /// One whole for one whole, whatever the two scales are.
  public static Rate wholeForWhole(Asset from, Asset to) {
    return new Rate(from, to, BigInteger.TEN.pow(to.scale()), BigInteger.TEN.pow(from.scale()));
  }

  /// The converted amount.
  ///
  /// @param remainder what the rounding took (down) or added (up), in 1/`denominator` parts of a
  ///   unit of `to`
  public record Converted(Amount amount, BigInteger remainder) {}

  public Converted convert(Amount amount, Rounding rounding) {
    if (!amount.asset().equals(from)) {
      throw new ArithmeticException("this rate is from " + from + ", not " + amount.asset());
    }
    var parts = rounding.divide(amount.units().multiply(numerator), denominator);
    return new Converted(new Amount(to, parts[0]), parts[1]);
  }

  public Rate inverse() {
    return new Rate(to, from, denominator, numerator);
  }
}
