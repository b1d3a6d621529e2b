package tally.gateway.fake;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import tally.gateway.fake.BankThings.BankDispute;
import tally.gateway.fake.BankThings.BankPayment;
import tally.gateway.fake.BankThings.BankPayout;
import tally.gateway.fake.BankThings.BankRefund;
import tally.money.Amount;
import tally.money.Asset;
import tally.payment.port.Gateway.DisputeStatus;
import tally.payment.port.Gateway.PayoutStatus;
import tally.payment.port.Gateway.RefundStatus;
import tally.payment.port.Gateway.Status;

/// The fake bank's rules. Every act goes through `BankRecords.whole`, under one lock.
final class BankBooks {

  static final Amount DISPUTE_FEE = Amount.of(Asset.of("USD/2"), 1500);
  private static final Duration ANSWER_WITHIN = Duration.ofDays(7);

  private final BankRecords records;

  BankBooks(BankRecords records) {
    this.records = records;
  }

  /// The bank's no: an HTTP status and a stable code. Nothing was done.
  static final class No extends RuntimeException {
    private static final long serialVersionUID = 1;
    final int status;
    final String code;

    No(int status, String code, String text) {
      super(text);
      this.status = status;
      this.code = code;
    }
  }

  BankPayment make(
      String reference,
      String customer,
      Amount amount,
      boolean manual,
      Optional<String> method,
      URI returnTo,
      String description) {
    if (records.referred(reference).isPresent()) {
      throw new No(400, "reference_used", "this reference names another payment");
    }
    FakeWire.check(amount)
        .ifPresent(text -> {
          throw new No(400, "amount_out_of_bounds", text);
        });
    var zero = Amount.zero(amount.asset());
    var status = method.isPresent() ? Status.OPEN : Status.ACTION_REQUIRED;
    var made =
        new BankPayment(
            BankRecords.id("pay"),
            reference,
            customer,
            amount,
            manual,
            method,
            returnTo,
            description,
            status,
            zero,
            zero,
            false,
            0,
            records.now());
    records.keep(made);
    return made;
  }

  /// The payer says yes, on the page or by a saved method. Money moves here.
  BankPayment pay(String id, boolean secured) {
    var payment = need(id);
    if (payment.status() != Status.OPEN && payment.status() != Status.ACTION_REQUIRED) {
      return payment;
    }
    return switch (Behaviour.of(payment.amount())) {
      case DECLINED ->
          settle(
              payment.to(Status.DECLINED, payment.captured(), records.now()), "payment.declined");
      case SECURE_STEP -> secured ? taken(payment.secured(true)) : stepUp(payment);
      case UNKNOWN -> taken(payment.blind(2));
      case WELL,
          DISPUTED,
          DOUBLED,
          REORDERED,
          LATE,
          REFUND_FAILS,
          REFUND_UNKNOWN,
          REFUND_PENDING,
          PREPARE_LOST ->
          taken(payment);
    };
  }

  BankPayment capture(String id, Amount amount) {
    var payment = need(id);
    if (payment.status() != Status.AUTHORIZED
        || payment.amount().isLessThan(amount)
        || amount.isZero()) {
      throw new No(400, "not_capturable", "status " + payment.status() + ", asked for " + amount);
    }
    return captured(payment, amount);
  }

  BankPayment cancel(String id) {
    var payment = need(id);
    return switch (payment.status()) {
      case OPEN, ACTION_REQUIRED, PENDING, AUTHORIZED ->
          settle(
              payment.to(Status.CANCELLED, payment.captured(), records.now()), "payment.cancelled");
      case CANCELLED -> payment;
      case CAPTURED, DECLINED, EXPIRED, RETURNED ->
          throw new No(400, "not_cancellable", "status " + payment.status());
    };
  }

  /// The payer's bank takes the money back, outside a dispute.
  BankPayment takeBack(String id) {
    var payment = need(id);
    if (payment.status() != Status.CAPTURED) {
      throw new No(400, "not_captured", "status " + payment.status());
    }
    records.line("return", payment.id(), payment.captured(), false);
    return settle(
        payment.to(Status.RETURNED, payment.captured(), records.now()), "payment.returned");
  }

  /// Finds as a caller from outside would: what is blind is not found, so many times.
  Optional<BankPayment> look(String id, boolean byReference) {
    var found = byReference ? records.referred(id) : records.find(BankPayment.class, id);
    if (found.isPresent() && found.get().blind() > 0) {
      records.keep(found.get().blind(found.get().blind() - 1));
      throw new No(404, "not_found_yet", "this may still appear");
    }
    return found;
  }

  BankRefund refund(String id, Amount amount, String reference, String reason) {
    var payment = need(id);
    if (payment.status() != Status.CAPTURED) {
      throw new No(400, "not_captured", "status " + payment.status());
    }
    if (disputes().anyMatch(d -> d.payment().equals(id) && d.withdrawn())) {
      throw new No(400, "charge_disputed", "this payment is disputed");
    }
    var left = payment.captured().minus(payment.refunded());
    if (!amount.asset().equals(left.asset()) || amount.isZero() || left.isLessThan(amount)) {
      throw new No(400, "refund_too_large", left + " is left; this asks for " + amount);
    }
    var behaviour = Behaviour.ofRefund(amount, payment.amount());
    boolean waits = behaviour == Behaviour.REFUND_PENDING;
    var status = waits ? RefundStatus.PENDING : RefundStatus.COMPLETED;
    var refund =
        new BankRefund(
            BankRecords.id("ref"), id, reference, amount, reason, status, "", records.now());
    records.line("refund", refund.id(), amount, false);
    records.keep(payment.refunded(payment.refunded().plus(amount)));
    records.keep(refund);
    records.tell("refund.created", "REFUND", refund.id(), payment.amount());
    if (waits) {
      records.later("complete-refund", refund.id());
    }
    if (behaviour == Behaviour.REFUND_FAILS) {
      records.later("fail-refund", refund.id());
    }
    return refund;
  }

  BankDispute dispute(String id, Optional<Amount> part) {
    var payment = need(id);
    if (payment.status() != Status.CAPTURED) {
      throw new No(400, "not_captured", "status " + payment.status());
    }
    var amount = part.orElse(payment.captured());
    var time = records.now();
    var dispute =
        new BankDispute(
            BankRecords.id("dis"),
            id,
            amount,
            DISPUTE_FEE,
            DisputeStatus.OPENED,
            true,
            "fraudulent",
            time.plus(ANSWER_WITHIN),
            time);
    withdraw(dispute);
    records.keep(dispute);
    records.tell("dispute.opened", "DISPUTE", dispute.id(), payment.amount());
    return dispute;
  }

  BankDispute contest(String id) {
    var dispute = needDispute(id);
    if (dispute.status() != DisputeStatus.OPENED) {
      throw new No(400, "not_contestable", "status " + dispute.status());
    }
    return settle(dispute.to(DisputeStatus.CONTESTED, true, records.now()), "dispute.contested");
  }

  BankDispute accept(String id) {
    var dispute = needDispute(id);
    if (dispute.status() != DisputeStatus.OPENED) {
      throw new No(400, "not_acceptable", "status " + dispute.status());
    }
    return settle(dispute.to(DisputeStatus.ACCEPTED, true, records.now()), "dispute.accepted");
  }

  /// The card scheme decides. A win gives the amount back, and keeps the fee.
  BankDispute decide(String id, boolean won) {
    var dispute = needDispute(id);
    if (dispute.status() != DisputeStatus.OPENED && dispute.status() != DisputeStatus.CONTESTED) {
      throw new No(400, "decided", "status " + dispute.status());
    }
    if (won) {
      records.line("dispute_reversal", id, dispute.amount(), true);
    }
    var next = dispute.to(won ? DisputeStatus.WON : DisputeStatus.LOST, !won, records.now());
    return settle(next, won ? "dispute.won" : "dispute.lost");
  }

  /// What was won is claimed once more.
  BankDispute reopen(String id) {
    var dispute = needDispute(id);
    if (dispute.status() != DisputeStatus.WON) {
      throw new No(400, "not_won", "status " + dispute.status());
    }
    withdraw(dispute);
    return settle(dispute.to(DisputeStatus.OPENED, true, records.now()), "dispute.reopened");
  }

  BankPayout payout(String beneficiary, Amount amount, String reference) {
    if (payouts().anyMatch(p -> p.reference().equals(reference))) {
      throw new No(400, "reference_used", "this reference names another payout");
    }
    var due = records.balance().getOrDefault(amount.asset(), BigInteger.ZERO);
    if (amount.isZero() || due.compareTo(amount.units()) < 0) {
      throw new No(400, "balance_too_low", "asked for " + amount);
    }
    var payout =
        new BankPayout(
            BankRecords.id("out"),
            reference,
            beneficiary,
            amount,
            PayoutStatus.SENT,
            records.now());
    records.line("payout", payout.id(), amount, false);
    records.keep(payout);
    records.tell("payout.sent", "PAYOUT", payout.id(), amount);
    records.later("pay-out", payout.id());
    return payout;
  }

  BankPayout cancelPayout(String id) {
    var payout =
        payouts().filter(p -> p.id().equals(id)).findFirst().orElseThrow(BankBooks::nowhere);
    if (payout.status() != PayoutStatus.SENT) {
      throw new No(400, "not_cancellable", "status " + payout.status());
    }
    records.line("payout_cancel", id, payout.amount(), true);
    var next = payout.to(PayoutStatus.CANCELLED, records.now());
    records.keep(next);
    records.tell("payout.cancelled", "PAYOUT", id, payout.amount());
    return next;
  }

  /// What the bank does by itself, once its time has come; answers false where nothing was due.
  boolean act() {
    var due = records.due();
    if (due.isEmpty()) {
      return false;
    }
    var timer = due.get();
    records.keep(timer.over());
    switch (timer.act()) {
      case "dispute" -> dispute(timer.object(), Optional.empty());
      case "complete-refund" -> finish(timer.object(), RefundStatus.COMPLETED, "");
      case "fail-refund" -> finish(timer.object(), RefundStatus.FAILED, "expired_or_canceled_card");
      case "pay-out" -> paid(timer.object());
      default -> throw new IllegalStateException("a timer for " + timer.act());
    }
    return true;
  }

  private void finish(String id, RefundStatus status, String why) {
    var refund = refunds().filter(r -> r.id().equals(id)).findFirst().orElseThrow();
    var payment = need(refund.payment());
    if (status == RefundStatus.FAILED) {
      records.line("refund_failure", id, refund.amount(), true);
      records.keep(payment.refunded(payment.refunded().minus(refund.amount())));
    }
    records.keep(refund.to(status, why, records.now()));
    records.tell("refund.updated", "REFUND", id, payment.amount());
  }

  private void paid(String id) {
    var payout = payouts().filter(p -> p.id().equals(id)).findFirst().orElseThrow();
    if (payout.status() == PayoutStatus.SENT) {
      records.keep(payout.to(PayoutStatus.PAID, records.now()));
      records.tell("payout.paid", "PAYOUT", id, payout.amount());
    }
  }

  private BankPayment stepUp(BankPayment payment) {
    var next = payment.to(Status.ACTION_REQUIRED, payment.captured(), records.now());
    records.keep(next);
    return next;
  }

  private BankPayment taken(BankPayment payment) {
    return payment.manual()
        ? settle(
            payment.to(Status.AUTHORIZED, payment.captured(), records.now()), "payment.authorized")
        : captured(payment, payment.amount());
  }

  private BankPayment captured(BankPayment payment, Amount amount) {
    records.line("charge", payment.id(), amount, true);
    var next = payment.to(Status.CAPTURED, amount, records.now());
    if (Behaviour.of(payment.amount()) == Behaviour.REORDERED) {
      records.tell("payment.processing", "PAYMENT", payment.id(), payment.amount());
    }
    settle(next, "payment.captured");
    if (Behaviour.of(payment.amount()) == Behaviour.DISPUTED) {
      records.later("dispute", payment.id());
    }
    return next;
  }

  private BankPayment settle(BankPayment next, String type) {
    records.keep(next);
    if (Behaviour.of(next.amount()) != Behaviour.UNKNOWN || next.status() == Status.RETURNED) {
      records.tell(type, "PAYMENT", next.id(), next.amount());
    }
    return next;
  }

  private BankDispute settle(BankDispute next, String type) {
    records.keep(next);
    records.tell(type, "DISPUTE", next.id(), need(next.payment()).amount());
    return next;
  }

  private void withdraw(BankDispute dispute) {
    records.line("dispute", dispute.id(), dispute.amount(), false);
    records.line("dispute_fee", dispute.id(), dispute.fee(), false);
  }

  /// The merchant pays in money of his own.
  void deposit(Amount amount) {
    records.line("deposit", "merchant", amount, true);
  }

  private Stream<BankRefund> refunds() {
    return records.list(BankRefund.class).stream();
  }

  private Stream<BankDispute> disputes() {
    return records.list(BankDispute.class).stream();
  }

  private Stream<BankPayout> payouts() {
    return records.list(BankPayout.class).stream();
  }

  private BankPayment need(String id) {
    return records.find(BankPayment.class, id).orElseThrow(BankBooks::nowhere);
  }

  private BankDispute needDispute(String id) {
    return records.find(BankDispute.class, id).orElseThrow(BankBooks::nowhere);
  }

  static No nowhere() {
    return new No(404, "not_found", "the bank does not know this");
  }
}
