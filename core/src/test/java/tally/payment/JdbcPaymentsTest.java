package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.payment.PaymentRoom.order;
import static tally.payment.PaymentRoom.refund;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Tenant;
import tally.payment.port.Gateway;
import tally.payment.port.Gateway.DisputeStatus;
import tally.payment.port.Gateway.RefundStatus;
import tally.payment.port.Gateway.Status;

class JdbcPaymentsTest {

  private final StubGateway gateway = new StubGateway();
  private final PaymentRoom room = new PaymentRoom(gateway, PaymentSettings.normal());

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void the_same_start_again_answers_the_first_payment_and_another_order_throws() {
    var order = order(1000);
    var first = room.payments.start(order);
    assertThat(first).isInstanceOf(Payment.ActionRequired.class);
    assertThat(room.payments.start(order)).isEqualTo(first);
    assertThat(gateway.prepared).hasValue(1);
    var other =
        new Payment.Order(
            order.id(),
            order.tenant(),
            order.payer(),
            "card",
            Amount.of(StubGateway.USD, 2000),
            order.returnTo(),
            "x");
    assertThatThrownBy(() -> room.payments.start(other))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(room.payments.list(Tenant.HOUSE, 10)).containsExactly(first);
    assertThat(room.payments.list(new Tenant("other"), 10)).isEmpty();
  }

  @Test
  void fifty_equal_starts_at_once_make_one_object() throws Exception {
    var order = order(1000);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 50)
              .mapToObj(i -> threads.submit(() -> room.payments.start(order)))
              .toList();
      for (var one : all) {
        assertThat(one.get().order()).isEqualTo(order);
      }
    }
    assertThat(gateway.prepared).hasValue(1);
    assertThat(room.find(order)).isInstanceOf(Payment.ActionRequired.class);
  }

  @Test
  void what_was_provably_not_sent_stays_requested_and_may_be_repeated() {
    var order = order(1000);
    gateway.failure = Optional.of(new Gateway.NotSent("no route"));
    assertThat(room.payments.start(order)).isInstanceOf(Payment.Requested.class);
    gateway.failure = Optional.empty();
    assertThat(room.payments.start(order)).isInstanceOf(Payment.ActionRequired.class);
  }

  @Test
  void a_time_out_is_unknown_until_a_look_up_tells() {
    var order = order(1000);
    gateway.failure = Optional.of(new IllegalStateException("time-out"));
    assertThat(room.payments.start(order)).isInstanceOf(Payment.Unknown.class);
    assertThat(room.payments.start(order)).isInstanceOf(Payment.Unknown.class);
    assertThat(gateway.prepared).hasValue(1);
    assertThat(room.look(order)).isInstanceOf(Payment.Unknown.class);
    gateway.failure = Optional.empty();
    gateway.says(order, Status.CAPTURED);
    assertThat(room.look(order)).isInstanceOf(Payment.Captured.class);
    assertThat(room.look(order)).isInstanceOf(Payment.Captured.class);
    assertThat(room.captures()).isEqualTo(1);
    assertThat(room.history(order.id().value()))
        .containsExactly("Requested", "Unknown", "Captured");
  }

  @Test
  void another_amount_than_ordered_is_withheld_and_a_human_hears_of_it() {
    var order = order(1000);
    room.payments.start(order);
    gateway.says(order, Status.CAPTURED, Amount.of(StubGateway.USD, 999));
    assertThat(room.look(order)).isInstanceOf(Payment.ActionRequired.class);
    room.look(order);
    assertThat(room.codes()).containsExactly("integrity");
    assertThat(room.captures()).isZero();
  }

  @Test
  void money_that_comes_after_the_end_moves_nothing_and_alarms() {
    var order = order(1000);
    room.payments.start(order);
    gateway.says(order, Status.DECLINED);
    room.look(order);
    gateway.says(order, Status.CAPTURED);
    assertThat(room.look(order)).isInstanceOf(Payment.Declined.class);
    assertThat(room.codes()).containsExactly("money_after_end");
  }

  @Test
  void amounts_out_of_bounds_are_refused_before_anything_is_written() {
    assertThat(room.payments.check("card", Amount.of(StubGateway.USD, 49)).orElseThrow().code())
        .isEqualTo("amount_out_of_bounds");
    assertThat(room.payments.check("none", Amount.of(StubGateway.USD, 50)).orElseThrow().code())
        .isEqualTo("gateway_unknown");
    assertThatThrownBy(() -> room.payments.start(order(49)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(room.payments.list(Tenant.HOUSE, 10)).isEmpty();
  }

  @Test
  void a_listener_that_throws_takes_the_move_back() {
    try (var strict =
        new PaymentRoom(
            gateway,
            PaymentSettings.normal(),
            fact -> {
              if (fact instanceof PaymentListener.Fact.PaymentMoved(Payment.Captured _)) {
                throw new IllegalStateException("no");
              }
            })) {
      var order = order(1000);
      strict.payments.start(order);
      gateway.says(order, Status.CAPTURED);
      assertThatThrownBy(() -> strict.look(order)).hasMessage("no");
      assertThat(strict.find(order)).isInstanceOf(Payment.ActionRequired.class);
      assertThat(strict.history(order.id().value())).doesNotContain("Captured");
    }
  }

  @Test
  void refunds_take_no_more_than_is_left_even_at_once() throws Exception {
    var order = captured(1000);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 8)
              .mapToObj(i -> threads.submit(() -> room.refunds.start(refund(order, 300), "p")))
              .toList();
      int done = 0;
      for (var one : all) {
        switch (one.get()) {
          case Refund.Completed _ -> done++;
          case Refund.Failed f -> assertThat(f.code()).isEqualTo("refund_exceeds_remaining");
          case Refund.Requested _, Refund.Approved _, Refund.Sent _, Refund.Unknown _ ->
              throw new AssertionError("not settled");
        }
      }
      assertThat(done).isEqualTo(3);
    }
    assertThat(room.refunds.remaining(order.tenant(), order.id()))
        .isEqualTo(Amount.of(StubGateway.USD, 100));
  }

  @Test
  void a_refund_needs_a_captured_undisputed_payment() {
    var unpaid = order(1000);
    room.payments.start(unpaid);
    assertThat(code(room.refunds.start(refund(unpaid, 100), "p")))
        .isEqualTo("payment_not_captured");
    var paid = captured(1000);
    gateway.says("d1", paid, DisputeStatus.OPENED, paid.amount());
    room.disputes.look("card", "d1");
    assertThat(code(room.refunds.start(refund(paid, 100), "p"))).isEqualTo("payment_disputed");
    assertThat(gateway.refunded).hasValue(0);
  }

  @Test
  void a_refund_of_unknown_outcome_is_found_and_never_issued_twice() {
    var order = captured(1000);
    var back = refund(order, 1000);
    gateway.refundStatus = RefundStatus.PENDING;
    gateway.failure = Optional.of(new IllegalStateException("time-out"));
    assertThat(room.refunds.start(back, "p")).isInstanceOf(Refund.Unknown.class);
    gateway.failure = Optional.empty();
    assertThat(room.refunds.start(back, "p")).isInstanceOf(Refund.Unknown.class);
    assertThat(gateway.refunded).hasValue(1);
    assertThat(code(room.refunds.start(refund(order, 1), "p")))
        .isEqualTo("refund_exceeds_remaining");
    assertThat(room.refunds.look(back.tenant(), back.id()).orElseThrow())
        .isInstanceOf(Refund.Sent.class);
    gateway.refund(back.id(), RefundStatus.COMPLETED);
    assertThat(room.refunds.look(back.tenant(), back.id()).orElseThrow())
        .isInstanceOf(Refund.Completed.class);
    gateway.refund(back.id(), RefundStatus.FAILED);
    assertThat(room.refunds.look("card", "r-" + back.id().value()).orElseThrow())
        .isInstanceOfSatisfying(Refund.Failed.class, f -> assertThat(f.afterCompletion()).isTrue());
    assertThat(room.history(back.id().value()))
        .containsExactly("Requested", "Approved", "Unknown", "Sent", "Completed", "Failed");
  }

  @Test
  void evidence_is_sent_once() {
    var order = captured(1000);
    gateway.says("d1", order, DisputeStatus.OPENED, Amount.of(StubGateway.USD, 400));
    var opened = room.disputes.look("card", "d1").orElseThrow();
    var evidence = Map.of("usage", "receipts");
    var id = opened.about().id();
    assertThat(id).isEqualTo(Dispute.Id.of("card", "d1"));
    assertThat(given(room.disputes.contest(Tenant.HOUSE, id, evidence, "oscar")))
        .isInstanceOf(Dispute.Contested.class);
    assertThat(given(room.disputes.contest(Tenant.HOUSE, id, evidence, "olga")))
        .isInstanceOf(Dispute.Contested.class);
    assertThat(gateway.contested).hasValue(1);
    assertThat(room.disputes.reply(Tenant.HOUSE, id).orElseThrow().by()).isEqualTo("oscar");
    assertThat(code(room.disputes.contest(Tenant.HOUSE, id, Map.of("usage", "other"), "oscar")))
        .isEqualTo("dispute_answered");
    assertThat(code(room.disputes.accept(Tenant.HOUSE, id, "oscar"))).isEqualTo("dispute_answered");
    assertThat(gateway.accepted).hasValue(0);
    gateway.says("d1", order, DisputeStatus.WON, Amount.of(StubGateway.USD, 400));
    room.disputes.look(Tenant.HOUSE, id);
    gateway.says("d1", order, DisputeStatus.LOST, Amount.of(StubGateway.USD, 400));
    room.disputes.look(Tenant.HOUSE, id);
    assertThat(room.history(id.value()))
        .containsExactly("Opened", "Contested", "Won", "Opened", "Lost");
    assertThat(room.refunds.remaining(order.tenant(), order.id()))
        .isEqualTo(Amount.of(StubGateway.USD, 600));
  }

  @Test
  void an_answer_whose_outcome_is_unknown_is_sent_again_under_the_same_key_and_no_other_is_taken() {
    var order = captured(1000);
    gateway.says("d2", order, DisputeStatus.OPENED, Amount.of(StubGateway.USD, 400));
    room.disputes.look("card", "d2");
    var id = Dispute.Id.of("card", "d2");
    var evidence = Map.of("usage", "receipts");
    gateway.failure = Optional.of(new IllegalStateException("no answer"));
    assertThat(given(room.disputes.contest(Tenant.HOUSE, id, evidence, "oscar")))
        .isInstanceOf(Dispute.Opened.class);
    assertThat(code(room.disputes.accept(Tenant.HOUSE, id, "oscar"))).isEqualTo("dispute_answered");
    gateway.failure = Optional.empty();
    assertThat(given(room.disputes.contest(Tenant.HOUSE, id, evidence, "oscar")))
        .isInstanceOf(Dispute.Contested.class);
    assertThat(gateway.contestKeys).hasSize(2).containsOnly(gateway.contestKeys.getFirst());
  }

  @Test
  void a_dispute_is_answered_in_time_and_while_it_is_open() {
    var order = captured(1000);
    gateway.answerBy = Optional.of(room.now.minusSeconds(1));
    gateway.says("d3", order, DisputeStatus.OPENED, Amount.of(StubGateway.USD, 400));
    room.disputes.look("card", "d3");
    var id = Dispute.Id.of("card", "d3");
    assertThat(code(room.disputes.contest(Tenant.HOUSE, id, Map.of(), "oscar")))
        .isEqualTo("dispute_too_late");
    assertThat(room.disputes.reply(Tenant.HOUSE, id)).isEmpty();
    gateway.says("d3", order, DisputeStatus.LOST, Amount.of(StubGateway.USD, 400));
    room.disputes.look(Tenant.HOUSE, id);
    assertThat(code(room.disputes.accept(Tenant.HOUSE, id, "oscar"))).isEqualTo("dispute_over");
    var other = Dispute.Id.of("card", "none");
    assertThat(code(room.disputes.accept(Tenant.HOUSE, other, "oscar")))
        .isEqualTo("dispute_unknown");
    assertThat(gateway.contested).hasValue(0);
  }

  private static Dispute given(Disputes.Answer answer) {
    return ((Disputes.Answer.Given) answer).dispute();
  }

  private static String code(Disputes.Answer answer) {
    return ((Disputes.Answer.Refused) answer).code();
  }

  private Payment.Order captured(long cents) {
    var order = order(cents);
    room.payments.start(order);
    gateway.says(order, Status.CAPTURED);
    assertThat(room.look(order)).isInstanceOf(Payment.Captured.class);
    return order;
  }

  private static String code(Refund refund) {
    return ((Refund.Failed) refund).code();
  }
}
