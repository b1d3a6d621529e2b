package tally.flow.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.flow.Begin;
import tally.flow.Flow;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Signal;
import tally.ledger.EntryId;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;

/// Flows and the signals that are written for them, in PostgreSQL.
final class JdbcFlows implements Flows.Store {

  final FlowBell bell = new FlowBell();
  final JdbcCommands commands;
  final JdbcSteps steps;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final JdbcLooks looks;
  private final JdbcRetries retries;

  JdbcFlows(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.commands = new JdbcCommands(jdbc, bell);
    this.steps = new JdbcSteps(jdbc, commands);
    this.looks = new JdbcLooks(jdbc);
    this.retries = new JdbcRetries(jdbc, this);
  }

  /// Where a transaction was sent in another's stead, that other one, which is the name by which
  /// its flow knows it.
  TransactionId original(Tenant tenant, TransactionId id) {
    return retries.original(tenant, id);
  }

  @Override
  public Begin begin(Flow initial, Holder owner) {
    return in(() -> {
      var kind = Kind.of(initial);
      var json = kind.write(initial);
      int made =
          jdbc.sql(
                  """
                  insert into flow.flow (tenant, id, kind, owner, state, body, initial, over)
                  values (:tenant, :id, :kind, :owner, :state, :body::jsonb, :body::jsonb, :over)
                  on conflict do nothing
                  """)
              .param("tenant", initial.tenant().name())
              .param("id", initial.id().value())
              .param("kind", kind.name())
              .param("owner", owner.name())
              .param("state", initial.getClass().getSimpleName())
              .param("body", json)
              .param("over", initial.over())
              .update();
      if (made == 1) {
        initial.watches().forEach(subject -> watch(initial.tenant(), initial.id(), subject));
        signal(initial.tenant(), initial.id(), new Signal.Begun());
        return new Begin.Begun(initial);
      }
      var same =
          jdbc.sql(
                  """
                  select initial = :body::jsonb and owner = :owner from flow.flow
                  where tenant = :tenant and id = :id
                  """)
              .param("body", json)
              .param("owner", owner.name())
              .param("tenant", initial.tenant().name())
              .param("id", initial.id().value())
              .query(Boolean.class)
              .optional();
      if (same.isEmpty()) {
        return new Begin.Refused(Flows.OUT_OF_TURN, "Another one must end first.");
      }
      return same.get()
          ? new Begin.Already(find(initial.tenant(), initial.id()).orElseThrow().flow())
          : new Begin.Refused("id_reused", "This id was used before, with other content.");
    });
  }

  @Override
  public Optional<Flows.Kept> find(Tenant tenant, FlowId id) {
    return looks.find(tenant, id);
  }

  @Override
  public List<Flows.Kept> list(Tenant tenant, Kind kind, Optional<Holder> owner, int most) {
    return looks.list(tenant, kind, owner, most);
  }

  @Override
  public List<Flows.Kept> stalled(Tenant tenant, int most) {
    return looks.stalled(tenant, most);
  }

  @Override
  public List<Flows.Kept> inState(Kind kind, String state, int most) {
    return looks.inState(kind, state, most);
  }

  List<Flows.Kept> undecided(Tenant tenant, String state, int most) {
    return looks.undecided(tenant, state, most);
  }

  @Override
  public boolean signal(Tenant tenant, FlowId id, Signal signal) {
    return bell.heard(
            jdbc.sql(
                    """
                    insert into flow.signal (tenant, flow, body)
                    select tenant, id, :body::jsonb from flow.flow where tenant = :tenant and id = :id
                    """)
                .param("tenant", tenant.name())
                .param("id", id.value())
                .param("body", Json.write(Signal.class, signal))
                .update())
        == 1;
  }

  @Override
  public List<FlowId> tell(Tenant tenant, UUID subject, Signal signal) {
    return bell.heard(
        jdbc.sql(
                """
                insert into flow.signal (tenant, flow, body)
                select tenant, flow, :body::jsonb from flow.watch
                where tenant = :tenant and subject = :subject order by flow
                returning flow
                """)
            .param("tenant", tenant.name())
            .param("subject", subject)
            .param("body", Json.write(Signal.class, signal))
            .query((row, _) -> new FlowId(row.getObject("flow", UUID.class)))
            .list());
  }

  /// Hands the signal to one flow when so much time has passed, unless it is over by then.
  void remind(Tenant tenant, FlowId id, Signal signal, Duration after) {
    jdbc.sql(
            """
            insert into flow.signal (tenant, flow, body, due_at)
            select tenant, id, :body::jsonb, clock_timestamp() + :after * interval '1 millisecond'
            from flow.flow where tenant = :tenant and id = :flow and not over
            """)
        .param("tenant", tenant.name())
        .param("flow", id.value())
        .param("body", Json.write(Signal.class, signal))
        .param("after", after.toMillis())
        .update();
  }

  /// Hands the signal to every flow that watches the subject, of whatever tenant: for facts about
  /// what has one owner by its id, such as a channel.
  void tellAll(UUID subject, Signal signal) {
    bell.heard(
        jdbc.sql(
                """
                insert into flow.signal (tenant, flow, body)
                select tenant, flow, :body::jsonb from flow.watch
                where subject = :subject order by tenant, flow
                """)
            .param("subject", subject)
            .param("body", Json.write(Signal.class, signal))
            .update());
  }

  /// Hands the signal to the flow that was begun last of those that watch the subject: for what
  /// must be booked once, and by whoever is at hand.
  void tellNewest(UUID subject, BiFunction<Tenant, FlowId, Signal> signal) {
    jdbc.sql(
            """
            select f.tenant, f.id
            from flow.watch w join flow.flow f on f.tenant = w.tenant and f.id = w.flow
            where w.subject = :subject order by f.begun_at desc, f.id limit 1
            """)
        .param("subject", subject)
        .query((row, _) -> {
          var tenant = new Tenant(row.getString("tenant"));
          var flow = new FlowId(row.getObject("id", UUID.class));
          return signal(tenant, flow, signal.apply(tenant, flow));
        })
        .optional();
  }

  @Override
  public boolean retry(Tenant tenant, FlowId id) {
    return in(() -> retries.retry(tenant, id));
  }

  void watch(Tenant tenant, FlowId flow, UUID subject) {
    jdbc.sql(
            """
            insert into flow.watch (tenant, subject, flow) values (:tenant, :subject, :flow)
            on conflict do nothing
            """)
        .param("tenant", tenant.name())
        .param("subject", subject)
        .param("flow", flow.value())
        .update();
  }

  /// @param by the transaction whose end it has no answer for
  void stall(Tenant tenant, FlowId id, String why, Optional<TransactionId> by) {
    stall(tenant, id, why, by, Optional.empty());
  }

  /// @param by the transaction whose end it has no answer for
  /// @param refused the entry of which the book's no it has no answer for
  void stall(
      Tenant tenant, FlowId id, String why, Optional<TransactionId> by, Optional<EntryId> refused) {
    jdbc.sql(
            """
            update flow.flow
            set stalled = :why, stalled_by = :by, stalled_entry = :entry, moved_at = clock_timestamp()
            where tenant = :tenant and id = :id and stalled is null
            """)
        .param("why", why)
        .param("by", by.map(TransactionId::value).orElse(null), java.sql.Types.OTHER)
        .param("entry", refused.map(EntryId::value).orElse(null), java.sql.Types.OTHER)
        .param("tenant", tenant.name())
        .param("id", id.value())
        .update();
  }

  <T> T in(java.util.function.Supplier<T> work) {
    return java.util.Objects.requireNonNull(transactions.execute(_ -> work.get()));
  }
}
