package tally.escrow;

import java.util.Optional;
import tally.x402.Codes;
import tally.x402.Voucher;

/// Why a well-signed voucher was not taken, from the channel as it stands. Pure.
final class Verdicts {

  private Verdicts() {}

  /// Empty where the channel has room for it by now, so that trying again is right.
  static Optional<Receipt> of(Channel channel, Voucher voucher) {
    var standing = channel.standing();
    var max = voucher.maxClaimable();
    if (standing.voucher().filter(voucher::equals).isPresent()) {
      return Optional.of(new Receipt.Same(voucher));
    }
    if (max.compareTo(standing.promised()) <= 0) {
      return refused(
          Codes.CUMULATIVE_AMOUNT_MISMATCH,
          "Up to " + standing.promised() + " is promised already; this says " + max + ".",
          standing);
    }
    if (max.compareTo(standing.claimed()) <= 0) {
      return refused(
          Codes.CUMULATIVE_BELOW_CLAIMED,
          standing.claimed() + " is claimed already; this says " + max + ".",
          standing);
    }
    return switch (channel) {
      case Channel.Closing _ ->
          refused(Codes.CHANNEL_BUSY, "The channel is being closed.", standing);
      case Channel.Open _, Channel.Withdrawing _ ->
          max.compareTo(standing.ceiling()) > 0
              ? Optional.of(exceeds(standing, voucher))
              : Optional.empty();
      case Channel.Settled _, Channel.Opening _, Channel.Abandoned _ ->
          Optional.of(exceeds(standing, voucher));
    };
  }

  static Receipt exceeds(Channel.Standing standing, Voucher voucher) {
    return new Receipt.Refused(
        Codes.CUMULATIVE_EXCEEDS_BALANCE,
        "The deposit covers " + standing.ceiling() + "; this says " + voucher.maxClaimable() + ".",
        standing);
  }

  /// Whether a newer look at the chain could change it.
  static boolean mayChange(Receipt receipt) {
    return receipt instanceof Receipt.Refused(var code, _, _)
        && code.equals(Codes.CUMULATIVE_EXCEEDS_BALANCE);
  }

  private static Optional<Receipt> refused(String code, String text, Channel.Standing standing) {
    return Optional.of(new Receipt.Refused(code, text, standing));
  }
}
