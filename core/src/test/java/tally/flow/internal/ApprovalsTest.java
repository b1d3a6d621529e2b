package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.flow.Approvals;
import tally.flow.Command;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Refunding;
import tally.flow.Signal;
import tally.ledger.LotId;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.PaymentId;
import tally.payment.Refund;

/// Refunds that wait for an operator, with real tables and a Runner whose book always says yes.
class ApprovalsTest {

  private static final Holder ADA = new Holder("party:ada");
  private static final Holder OSCAR = new Holder("party:oscar");
  private static final Holder OLGA = new Holder("party:olga");
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

  private final List<Command> carried = new ArrayList<>();
  private TestDatabase database;
  private JdbcFlows flows;
  private Approvals approvals;
  private Runner runner;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    flows = new JdbcFlows(database.jdbc(), database.transactions());
    approvals =
        new Approvals(new Flows(flows), new JdbcApprovals(database.jdbc(), flows), () -> NOW);
    runner = new Runner(flows, this::carry, Runner.Settings.USUAL, Runner.Fate.KIND);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  static Refunding.Requested aRefund(String name, Optional<Amount> above) {
    var id = new FlowId(Derived.id("refund " + name));
    var amount = usd(1200);
    var part =
        new Refunding.Part(
            new LotId(Derived.id("lot")),
            new PaymentId(Derived.id("payment")),
            "card",
            amount,
            new Refund.Id(id.derive("part")));
    return new Refunding.Requested(
        new Refunding.Data(id, Tenant.HOUSE, ADA, Optional.empty(), amount, List.of(part), above));
  }

  private static Amount usd(long cents) {
    return new Amount(Asset.of("USD/2"), java.math.BigInteger.valueOf(cents));
  }

  private Optional<Signal> carry(JdbcCommands.Taken taken) {
    carried.add(taken.command());
    return taken.command() instanceof Command.Post(var entry)
        ? Optional.of(new Signal.Posted(entry.id()))
        : Optional.empty();
  }

  /// One that has its money set aside.
  private FlowId waiting(String name) {
    var refund = aRefund(name, Optional.of(usd(1000)));
    flows.begin(refund, ADA);
    work();
    return refund.id();
  }

  private void work() {
    for (int round = 0; round < 10; round++) {
      runner.step();
      runner.carry();
    }
  }

  private Approvals.Answer decide(FlowId refund, UUID id, boolean approved, Holder by) {
    return approvals.decide(Tenant.HOUSE, refund, id, approved, by, "He called us.");
  }

  private String code(FlowId refund, UUID id, boolean approved, Holder by) {
    return ((Approvals.Answer.Refused) decide(refund, id, approved, by)).code();
  }

  private String state(FlowId refund) {
    return flows.find(Tenant.HOUSE, refund).orElseThrow().flow().getClass().getSimpleName();
  }

  @Test
  void what_waits_is_shown_until_it_is_decided_and_then_what_was_decided() {
    var one = waiting("one");
    var two = waiting("two");
    assertThat(approvals.waiting(Tenant.HOUSE, 10))
        .extracting(it -> it.flow().id())
        .containsExactly(one, two);
    assertThat(approvals.waiting(new Tenant("other"), 10)).isEmpty();
    decide(one, UUID.randomUUID(), false, OSCAR);
    assertThat(state(one)).isEqualTo("Waiting");
    assertThat(approvals.waiting(Tenant.HOUSE, 10))
        .extracting(it -> it.flow().id())
        .containsExactly(two);
    work();
    assertThat(state(one)).isEqualTo("Declined");
    var decision = approvals.decided(Tenant.HOUSE, 10).getFirst();
    assertThat(decision.by()).isEqualTo(OSCAR);
    assertThat(decision.why()).isEqualTo("He called us.");
    assertThat(decision.at()).isEqualTo(NOW);
  }

  @Test
  void an_approval_said_twice_sends_once() {
    var refund = waiting("one");
    var id = UUID.randomUUID();
    assertThat(((Approvals.Answer.Taken) decide(refund, id, true, OSCAR)).replayed()).isFalse();
    assertThat(((Approvals.Answer.Taken) decide(refund, id, true, OSCAR)).replayed()).isTrue();
    work();
    assertThat(((Approvals.Answer.Taken) decide(refund, id, true, OSCAR)).replayed()).isTrue();
    work();
    assertThat(carried).filteredOn(Command.StartRefund.class::isInstance).hasSize(1);
  }

  @Test
  void each_refund_is_decided_once_and_each_id_names_one_decision() {
    var one = waiting("one");
    var two = waiting("two");
    var id = UUID.randomUUID();
    decide(one, id, true, OSCAR);
    assertThat(code(one, UUID.randomUUID(), false, OLGA)).isEqualTo("refund_decided");
    assertThat(code(one, id, false, OSCAR)).isEqualTo("id_reused");
    assertThat(code(one, id, true, OLGA)).isEqualTo("id_reused");
    assertThat(code(two, id, true, OSCAR)).isEqualTo("id_reused");
    work();
    assertThat(state(one)).isEqualTo("Sending");
    assertThat(state(two)).isEqualTo("Waiting");
  }

  @Test
  void two_who_decide_at_the_same_moment_are_not_both_heard() throws InterruptedException {
    var refund = waiting("one");
    var answers = new java.util.concurrent.ConcurrentLinkedQueue<Approvals.Answer>();
    var both =
        List.of(
            Thread.startVirtualThread(
                () -> answers.add(decide(refund, UUID.randomUUID(), true, OSCAR))),
            Thread.startVirtualThread(
                () -> answers.add(decide(refund, UUID.randomUUID(), false, OLGA))));
    for (var one : both) {
      one.join();
    }
    assertThat(answers).hasSize(2).filteredOn(Approvals.Answer.Taken.class::isInstance).hasSize(1);
    assertThat(approvals.decided(Tenant.HOUSE, 10)).hasSize(1);
  }

  @Test
  void who_asked_for_it_does_not_approve_it_and_may_give_it_up() {
    var refund = waiting("one");
    assertThat(code(refund, UUID.randomUUID(), true, ADA)).isEqualTo("own_request");
    work();
    assertThat(state(refund)).isEqualTo("Waiting");
    assertThat(decide(refund, UUID.randomUUID(), false, ADA))
        .isInstanceOf(Approvals.Answer.Taken.class);
  }

  @Test
  void what_does_not_wait_is_not_decided() {
    var refund = aRefund("free", Optional.empty());
    flows.begin(refund, ADA);
    assertThat(code(refund.id(), UUID.randomUUID(), true, OSCAR)).isEqualTo("refund_not_waiting");
    work();
    assertThat(state(refund.id())).isEqualTo("Sending");
    assertThat(code(refund.id(), UUID.randomUUID(), true, OSCAR)).isEqualTo("refund_not_waiting");
    assertThat(code(new FlowId(Derived.id("none")), UUID.randomUUID(), true, OSCAR))
        .isEqualTo("refund_unknown");
  }

  @Test
  void a_no_has_a_reason() {
    var refund = waiting("one");
    for (var why : List.of("", " ", "a".repeat(1001))) {
      var answer = approvals.decide(Tenant.HOUSE, refund, UUID.randomUUID(), false, OSCAR, why);
      assertThat(((Approvals.Answer.Refused) answer).code()).isEqualTo("note_malformed");
    }
    assertThat(approvals.decide(Tenant.HOUSE, refund, UUID.randomUUID(), true, OSCAR, ""))
        .isInstanceOf(Approvals.Answer.Taken.class);
  }

  @Test
  void what_was_decided_is_never_changed() {
    decide(waiting("one"), UUID.randomUUID(), true, OSCAR);
    for (var change : List.of("update flow.decision set why = ''", "delete from flow.decision")) {
      assertThatThrownBy(() -> database.jdbc().sql(change).update())
          .hasMessageContaining("append-only");
    }
  }

  @Test
  void a_limit_that_is_not_understood_stops_the_start() {
    var written = List.of("250.00 USD", " 10.5 EUR");
    assertThat(RefundLimits.of(written, "USD/2", List.of("EUR/2")))
        .containsExactly(
            usd(25_000), new Amount(Asset.of("EUR/2"), java.math.BigInteger.valueOf(1050)));
    assertThat(RefundLimits.of(List.of(), "USD/2", List.of())).isEmpty();
    for (var wrong : List.of("250", "250.00 GBP", "250.001 USD", "much USD", "", "1 000 USD")) {
      assertThatThrownBy(() -> RefundLimits.of(List.of(wrong), "USD/2", List.of()))
          .hasMessageContaining("tally.refund.approve-above is " + wrong);
    }
    assertThatThrownBy(() -> RefundLimits.of(List.of("1 USD", "2 USD"), "USD/2", List.of()))
        .hasMessageContaining("one limit");
  }
}
