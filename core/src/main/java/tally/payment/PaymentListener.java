package tally.payment;

/// Hears, in the same database transaction, that a payment matter moved.
public interface PaymentListener {

  sealed interface Fact {
    record PaymentMoved(Payment payment) implements Fact {}

    record RefundMoved(Refund refund) implements Fact {}

    record DisputeMoved(Dispute dispute) implements Fact {}
  }

  void on(Fact fact);
}
