package tally.flow.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.flow.Command;
import tally.flow.FlowId;
import tally.flow.Signal;
import tally.money.Tenant;

/// The commands that flows have given, until each has been carried out: the durable queue. A flow's
/// commands are taken in the order in which it gave them.
final class JdbcCommands {

  private static final String TAKE =
      """
      update flow.command set attempts = attempts + 1,
        due_at = clock_timestamp() + :lease * interval '1 millisecond'
      where seq = any (array(%s))
      returning seq, tenant, flow, body, attempts,
        (extract(epoch from clock_timestamp() - at) * 1000)::bigint as age
      """;

  private static final String DUE =
      """
      c.state = 'PENDING' and c.due_at <= statement_timestamp() and coalesce(c.attempts < :most, false)
      and not exists (select 1 from flow.command e
                      where e.tenant = c.tenant and e.flow = c.flow and e.state = 'PENDING' and e.seq < c.seq)
      """;

  private static final String NEXT =
      TAKE.formatted(
          "select c.seq from flow.command c where "
              + DUE
              + "order by c.due_at limit 1 for update skip locked");

  private static final String POSTS =
      TAKE.formatted(
          """
          select c.seq from unnest(cast(:tenants as text[]), cast(:flows as uuid[])) as f (tenant, id)
          join flow.command c on c.tenant = f.tenant and c.flow = f.id
          where c.kind = 'Post' and
          """
              + DUE
              + "for update of c skip locked");

  private final JdbcClient jdbc;
  private final FlowBell bell;

  JdbcCommands(JdbcClient jdbc, FlowBell bell) {
    this.jdbc = jdbc;
    this.bell = bell;
  }

  /// @param step the flow's version that gave it
  /// @param place among those of that step
  record Given(Tenant tenant, FlowId flow, long step, int place, Command command) {}

  /// A command that this node has taken, for as long as the lease runs.
  ///
  /// @param age how long ago the flow gave it
  record Taken(long seq, Tenant tenant, FlowId flow, Command command, int attempts, Duration age) {}

  /// A command that was carried out.
  ///
  /// @param signal what its flow is to hear of it at once
  record Answered(Taken taken, Optional<Signal> signal) {}

  private record Watch(Given given, UUID subject) {}

  void give(List<Given> given) {
    if (given.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            insert into flow.command (tenant, flow, step, place, kind, body)
            select tenant, flow, step, place, kind, cast(body as jsonb)
            from unnest(cast(:tenants as text[]), cast(:flows as uuid[]), cast(:steps as bigint[]),
                        cast(:places as int[]), cast(:kinds as text[]), cast(:bodies as text[]))
              with ordinality as c (tenant, flow, step, place, kind, body, n)
            order by n
            """)
        .param("tenants", texts(given, it -> it.tenant().name()))
        .param("flows", texts(given, it -> it.flow().value()))
        .param("steps", given.stream().map(Given::step).toArray(Long[]::new))
        .param("places", given.stream().map(Given::place).toArray(Integer[]::new))
        .param("kinds", texts(given, it -> it.command().getClass().getSimpleName()))
        .param("bodies", texts(given, it -> Json.write(Command.class, it.command())))
        .update();
    watch(given);
  }

  private void watch(List<Given> given) {
    var watches = new ArrayList<Watch>();
    for (var one : given) {
      one.command().watches().forEach(subject -> watches.add(new Watch(one, subject)));
    }
    if (watches.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            insert into flow.watch (tenant, subject, flow)
            select * from unnest(cast(:tenants as text[]), cast(:subjects as uuid[]), cast(:flows as uuid[]))
            on conflict do nothing
            """)
        .param("tenants", texts(watches, it -> it.given().tenant().name()))
        .param("subjects", texts(watches, Watch::subject))
        .param("flows", texts(watches, it -> it.given().flow().value()))
        .update();
  }

  /// Takes the next due command of some flow, the first that this flow has, and puts it out of
  /// others' reach for the lease.
  Optional<Taken> take(int attemptsMax, Duration lease) {
    return jdbc.sql(NEXT)
        .param("lease", lease.toMillis())
        .param("most", attemptsMax)
        .query(JdbcCommands::taken)
        .optional();
  }

  /// Takes in the same way what these flows have to post, one posting of each at most.
  List<Taken> takePosts(Collection<JdbcSteps.Locked> flows, int attemptsMax, Duration lease) {
    return jdbc.sql(POSTS)
        .param("tenants", texts(flows, it -> it.tenant().name()))
        .param("flows", texts(flows, it -> it.id().value()))
        .param("lease", lease.toMillis())
        .param("most", attemptsMax)
        .query(JdbcCommands::taken)
        .list();
  }

  /// Writes down that these were carried out, and what their flows hear of it; answers how many
  /// were. Not among them is what another node has taken after this one's lease was over: of two
  /// answers, which may differ, the newest taker's alone is heard.
  int answer(List<Answered> answered) {
    if (answered.isEmpty()) {
      return 0;
    }
    var done =
        jdbc.sql(
                """
                update flow.command c set state = 'DONE', last_why = null
                from unnest(cast(:seqs as bigint[]), cast(:attempts as int[])) as d (seq, attempts)
                where c.seq = d.seq and c.state = 'PENDING' and c.attempts = d.attempts returning c.seq
                """)
            .param("seqs", answered.stream().map(it -> it.taken().seq()).toArray(Long[]::new))
            .param(
                "attempts",
                answered.stream().map(it -> it.taken().attempts()).toArray(Integer[]::new))
            .query(Long.class)
            .set();
    var heard =
        answered.stream()
            .filter(it -> it.signal().isPresent() && done.contains(it.taken().seq()))
            .toList();
    if (!heard.isEmpty()) {
      bell.heard(
          jdbc.sql(
                  """
                  insert into flow.signal (tenant, flow, body)
                  select tenant, flow, cast(body as jsonb)
                  from unnest(cast(:tenants as text[]), cast(:flows as uuid[]), cast(:bodies as text[]))
                    with ordinality as s (tenant, flow, body, n)
                  order by n
                  """)
              .param("tenants", texts(heard, it -> it.taken().tenant().name()))
              .param("flows", texts(heard, it -> it.taken().flow().value()))
              .param("bodies", texts(heard, it -> Json.write(Signal.class, it.signal().get())))
              .update());
    }
    return done.size();
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

  private static Taken taken(ResultSet row, int number) throws SQLException {
    return new Taken(
        row.getLong("seq"),
        new Tenant(row.getString("tenant")),
        new FlowId(row.getObject("flow", UUID.class)),
        Json.read(Command.class, row.getString("body")),
        row.getInt("attempts"),
        Duration.ofMillis(row.getLong("age")));
  }

  static <T> String[] texts(Collection<T> rows, Function<T, Object> part) {
    return rows.stream().map(part).map(Object::toString).toArray(String[]::new);
  }
}
