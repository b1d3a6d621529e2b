package tally.gateway.fake;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import tally.money.Amount;
import tally.payment.port.Gateway.DisputeStatus;
import tally.payment.port.Gateway.PayoutStatus;
import tally.payment.port.Gateway.RefundStatus;
import tally.payment.port.Gateway.Status;

/// What the fake bank keeps: each a line in its journal, the last line of an id counts.
sealed interface BankThings {

  String id();

  /// @param blind how many look-ups will still not find it
  record BankPayment(
      String id,
      String reference,
      String customer,
      Amount amount,
      boolean manual,
      Optional<String> method,
      URI returnTo,
      String description,
      Status status,
      Amount captured,
      Amount refunded,
      boolean secured,
      int blind,
      Instant at)
      implements BankThings {

    BankPayment to(Status next, Amount taken, Instant time) {
      return new BankPayment(
          id,
          reference,
          customer,
          amount,
          manual,
          method,
          returnTo,
          description,
          next,
          taken,
          refunded,
          secured,
          blind,
          time);
    }

    BankPayment refunded(Amount sum) {
      return new BankPayment(
          id,
          reference,
          customer,
          amount,
          manual,
          method,
          returnTo,
          description,
          status,
          captured,
          sum,
          secured,
          blind,
          at);
    }

    BankPayment secured(boolean now) {
      return new BankPayment(
          id,
          reference,
          customer,
          amount,
          manual,
          method,
          returnTo,
          description,
          status,
          captured,
          refunded,
          now,
          blind,
          at);
    }

    BankPayment blind(int looks) {
      return new BankPayment(
          id,
          reference,
          customer,
          amount,
          manual,
          method,
          returnTo,
          description,
          status,
          captured,
          refunded,
          secured,
          looks,
          at);
    }
  }

  record BankRefund(
      String id,
      String payment,
      String reference,
      Amount amount,
      String reason,
      RefundStatus status,
      String failure,
      Instant at)
      implements BankThings {
    BankRefund to(RefundStatus next, String why, Instant time) {
      return new BankRefund(id, payment, reference, amount, reason, next, why, time);
    }
  }

  record BankDispute(
      String id,
      String payment,
      Amount amount,
      Amount fee,
      DisputeStatus status,
      boolean withdrawn,
      String reason,
      Instant answerBy,
      Instant at)
      implements BankThings {
    BankDispute to(DisputeStatus next, boolean kept, Instant time) {
      return new BankDispute(id, payment, amount, fee, next, kept, reason, answerBy, time);
    }
  }

  record BankPayout(
      String id,
      String reference,
      String beneficiary,
      Amount amount,
      PayoutStatus status,
      Instant at)
      implements BankThings {
    BankPayout to(PayoutStatus next, Instant time) {
      return new BankPayout(id, reference, beneficiary, amount, next, time);
    }
  }

  /// One line of the merchant's account; `credit` raises what we owe the merchant.
  record BankLine(
      String id, String kind, String source, Amount gross, Amount fee, boolean credit, Instant at)
      implements BankThings {}

  /// @param copies how many deliveries are still owed
  record BankEvent(
      String id, String type, String about, String object, Instant at, Instant sendAt, int copies)
      implements BankThings {
    BankEvent owed(int left) {
      return new BankEvent(id, type, about, object, at, sendAt, left);
    }
  }

  /// Something that the bank will do by itself.
  record BankTimer(String id, String act, String object, Instant due, boolean done)
      implements BankThings {
    BankTimer over() {
      return new BankTimer(id, act, object, due, true);
    }
  }

  /// The first answer to an idempotency key.
  record BankKey(String id, String content, int status, String body, Instant at)
      implements BankThings {}
}
