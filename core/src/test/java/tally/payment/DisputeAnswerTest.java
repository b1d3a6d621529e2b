package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.payment.PaymentRoom.order;
import static tally.payment.PaymentRoom.refund;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.internal.JdbcAlarms;
import tally.payment.internal.JdbcDisputes;
import tally.payment.internal.JdbcPayments;
import tally.payment.port.Gateway;
import tally.payment.port.Gateway.Decline;
import tally.payment.port.Gateway.DeclineKind;
import tally.payment.port.Gateway.DisputeStatus;
import tally.payment.port.Gateway.Outcome;
import tally.payment.port.Gateway.Status;

/// An answer is given once for each time that a bank asks, and only what may have arrived binds us.
class DisputeAnswerTest {

  private static final Map<String, String> EVIDENCE = Map.of("usage", "receipts");
  private static final Map<String, String> MORE = Map.of("usage", "receipts and a voucher");
  private final StubGateway gateway = new StubGateway();
  private final PaymentRoom room = new PaymentRoom(gateway, PaymentSettings.normal());

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void an_inquiry_that_was_answered_and_becomes_a_dispute_is_answered_anew_under_another_key() {
    for (var first : List.of(DisputeStatus.WARNED, DisputeStatus.INQUIRY)) {
      gateway.contestKeys.clear();
      var order = captured();
      var name = "escalated-" + first;
      gateway.says(name, order, first, order.amount());
      var id = room.disputes.look("card", name).orElseThrow().about().id();
      gateway.failure = Optional.of(new IllegalStateException("no answer"));
      assertThat(contest(id, EVIDENCE)).isInstanceOf(Disputes.Answer.Given.class);
      gateway.failure = Optional.empty();
      gateway.says(name, order, DisputeStatus.OPENED, order.amount());
      room.pass(Duration.ofSeconds(1));
      room.disputes.look(Tenant.HOUSE, id);
      assertThat(room.disputes.reply(Tenant.HOUSE, id)).as("%s", first).isEmpty();
      assertThat(contest(id, EVIDENCE)).isInstanceOf(Disputes.Answer.Given.class);
      assertThat(gateway.contestKeys).hasSize(2).doesNotHaveDuplicates();
    }
  }

  @Test
  void news_of_the_same_state_change_neither_the_answer_nor_its_key() {
    var order = captured();
    var id = opened(order, "news");
    gateway.failure = Optional.of(new IllegalStateException("no answer"));
    contest(id, EVIDENCE);
    gateway.failure = Optional.empty();
    gateway.says("news", order, DisputeStatus.OPENED, Amount.of(StubGateway.USD, 300));
    room.pass(Duration.ofMinutes(1));
    assertThat(room.disputes.look(Tenant.HOUSE, id).orElseThrow().about().amount())
        .isEqualTo(Amount.of(StubGateway.USD, 300));
    assertThat(code(contest(id, MORE))).isEqualTo("dispute_answered");
    contest(id, EVIDENCE);
    assertThat(gateway.contestKeys).hasSize(2).containsOnly(gateway.contestKeys.getFirst());
  }

  @Test
  void an_answer_of_which_the_gateway_took_nothing_is_forgotten_and_another_may_be_given() {
    var id = opened(captured(), "refused");
    var decline = new Decline(DeclineKind.HARD, "no such evidence");
    for (var outcome : List.of(new Outcome.NotSent("malformed"), new Outcome.Declined(decline))) {
      gateway.refusal = Optional.of(outcome);
      assertThat(code(contest(id, EVIDENCE))).isEqualTo("answer_not_taken");
      assertThat(room.disputes.reply(Tenant.HOUSE, id)).isEmpty();
    }
    gateway.refusal = Optional.empty();
    gateway.failure = Optional.of(new Gateway.NotSent("no route"));
    assertThat(code(contest(id, EVIDENCE))).isEqualTo("answer_not_taken");
    gateway.failure = Optional.empty();
    assertThat(contest(id, MORE))
        .isInstanceOfSatisfying(
            Disputes.Answer.Given.class,
            given -> assertThat(given.dispute()).isInstanceOf(Dispute.Contested.class));
    assertThat(room.disputes.reply(Tenant.HOUSE, id).orElseThrow())
        .isInstanceOfSatisfying(
            Disputes.Reply.Contest.class, sent -> assertThat(sent.evidence()).isEqualTo(MORE));
  }

  @Test
  void a_repeat_that_is_refused_says_nothing_of_the_first_send() {
    var id = opened(captured(), "unsure");
    gateway.refusal = Optional.of(new Outcome.Unknown("time-out"));
    contest(id, EVIDENCE);
    gateway.refusal = Optional.of(new Outcome.NotSent("no route"));
    assertThat(contest(id, EVIDENCE)).isInstanceOf(Disputes.Answer.Given.class);
    assertThat(room.disputes.reply(Tenant.HOUSE, id)).isPresent();
    assertThat(code(contest(id, MORE))).isEqualTo("dispute_answered");
  }

  @Test
  void a_node_without_the_gateway_keeps_no_answer() {
    var id = opened(captured(), "elsewhere");
    assertThat(code(withoutGateways().contest(Tenant.HOUSE, id, EVIDENCE, "oscar")))
        .isEqualTo("gateway_unknown");
    assertThat(code(withoutGateways().accept(Tenant.HOUSE, id, "oscar")))
        .isEqualTo("gateway_unknown");
    assertThat(room.disputes.reply(Tenant.HOUSE, id)).isEmpty();
    assertThat(contest(id, MORE)).isInstanceOf(Disputes.Answer.Given.class);
  }

  @Test
  void a_payers_payments_and_their_disputes_and_refunds_are_found_among_any_number_of_others() {
    var paid = Stream.generate(this::captured).limit(3).toList();
    opened(paid.getFirst(), "one of three");
    var back = refund(paid.getLast(), 100);
    room.refunds.start(back, "policy");
    room.payments.start(order(1000));
    var payer = paid.getFirst().payer();
    assertThat(room.payments.capturedOf(Tenant.HOUSE, payer, 10)).hasSize(3);
    assertThat(room.payments.capturedOf(Tenant.HOUSE, payer, 2)).hasSize(2);
    assertThat(room.payments.capturedOf(Tenant.HOUSE, new Holder("party:2"), 10)).isEmpty();
    var ids = paid.stream().map(Payment.Order::id).toList();
    assertThat(room.disputes.disputed(Tenant.HOUSE, ids)).containsExactly(ids.getFirst());
    assertThat(room.disputes.disputed(new Tenant("other"), ids)).isEmpty();
    assertThat(room.disputes.disputed(Tenant.HOUSE, List.of())).isEmpty();
    assertThat(room.refunds.of(Tenant.HOUSE, ids.getLast()))
        .singleElement()
        .satisfies(one -> assertThat(one.order()).isEqualTo(back));
    assertThat(room.refunds.of(Tenant.HOUSE, ids.getFirst())).isEmpty();
  }

  /// The same rows, seen by a node that has no gateway account.
  private Disputes withoutGateways() {
    var jdbc = room.database.jdbc();
    var tx = room.database.transactions();
    return new Disputes(
        new JdbcDisputes(jdbc, tx),
        room.payments,
        new JdbcPayments(jdbc, tx),
        new Gateways(Map.of(), Map.of()),
        new Alarms(new JdbcAlarms(jdbc), () -> room.now),
        PaymentSettings.normal(),
        () -> room.now,
        List.of());
  }

  private Disputes.Answer contest(Dispute.Id id, Map<String, String> evidence) {
    return room.disputes.contest(Tenant.HOUSE, id, evidence, "oscar");
  }

  private static String code(Disputes.Answer answer) {
    return ((Disputes.Answer.Refused) answer).code();
  }

  private Dispute.Id opened(Payment.Order order, String name) {
    gateway.says(name, order, DisputeStatus.OPENED, order.amount());
    return room.disputes.look("card", name).orElseThrow().about().id();
  }

  private Payment.Order captured() {
    var order = order(1000);
    room.payments.start(order);
    gateway.says(order, Status.CAPTURED);
    assertThat(room.look(order)).isInstanceOf(Payment.Captured.class);
    return order;
  }
}
