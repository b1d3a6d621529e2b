package tally.payment.internal;

import static tally.payment.internal.Columns.at;
import static tally.payment.internal.Columns.instant;
import static tally.payment.internal.Columns.maybe;
import static tally.payment.internal.Columns.nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.money.Tenant;
import tally.payment.Inbox;
import tally.payment.Inbox.Delivered;
import tally.payment.Inbox.Followed;
import tally.payment.Inbox.Names;
import tally.payment.Inbox.State;

/// Deliveries in PostgreSQL.
public final class JdbcInbox implements Inbox.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcInbox(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public boolean keep(Delivered delivered, byte[] raw) {
    return jdbc.sql(
                """
                insert into payment.webhook (gateway, event, tenant, proven, raw, about, state, arrived_at, tries, due_at)
                values (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?)
                on conflict do nothing
                """)
            .params(
                nullable(
                    delivered.gateway(),
                    delivered.event(),
                    Tenant.HOUSE.name(),
                    delivered.proven(),
                    raw,
                    Json.write(Names.class, delivered.about()),
                    written(delivered.state()),
                    at(delivered.arrived()),
                    delivered.tries(),
                    at(delivered.due())))
            .update()
        == 1;
  }

  @Override
  public int hints(String gateway, Instant since) {
    return jdbc.sql(
            "select count(*) from payment.webhook where gateway = ? and not proven and arrived_at > ?")
        .params(gateway, at(since))
        .query(Integer.class)
        .single();
  }

  /// Taken by one statement and counted by another, since a planner that does not know the table
  /// would read all of it to join the two.
  @Override
  public List<Delivered> claim(Instant now, Duration lease, int most, Set<String> busy) {
    return Objects.requireNonNull(
        transactions.execute(_ -> {
          var due =
              jdbc.sql(
                      """
                      select * from payment.webhook
                      where due_at <= ? and not gateway = any (?) order by due_at
                      limit ? for update skip locked
                      """)
                  .params(at(now), busy.toArray(String[]::new), most)
                  .query(JdbcInbox::taken)
                  .list();
          if (!due.isEmpty()) {
            jdbc.sql(
                    """
                    update payment.webhook w set due_at = :due, tries = w.tries + 1
                    from unnest(cast(:gateways as text[]), cast(:events as text[])) as d (gateway, event)
                    where w.gateway = d.gateway and w.event = d.event
                    """)
                .param("due", at(now.plus(lease)))
                .param("gateways", texts(due, Delivered::gateway))
                .param("events", texts(due, Delivered::event))
                .update();
          }
          return due;
        }));
  }

  @Override
  public void settle(List<Followed> followed) {
    if (followed.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            update payment.webhook w set state = d.state, due_at = cast(d.due as timestamptz)
            from unnest(cast(:gateways as text[]), cast(:events as text[]), cast(:states as text[]),
                        cast(:dues as text[]), cast(:tries as int[])) as d (gateway, event, state, due, tries)
            where w.gateway = d.gateway and w.event = d.event and w.tries = d.tries
            """)
        .param("gateways", texts(followed, it -> it.delivered().gateway()))
        .param("events", texts(followed, it -> it.delivered().event()))
        .param("states", texts(followed, it -> written(it.state())))
        .param("dues", texts(followed, it -> it.due().map(Instant::toString).orElse(null)))
        .param("tries", followed.stream().map(it -> it.delivered().tries()).toArray(Integer[]::new))
        .update();
  }

  private static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> part) {
    return rows.stream().map(part).toArray(String[]::new);
  }

  private static String written(State state) {
    return state.name().charAt(0) + state.name().substring(1).toLowerCase(Locale.ROOT);
  }

  /// As it is once it was taken.
  private static Delivered taken(ResultSet row, int number) throws SQLException {
    return new Delivered(
        row.getString("gateway"),
        row.getString("event"),
        row.getBoolean("proven"),
        Json.read(Names.class, row.getString("about")),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        instant(row, "arrived_at"),
        row.getInt("tries") + 1,
        maybe(row, "due_at"));
  }
}
