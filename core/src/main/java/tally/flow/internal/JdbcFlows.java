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
import tally.flow.Command;
import tally.flow.Flow;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Signal;
import tally.flow.Step;
import tally.ledger.EntryId;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;

/// Flows, signals and commands in PostgreSQL. `for update skip locked` lets any number of nodes
/// work on the same tables.
final class JdbcFlows implements Flows.Store {

  final FlowBell bell = new FlowBell();
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final JdbcLooks looks;
  private final JdbcRetries retries;

  JdbcFlows(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.looks = new JdbcLooks(jdbc);
    this.retries = new JdbcRetries(jdbc, this);
  }

  /// Where a transaction was sent in another's stead, that other one, which is the name by which
  /// its flow knows it.
  TransactionId original(Tenant tenant, TransactionId id) {
    return retries.original(tenant, id);
  }

  /// A flow that the Runner holds under its row's lock.
  ///
  /// @param body as it is kept: what cannot be read is that one flow's trouble
  record Locked(Tenant tenant, FlowId id, Kind kind, String body, long version) {
    Flow flow() {
      return kind.read(body);
    }
  }

  record Heard(long seq, Signal signal) {}

  /// A command that this node has taken, for as long as the lease runs.
  ///
  /// @param age how long ago the flow gave it
  record Taken(long seq, Tenant tenant, FlowId flow, Command command, int attempts, Duration age) {}

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
    return bell.after(
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
    return bell.after(
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
    bell.after(
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

  /// Locks the flow with the oldest unheard signal that waits for no human and that no other node
  /// has. Call inside a transaction.
  ///
  /// Walks the signals' index in its order and ends at the first flow that can be locked, so that
  /// flows which rest and signals which were heard cost nothing. As a plain join, a planner without
  /// statistics expects next to no row, and gathers and sorts all of them. The statement's own time
  /// is fixed, as an index needs it.
  Optional<Locked> lockNext() {
    return jdbc.sql(
            """
            select f.* from flow.signal s cross join lateral (
              select * from flow.flow f where f.tenant = s.tenant and f.id = s.flow and f.stalled is null
              for update skip locked) f
            where s.heard_at is null and s.due_at <= statement_timestamp()
            order by s.due_at limit 1
            """)
        .query((row, _) ->
            new Locked(
                new Tenant(row.getString("tenant")),
                new FlowId(row.getObject("id", UUID.class)),
                Kind.valueOf(row.getString("kind")),
                row.getString("body"),
                row.getLong("version")))
        .optional();
  }

  List<Heard> unheard(Locked flow, int most) {
    return jdbc.sql(
            """
            select seq, body from flow.signal
            where tenant = :tenant and flow = :flow and heard_at is null
              and due_at <= clock_timestamp()
            order by seq limit :most
            """)
        .param("tenant", flow.tenant().name())
        .param("flow", flow.id().value())
        .param("most", most)
        .query((row, _) ->
            new Heard(row.getLong("seq"), Json.read(Signal.class, row.getString("body"))))
        .list();
  }

  /// Stores one step: the next state, its commands, and that the signal was heard.
  void store(Locked before, long version, Step step, long heard) {
    jdbc.sql("update flow.signal set heard_at = clock_timestamp() where seq = :seq")
        .param("seq", heard)
        .update();
    jdbc.sql(
            """
            update flow.flow set state = :state, body = :body::jsonb, over = :over, version = :version,
              moved_at = clock_timestamp()
            where tenant = :tenant and id = :id
            """)
        .param("state", step.next().getClass().getSimpleName())
        .param("body", before.kind().write(step.next()))
        .param("over", step.next().over())
        .param("version", version)
        .param("tenant", before.tenant().name())
        .param("id", before.id().value())
        .update();
    if (step.next().over()) {
      // What was heard is never due later; said here, so that the index of the unheard serves.
      jdbc.sql(
              """
              delete from flow.signal
              where tenant = :tenant and flow = :flow and heard_at is null and due_at > clock_timestamp()
              """)
          .param("tenant", before.tenant().name())
          .param("flow", before.id().value())
          .update();
    }
    int place = 0;
    for (var command : step.commands()) {
      give(before.tenant(), before.id(), version, place++, command);
    }
  }

  /// @param step the flow's version that gave it
  void give(Tenant tenant, FlowId flow, long step, int place, Command command) {
    jdbc.sql(
            """
            insert into flow.command (tenant, flow, step, place, kind, body)
            values (:tenant, :flow, :step, :place, :kind, :body::jsonb)
            """)
        .param("tenant", tenant.name())
        .param("flow", flow.value())
        .param("step", step)
        .param("place", place)
        .param("kind", command.getClass().getSimpleName())
        .param("body", Json.write(Command.class, command))
        .update();
    command.watches().forEach(subject -> watch(tenant, flow, subject));
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

  /// Takes the next due command of some flow, the first that this flow has, and puts it out of
  /// others' reach for the lease.
  Optional<Taken> take(int attemptsMax, Duration lease) {
    return jdbc.sql(
            """
            update flow.command set attempts = attempts + 1, due_at = clock_timestamp() + :lease * interval '1 millisecond'
            where seq = (
              select c.seq from flow.command c
              where c.state = 'PENDING' and c.due_at <= statement_timestamp()
                and coalesce(c.attempts < :most, false)
                and not exists (select 1 from flow.command e
                                where e.tenant = c.tenant and e.flow = c.flow and e.state = 'PENDING' and e.seq < c.seq)
              order by c.due_at limit 1 for update skip locked)
            returning seq, tenant, flow, body, attempts,
              (extract(epoch from clock_timestamp() - at) * 1000)::bigint as age
            """)
        .param("lease", lease.toMillis())
        .param("most", attemptsMax)
        .query((row, _) ->
            new Taken(
                row.getLong("seq"),
                new Tenant(row.getString("tenant")),
                new FlowId(row.getObject("flow", UUID.class)),
                Json.read(Command.class, row.getString("body")),
                row.getInt("attempts"),
                Duration.ofMillis(row.getLong("age"))))
        .optional();
  }

  /// False where another node, after this one's lease was over, has carried it out and been
  /// answered: then this answer must not be heard a second time.
  boolean done(Taken command) {
    return jdbc.sql(
                """
                update flow.command set state = 'DONE', last_why = null
                where seq = :seq and state = 'PENDING'
                """)
            .param("seq", command.seq())
            .update()
        == 1;
  }

  /// False where another node took it meanwhile: then its outcome counts, not this one's.
  boolean failed(Taken command, String why, Duration pause) {
    return jdbc.sql(
                """
                update flow.command set last_why = :why, due_at = clock_timestamp() + :pause * interval '1 millisecond'
                where seq = :seq and state = 'PENDING' and attempts = :attempts
                """)
            .param("why", why)
            .param("pause", pause.toMillis())
            .param("seq", command.seq())
            .param("attempts", command.attempts())
            .update()
        == 1;
  }

  <T> T in(java.util.function.Supplier<T> work) {
    return java.util.Objects.requireNonNull(transactions.execute(_ -> work.get()));
  }
}
