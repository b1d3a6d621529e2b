package tally.money;

import java.math.BigInteger;

/// Which way a division that does not come out even is settled. Whoever divides names it and
/// answers the remainder.
public enum Rounding {
  DOWN,
  UP;

  BigInteger[] divide(BigInteger dividend, BigInteger divisor) {
    var parts = dividend.divideAndRemainder(divisor);
    if (this == UP && parts[1].signum() > 0) {
      return new BigInteger[] {parts[0].add(BigInteger.ONE), divisor.subtract(parts[1])};
    }
    return parts;
  }
}
