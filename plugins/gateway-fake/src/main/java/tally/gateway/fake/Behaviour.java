package tally.gateway.fake;

import java.math.BigInteger;
import tally.money.Amount;

/// How the fake bank behaves, chosen by the first two decimals of the amount. A refund behaves by
/// its own amount, or else by its payment's. Assets without decimals always behave well.
enum Behaviour {
  /// Any other amount: all goes well.
  WELL(-1),
  /// `x.03`: the pay page is followed by a 3-D Secure page.
  SECURE_STEP(3),
  /// `x.05`: declined.
  DECLINED(5),
  /// `x.06`: captured, and disputed by itself soon after.
  DISPUTED(6),
  /// `x.07`: captured, but the answer is lost, no webhook tells it, and the first two look-ups do
  /// not find it.
  UNKNOWN(7),
  /// `x.08`: each webhook comes twice.
  DOUBLED(8),
  /// `x.09`: the webhook of success comes before that of processing.
  REORDERED(9),
  /// `x.10`: webhooks come some seconds late.
  LATE(10),
  /// `x.11`: a refund completes, and fails after all.
  REFUND_FAILS(11),
  /// `x.12`: a refund happens, but its answer is lost.
  REFUND_UNKNOWN(12),
  /// `x.13`: a refund is pending first, then completes.
  REFUND_PENDING(13),
  /// `x.14`: the payment is made, but the answer to its making is lost.
  PREPARE_LOST(14);

  private static final BigInteger HUNDRED = BigInteger.valueOf(100);
  private final int decimals;

  Behaviour(int decimals) {
    this.decimals = decimals;
  }

  static Behaviour of(Amount amount) {
    int scale = amount.asset().scale();
    if (scale < 2) {
      return WELL;
    }
    int ending = amount.units().divide(BigInteger.TEN.pow(scale - 2)).mod(HUNDRED).intValue();
    for (var behaviour : values()) {
      if (behaviour.decimals == ending) {
        return behaviour;
      }
    }
    return WELL;
  }

  static Behaviour ofRefund(Amount refund, Amount payment) {
    var own = of(refund);
    return switch (own) {
      case REFUND_FAILS, REFUND_UNKNOWN, REFUND_PENDING -> own;
      case WELL, SECURE_STEP, DECLINED, DISPUTED, UNKNOWN, DOUBLED, REORDERED, LATE, PREPARE_LOST ->
          of(payment);
    };
  }
}
