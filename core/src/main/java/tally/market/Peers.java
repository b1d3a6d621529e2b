package tally.market;

import java.math.BigInteger;
import tally.delivery.DeliveryId;
import tally.delivery.port.Adapter.Access;
import tally.money.Quantity;
import tally.money.Refusal;
import tally.x402.ChannelConfig;
import tally.x402.Voucher;

/// What a buyer's node says to a provider's node. Each call may be repeated; an unreachable peer
/// throws `Unreachable`.
public interface Peers {

  sealed interface Admission {
    record Admitted(Access access) implements Admission {}

    record Refused(String code, String text) implements Admission, Refusal {}
  }

  /// Asks for access. `proof` is a voucher on the channel, of 0 or the last one signed: only its
  /// signer can make one.
  Admission ask(Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher proof);

  sealed interface Payment {
    /// @param claimed what the seller counts
    record Taken(Quantity claimed) implements Payment {}

    /// @param code the seller's refusal
    /// @param charged what the seller holds vouchers for
    record Refused(String code, String text, BigInteger charged) implements Payment, Refusal {}
  }

  /// Hands over a voucher for a running delivery.
  Payment pay(Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher voucher);

  /// Ends the delivery; the seller settles and gives back the rest. Answers the seller's own count.
  Quantity finish(Offering offering, DeliveryId delivery);

  final class Unreachable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Unreachable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
