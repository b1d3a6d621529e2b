package tally.x402;

import java.math.BigInteger;
import java.util.Optional;

/// How much a payer puts into a channel at once: what the seller asks for, else a multiple of one
/// payment. Source: the official client, version 2.27.
///
/// @param multiplier payments that one deposit covers where the seller asks for none; at least 3
public record DepositSizing(int multiplier) {

  public static final DepositSizing OFFICIAL = new DepositSizing(5);
  private static final int DIGITS_MAX = 39;

  public DepositSizing {
    if (multiplier < 3) {
      throw new IllegalArgumentException("a deposit covers at least 3 payments: " + multiplier);
    }
  }

  /// The deposit in units of the token; empty where what is needed is above the cap.
  ///
  /// @param amount what one payment costs
  /// @param needed what the channel lacks for this payment
  /// @param depositMin `extra.minDeposit`, as it was written; ignored where it is no digit string
  ///   or below `amount`
  /// @param cap the most that the payer deposits at once
  public Optional<BigInteger> deposit(
      BigInteger amount, BigInteger needed, Optional<String> depositMin, Optional<BigInteger> cap) {
    if (cap.isPresent() && needed.compareTo(cap.get()) > 0) {
      return Optional.empty();
    }
    var wished =
        depositMin
            .flatMap(DepositSizing::digits)
            .filter(least -> least.compareTo(amount) >= 0)
            .orElseGet(() -> amount.multiply(BigInteger.valueOf(multiplier)))
            .max(needed);
    return Optional.of(cap.map(wished::min).orElse(wished));
  }

  private static Optional<BigInteger> digits(String text) {
    return text.matches("[0-9]{1," + DIGITS_MAX + "}")
        ? Optional.of(new BigInteger(text))
        : Optional.empty();
  }
}
