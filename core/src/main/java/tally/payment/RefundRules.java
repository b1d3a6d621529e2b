package tally.payment;

import java.time.Instant;
import java.util.Optional;
import tally.money.Amount;
import tally.payment.port.Gateway;

/// Whether money of a payment may go back, and how much of it is left.
final class RefundRules {

  private final Refunds.Store refunds;
  private final Disputes.Store disputes;
  private final Gateways gateways;

  RefundRules(Refunds.Store refunds, Disputes.Store disputes, Gateways gateways) {
    this.refunds = refunds;
    this.disputes = disputes;
    this.gateways = gateways;
  }

  /// Our no, or the gateway's, with its stable code.
  record No(String code, String text) {}

  /// Why this refund may not be made, where it may not.
  Optional<No> refusal(Refund.Order order, Payment payment, Instant now) {
    var standing = standing(payment);
    if (standing.isPresent()) {
      return standing;
    }
    var facts = gateways.need(payment.order().gateway()).facts();
    if (!facts.features().contains(Gateway.Feature.REFUND)) {
      return Optional.of(
          new No("refund_not_supported", payment.order().gateway() + " takes no refunds."));
    }
    if (payment instanceof Payment.Captured c && now.isAfter(c.at().plus(facts.refundWindow()))) {
      return Optional.of(
          new No("refund_window_over", "Refunds are taken for " + facts.refundWindow() + " only."));
    }
    if (!order.amount().asset().equals(payment.order().amount().asset())) {
      return Optional.of(
          new No(
              "refund_asset_differs",
              "The payment was in " + payment.order().amount().asset() + "."));
    }
    if (order.amount().isZero()) {
      return Optional.of(new No("refund_amount_zero", "A refund is above zero."));
    }
    var left = remaining(payment);
    boolean partial = facts.features().contains(Gateway.Feature.PARTIAL_REFUND);
    if (left.isLessThan(order.amount())
        || (!partial && order.amount().isLessThan(payment.order().amount()))) {
      return Optional.of(
          new No(
              "refund_exceeds_remaining",
              left + " of this payment can be refunded; this asks for " + order.amount() + "."));
    }
    return Optional.empty();
  }

  /// Whether the payment stands so that money of it may go back at all.
  Optional<No> standing(Payment payment) {
    var order = payment.order();
    return switch (payment) {
      case Payment.Unknown _ ->
          Optional.of(
              new No("payment_unknown", "It is not yet known whether this payment was made."));
      case Payment.Captured _ ->
          disputes.of(order.tenant(), order.id()).stream().anyMatch(Dispute::claiming)
              ? Optional.of(
                  new No("payment_disputed", "The payer's bank is claiming this payment back."))
              : Optional.empty();
      case Payment.Requested _, Payment.ActionRequired _, Payment.Pending _, Payment.Authorized _ ->
          Optional.of(new No("payment_not_captured", "This payment was not captured."));
      case Payment.Returned _, Payment.Declined _, Payment.Voided _, Payment.Expired _ ->
          Optional.of(new No("payment_not_captured", "This payment holds no money of the payer."));
    };
  }

  /// Without what was refunded, is on its way, or was lost to a dispute.
  Amount remaining(Payment payment) {
    var order = payment.order();
    if (!(payment instanceof Payment.Captured captured)) {
      return Amount.zero(order.amount().asset());
    }
    var left = captured.captured();
    for (var refund : refunds.of(order.tenant(), order.id())) {
      if (!(refund instanceof Refund.Failed)) {
        left = left.lessAtMost(refund.order().amount());
      }
    }
    for (var dispute : disputes.of(order.tenant(), order.id())) {
      if (dispute.taken() && dispute.about().amount().asset().equals(left.asset())) {
        left = left.lessAtMost(dispute.about().amount());
      }
    }
    return left;
  }
}
