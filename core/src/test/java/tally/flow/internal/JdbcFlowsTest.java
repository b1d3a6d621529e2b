package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.escrow.Channel;
import tally.flow.Begin;
import tally.flow.Command;
import tally.flow.FlowFixtures;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Releasing;
import tally.flow.Settlement;
import tally.flow.Signal;
import tally.flow.Step;
import tally.flow.TopUp;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;

class JdbcFlowsTest {

  private static final Holder ADA = new Holder("party:ada");
  private static final int ATTEMPTS = 40;
  private TestDatabase database;
  private JdbcFlows flows;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    flows = new JdbcFlows(database.jdbc(), database.transactions());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  /// A top-up that has given its one command.
  private void commanded() {
    var amount = ((Amount.Parsed.Good) Amount.parse(new Asset("USD", 2), "25.00")).amount();
    var data =
        new TopUp.Data(
            new FlowId(Derived.id("topup")),
            Tenant.HOUSE,
            ADA,
            "card",
            amount,
            URI.create("http://localhost/"));
    flows.begin(new TopUp.Requested(data), ADA);
    step();
  }

  /// One flow hears one signal.
  private void step() {
    flows.in(() -> {
      var locked = lock().orElseThrow();
      var heard = unheard(locked, 1).getFirst();
      store(locked, 1, locked.flow().on(heard.signal()), heard.seq());
      return true;
    });
  }

  private Optional<JdbcSteps.Locked> lock() {
    return flows.steps.lock(1).stream().findFirst();
  }

  private List<JdbcSteps.Heard> unheard(JdbcSteps.Locked flow, int most) {
    return flows.steps.unheard(List.of(flow), most).get(flow);
  }

  private void store(JdbcSteps.Locked before, long version, Step step, long heard) {
    var given =
        step.commands().stream()
            .map(it -> new JdbcCommands.Given(before.tenant(), before.id(), version, 0, it))
            .toList();
    flows.steps.store(
        List.of(new JdbcSteps.Stepped(before, step.next(), version, List.of(heard), given)));
  }

  private JdbcCommands.Taken take(Duration lease) {
    return flows.in(() -> flows.commands.take(ATTEMPTS, lease)).orElseThrow();
  }

  private int done(JdbcCommands.Taken taken, Signal... heard) {
    var answered = new JdbcCommands.Answered(taken, Stream.of(heard).findFirst());
    return flows.in(() -> flows.commands.answer(List.of(answered)));
  }

  @Test
  void a_command_that_two_nodes_carried_out_is_answered_once() {
    commanded();
    var slow = take(Duration.ZERO);
    var quick = take(Duration.ofMinutes(1));
    assertThat(quick.seq()).isEqualTo(slow.seq());
    assertThat(done(quick, new Signal.Begun())).isOne();
    assertThat(done(slow, new Signal.Begun())).isZero();
    assertThat(unheard()).as("its flow hears of it once").isOne();
  }

  @Test
  void the_failure_of_a_node_that_lost_its_lease_does_not_count() {
    commanded();
    var slow = take(Duration.ZERO);
    var quick = take(Duration.ofMinutes(1));
    assertThat(flows.commands.failed(slow, "too late", Duration.ZERO)).isFalse();
    assertThat(flows.in(() -> flows.commands.take(ATTEMPTS, Duration.ZERO))).isEmpty();
    assertThat(flows.commands.failed(quick, "in time", Duration.ZERO)).isTrue();
    assertThat(take(Duration.ZERO).attempts()).isEqualTo(3);
  }

  private Begin begin(Releasing.Data release) {
    return flows.begin(new Releasing.Requested(release), ADA);
  }

  private void end(Releasing.Data release) {
    flows.in(() -> {
      var locked =
          new JdbcSteps.Locked(
              Tenant.HOUSE,
              release.id(),
              Kind.RELEASING,
              Kind.RELEASING.write(new Releasing.Requested(release)),
              false,
              0);
      store(locked, 1, Step.to(new Releasing.Failed(release)), -1);
      return true;
    });
  }

  @Test
  void of_a_persons_releases_on_one_network_one_runs_at_a_time() {
    var first = FlowFixtures.aRelease("first", "fake", "4.00");
    var second = FlowFixtures.aRelease("second", "fake", "4.00");
    assertThat(begin(first)).isInstanceOf(Begin.Begun.class);
    assertThat(begin(first)).isInstanceOf(Begin.Already.class);
    assertThat(begin(second))
        .isInstanceOfSatisfying(
            Begin.Refused.class, no -> assertThat(no.code()).isEqualTo(Flows.OUT_OF_TURN));
    assertThat(begin(FlowFixtures.aRelease("elsewhere", "other", "4.00")))
        .isInstanceOf(Begin.Begun.class);
    end(first);
    assertThat(begin(second)).isInstanceOf(Begin.Begun.class);
  }

  @Test
  void what_a_vault_paid_out_is_told_to_the_newest_of_a_persons_releases_alone() {
    var subject = Derived.id("payouts");
    var signal = new Signal.PowerReleased(Address.ZERO, BigInteger.TEN, "0xabc", 1, false);
    var releases =
        List.of(
            FlowFixtures.aRelease("first", "fake", "4.00"),
            FlowFixtures.aRelease("second", "fake", "4.00"));
    for (var release : releases) {
      begin(release);
      end(release);
      flows.in(() -> {
        flows.watch(Tenant.HOUSE, release.id(), subject);
        return true;
      });
    }
    flows.tellNewest(subject, (_, _) -> signal);
    assertThat(
            database
                .jdbc()
                .sql("select flow from flow.signal where body::text like '%0xabc%'")
                .query(UUID.class)
                .list())
        .containsExactly(releases.getLast().id().value());
  }

  @Test
  void a_reminder_is_heard_when_its_time_has_come() {
    commanded();
    var flow = new FlowId(Derived.id("topup"));
    flows.in(() -> {
      flows.remind(Tenant.HOUSE, flow, new Signal.Overdue("later"), Duration.ofHours(1));
      return true;
    });
    assertThat(flows.in(this::lock)).isEmpty();
    flows.in(() -> {
      flows.remind(Tenant.HOUSE, flow, new Signal.Overdue("now"), Duration.ZERO);
      return true;
    });
    var locked = flows.in(this::lock).orElseThrow();
    assertThat(unheard(locked, 9))
        .extracting(JdbcSteps.Heard::signal)
        .containsExactly(new Signal.Overdue("now"));
  }

  @Test
  void a_flow_that_is_over_awaits_nothing() {
    commanded();
    var flow = new FlowId(Derived.id("topup"));
    flows.in(() -> {
      flows.remind(Tenant.HOUSE, flow, new Signal.Overdue("later"), Duration.ofHours(1));
      var locked =
          new JdbcSteps.Locked(
              Tenant.HOUSE, flow, Kind.TOP_UP, Kind.TOP_UP.write(topUp(flow)), false, 1);
      store(locked, 2, Step.to(topUp(flow)), 0);
      flows.remind(Tenant.HOUSE, flow, new Signal.Overdue("too late"), Duration.ofHours(1));
      return true;
    });
    assertThat(unheard()).isZero();
  }

  private long unheard() {
    return database
        .jdbc()
        .sql("select count(*) from flow.signal where heard_at is null")
        .query(Long.class)
        .single();
  }

  private TopUp topUp(FlowId flow) {
    var waiting = (TopUp) flows.find(Tenant.HOUSE, flow).orElseThrow().flow();
    return new TopUp.Closed(waiting.data(), "expired", "Nobody paid in time.");
  }

  @Test
  void a_fact_reaches_whoever_watches_its_subject_and_nobody_else() {
    commanded();
    var payment = Derived.id(Derived.id("topup"), "payment");
    assertThat(flows.tell(Tenant.HOUSE, payment, new Signal.Begun())).hasSize(1);
    assertThat(flows.tell(new Tenant("other"), payment, new Signal.Begun())).isEmpty();
  }

  private static final FlowId SETTLEMENT = new FlowId(Derived.id("settlement"));
  private static final TransactionId REFUND = new TransactionId(SETTLEMENT.derive("refund"));

  /// A settlement whose refund was sent and reverted.
  private void stalledByItsRefund() {
    var config =
        new ChannelConfig(
            Address.ZERO,
            Address.ZERO,
            Address.ZERO,
            Address.ZERO,
            Address.ZERO,
            900,
            Bytes32.ZERO);
    var terms =
        new Channel.Terms(
            ChannelId.of("0x" + "22".repeat(32)),
            Tenant.HOUSE,
            Channel.Side.RECEIVER,
            ADA,
            "fake",
            config);
    var data =
        new Settlement.Data(SETTLEMENT, SETTLEMENT.derive("delivery"), terms, new Asset("TUSD", 6));
    flows.begin(new Settlement.Claiming(data, Settlement.Progress.NONE), ADA);
    flows.signal(Tenant.HOUSE, SETTLEMENT, new Signal.ClaimAsked(BigInteger.ZERO));
    for (int begunAndAsked = 0; begunAndAsked < 2; begunAndAsked++) {
      step();
    }
    done(take(Duration.ofMinutes(1)));
    flows.stall(Tenant.HOUSE, SETTLEMENT, "reverted", Optional.of(REFUND));
  }

  @Test
  void a_retry_sends_what_came_to_nothing_by_a_fresh_transaction_that_answers_to_the_first() {
    stalledByItsRefund();
    assertThat(flows.retry(Tenant.HOUSE, SETTLEMENT)).isTrue();
    assertThat(flows.retry(Tenant.HOUSE, SETTLEMENT)).as("it waits for nobody").isFalse();
    var first = ((Command.RefundChannel) take(Duration.ofMinutes(1)).command()).transaction();
    assertThat(first).isNotEqualTo(REFUND);
    assertThat(flows.original(Tenant.HOUSE, first)).isEqualTo(REFUND);
    assertThat(flows.original(Tenant.HOUSE, REFUND)).isEqualTo(REFUND);
    assertThat(flows.tell(Tenant.HOUSE, first.value(), new Signal.Begun()))
        .containsExactly(SETTLEMENT);

    flows.stall(Tenant.HOUSE, SETTLEMENT, "reverted again", Optional.of(REFUND));
    flows.retry(Tenant.HOUSE, SETTLEMENT);
    database.jdbc().sql("update flow.command set state = 'DONE' where seq = 2").update();
    var second = ((Command.RefundChannel) take(Duration.ofMinutes(1)).command()).transaction();
    assertThat(second).isNotIn(first, REFUND);
    assertThat(flows.original(Tenant.HOUSE, second)).isEqualTo(REFUND);
  }

  @Test
  void what_a_stalled_flow_is_told_is_heard_after_the_retry() {
    stalledByItsRefund();
    flows.signal(Tenant.HOUSE, SETTLEMENT, new Signal.Overdue("told meanwhile"));
    assertThat(flows.in(this::lock)).isEmpty();
    flows.retry(Tenant.HOUSE, SETTLEMENT);
    var locked = flows.in(this::lock).orElseThrow();
    assertThat(unheard(locked, 9))
        .extracting(JdbcSteps.Heard::signal)
        .containsExactly(new Signal.Overdue("told meanwhile"));
  }
}
