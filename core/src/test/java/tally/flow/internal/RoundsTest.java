package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.flow.Command;
import tally.flow.FlowId;
import tally.flow.Signal;
import tally.flow.TopUp;
import tally.ledger.Entry;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.Payment;

/// Three top-ups that step in one round, and what becomes of the two where the third is in trouble.
class RoundsTest {

  private static final Holder ADA = new Holder("party:ada");
  private final List<List<Entry>> posted = new ArrayList<>();
  private TestDatabase database;
  private JdbcFlows flows;
  private Runner runner;
  private Optional<Entry> throwing = Optional.empty();
  private Optional<Entry> refused = Optional.empty();

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    flows = new JdbcFlows(database.jdbc(), database.transactions());
    runner = new Runner(flows, new Hands(), Runner.Settings.USUAL, Runner.Fate.KIND);
    for (int i = 0; i < 3; i++) {
      flows.begin(new TopUp.Requested(data(i)), ADA);
    }
  }

  @AfterEach
  void stop() {
    database.close();
  }

  /// A book that says what the test wants.
  private final class Hands implements Runner.Hands {
    @Override
    public Optional<Signal> carryOut(JdbcCommands.Taken taken) {
      return taken.command() instanceof Command.Post(var entry)
          ? post(List.of(taken)).getFirst().get()
          : Optional.empty();
    }

    @Override
    public List<Supplier<Optional<Signal>>> post(List<JdbcCommands.Taken> posts) {
      var entries = posts.stream().map(it -> ((Command.Post) it.command()).entry()).toList();
      posted.add(entries);
      return entries.stream().<Supplier<Optional<Signal>>>map(it -> () -> said(it)).toList();
    }

    private Optional<Signal> said(Entry entry) {
      if (throwing.filter(entry::equals).isPresent()) {
        throw new IllegalStateException("the book is away");
      }
      return Optional.of(
          refused.filter(entry::equals).isPresent()
              ? new Signal.PostRefused(entry.id(), "insufficient_funds", "too little")
              : new Signal.Posted(entry.id()));
    }
  }

  private static TopUp.Data data(int number) {
    var amount = Amount.of(Asset.of("USD/2"), 2500 + number);
    return new TopUp.Data(
        new FlowId(Derived.id("topup/" + number)),
        Tenant.HOUSE,
        ADA,
        "card",
        amount,
        URI.create("http://localhost/"));
  }

  private static Payment captured(int number) {
    var order = data(number).order();
    return new Payment.Captured(
        order,
        "object-" + number,
        order.amount(),
        Optional.empty(),
        "card",
        true,
        true,
        Instant.EPOCH);
  }

  /// All three have begun their payments.
  private void begun() {
    assertThat(runner.step()).isEqualTo(3);
    while (runner.carry() > 0) {}
  }

  private void captured() {
    for (int i = 0; i < 3; i++) {
      flows.signal(Tenant.HOUSE, data(i).id(), new Signal.PaymentMoved(captured(i)));
    }
  }

  /// The state of each, or why it stands still.
  private List<String> states() {
    return IntStream.range(0, 3)
        .mapToObj(i ->
            database
                .jdbc()
                .sql(
                    "select case when stalled is null then state else 'stalled' end from flow.flow where id = :id")
                .param("id", data(i).id().value())
                .query(String.class)
                .single())
        .toList();
  }

  private long pendingPosts() {
    return database
        .jdbc()
        .sql("select count(*) from flow.command where kind = 'Post' and state = 'PENDING'")
        .query(Long.class)
        .single();
  }

  @Test
  void what_they_order_is_posted_together_and_once() {
    begun();
    captured();
    runner.step();
    assertThat(posted).hasSize(1);
    assertThat(posted.getFirst()).hasSize(3);
    assertThat(states()).containsOnly("Credited");
    assertThat(runner.step()).as("three answers are written and heard").isEqualTo(6);
    assertThat(runner.step()).isZero();
    assertThat(posted).hasSize(1);
    assertThat(pendingPosts()).isZero();
  }

  @Test
  void one_that_cannot_be_read_stalls_alone() {
    database
        .jdbc()
        .sql("update flow.flow set body = '{\"is\": \"Nonsense\"}' where id = :id")
        .param("id", data(1).id().value())
        .update();
    runner.step();
    assertThat(states()).containsExactly("Waiting", "stalled", "Waiting");
    assertThat(runner.step()).isZero();
  }

  @Test
  void one_that_cannot_be_stored_stalls_alone() {
    database
        .jdbc()
        .sql(
            """
            create function flow.no() returns trigger language plpgsql as $$
            begin
              if new.flow = '%s' then raise exception 'not this one'; end if;
              return new;
            end $$
            """
                .formatted(data(1).id().value()))
        .update();
    database
        .jdbc()
        .sql(
            "create trigger no before insert on flow.command for each row execute function flow.no()")
        .update();
    for (int round = 0; round < 10 && runner.step() > 0; round++) {}
    assertThat(states()).containsExactly("Waiting", "stalled", "Waiting");
  }

  @Test
  void a_fault_that_passes_stalls_nobody() {
    database
        .jdbc()
        .sql(
            """
            create function flow.once() returns trigger language plpgsql as $$
            begin
              if nextval('flow.times') = 1 then raise exception 'this time'; end if;
              return new;
            end $$
            """)
        .update();
    database.jdbc().sql("create sequence flow.times").update();
    database
        .jdbc()
        .sql(
            "create trigger once before insert on flow.command for each row execute function flow.once()")
        .update();
    for (int round = 0; round < 10 && runner.step() > 0; round++) {}
    assertThat(states()).containsOnly("Waiting");
  }

  @Test
  void of_their_postings_one_that_throws_is_tried_again_and_one_that_is_refused_is_told() {
    begun();
    captured();
    throwing = Optional.of(entry(0));
    refused = Optional.of(entry(1));
    runner.step();
    runner.step();
    assertThat(states()).containsExactly("Credited", "stalled", "Credited");
    assertThat(pendingPosts()).as("what threw waits for the next try").isEqualTo(1);
    throwing = Optional.empty();
    for (int tries = 0; tries < 1000 && pendingPosts() > 0; tries++) {
      runner.carry();
    }
    assertThat(posted.getLast()).containsExactly(entry(0));
    assertThat(pendingPosts()).isZero();
  }

  /// As the flow writes it.
  private static Entry entry(int number) {
    var step = new TopUp.Waiting(data(number)).on(new Signal.PaymentMoved(captured(number)));
    return ((Command.Post) step.commands().getFirst()).entry();
  }

  @Test
  void a_node_that_ends_writes_down_what_it_posted() {
    begun();
    captured();
    runner.step();
    assertThat(pendingPosts()).isEqualTo(3);
    runner.close();
    assertThat(pendingPosts()).isZero();
    var next = new Runner(flows, new Hands(), Runner.Settings.USUAL, Runner.Fate.KIND);
    assertThat(next.step()).as("three flows hear that it was posted").isEqualTo(3);
    assertThat(posted).hasSize(1);
  }
}
