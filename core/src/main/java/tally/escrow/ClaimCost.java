package tally.escrow;

import java.math.BigInteger;
import java.util.Optional;
import tally.custody.port.Encoding.Fee;

/// What a claim costs, in the token that it brings. Pure.
///
/// @param unitsPerCoin what one coin of the network, 10^18 of its smallest units, is worth in units
///   of the token; zero where nobody said so
public record ClaimCost(BigInteger unitsPerCoin) {

  public static final ClaimCost UNKNOWN = new ClaimCost(BigInteger.ZERO);

  /// Units of work of one row that is claimed alone, and of its share in the payout; measured on
  /// the protocol's contract.
  static final BigInteger WORK = BigInteger.valueOf(65_000);

  private static final BigInteger COIN = BigInteger.TEN.pow(18);

  public ClaimCost {
    if (unitsPerCoin.signum() < 0) {
      throw new IllegalArgumentException("a coin is worth zero or more: " + unitsPerCoin);
    }
  }

  /// At this fee, rounded up; empty where the coin's worth is not known.
  public Optional<BigInteger> at(Fee fee) {
    if (unitsPerCoin.signum() == 0) {
      return Optional.empty();
    }
    var parts = fee.maxFee().multiply(WORK).multiply(unitsPerCoin).divideAndRemainder(COIN);
    return Optional.of(parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE));
  }
}
