package tally.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/// So many units of one asset; never negative, since direction belongs to the posting.
///
/// @param units 0 up to 78 digits, which holds every unsigned 256-bit number
public record Amount(Asset asset, BigInteger units) implements Comparable<Amount> {

  public static final int DIGITS_MAX = 78;
  private static final BigInteger LIMIT = BigInteger.TEN.pow(DIGITS_MAX);
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,200}(\\.[0-9]{1,200})?");

  public Amount {
    if (units.signum() < 0) {
      throw new ArithmeticException("an amount is never negative: " + units + " " + asset);
    }
    if (units.compareTo(LIMIT) >= 0) {
      throw new ArithmeticException("an amount has at most " + DIGITS_MAX + " digits");
    }
  }

  public static Amount of(Asset asset, long units) {
    return new Amount(asset, BigInteger.valueOf(units));
  }

  public static Amount zero(Asset asset) {
    return new Amount(asset, BigInteger.ZERO);
  }

  /// What a person or a program wrote, as a decimal number of wholes: `25.00`.
  public sealed interface Parsed {
    record Good(Amount amount) implements Parsed {}

    /// Codes: `amount_malformed`, `amount_negative`, `amount_zero`, `amount_too_precise`,
    /// `amount_too_large`.
    record Bad(String code, String text) implements Parsed, Refusal {}
  }

  /// Reads a positive decimal. Refuses what is not a plain decimal, negative, zero, finer than the
  /// asset's scale, or above 78 digits.
  public static Parsed parse(Asset asset, String decimal) {
    if (!DECIMAL.matcher(decimal).matches()) {
      return new Parsed.Bad(
          "amount_malformed", "An amount is a plain decimal number, such as 25.00.");
    }
    var value = new BigDecimal(decimal);
    if (value.signum() < 0) {
      return new Parsed.Bad("amount_negative", "An amount is above zero; this is " + decimal + ".");
    }
    if (value.signum() == 0) {
      return new Parsed.Bad("amount_zero", "An amount is above zero.");
    }
    if (value.stripTrailingZeros().scale() > asset.scale()) {
      return new Parsed.Bad(
          "amount_too_precise",
          asset.code() + " has " + asset.scale() + " decimal places; this has more.");
    }
    var units = value.setScale(asset.scale()).unscaledValue();
    if (units.compareTo(LIMIT) >= 0) {
      return new Parsed.Bad("amount_too_large", "An amount has at most " + DIGITS_MAX + " digits.");
    }
    return new Parsed.Good(new Amount(asset, units));
  }

  public Amount plus(Amount other) {
    return new Amount(same(other), units.add(other.units));
  }

  /// The difference; throws where it would be negative, so compare first.
  public Amount minus(Amount other) {
    return new Amount(same(other), units.subtract(other.units));
  }

  /// The difference, or zero where the other is larger.
  public Amount lessAtMost(Amount other) {
    return isLessThan(other) ? zero(asset) : minus(other);
  }

  public Amount min(Amount other) {
    return isLessThan(other) ? this : other;
  }

  public boolean isZero() {
    return units.signum() == 0;
  }

  public boolean isLessThan(Amount other) {
    return compareTo(other) < 0;
  }

  /// The amount in wholes with all its decimal places: `25.00`.
  public String decimal() {
    return new BigDecimal(units, asset.scale()).toPlainString();
  }

  @Override
  public int compareTo(Amount other) {
    same(other);
    return units.compareTo(other.units);
  }

  @Override
  public String toString() {
    return decimal() + " " + asset.code();
  }

  private Asset same(Amount other) {
    if (!asset.equals(other.asset)) {
      throw new ArithmeticException("two assets: " + asset + " and " + other.asset);
    }
    return asset;
  }
}
