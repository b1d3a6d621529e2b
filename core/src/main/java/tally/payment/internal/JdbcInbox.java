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
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.money.Tenant;
import tally.payment.Inbox;
import tally.payment.Inbox.Delivered;
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

  @Override
  public List<Delivered> claim(Instant now, Duration lease, int most) {
    return Objects.requireNonNull(
        transactions.execute(status ->
            jdbc.sql(
                    """
                    update payment.webhook w set due_at = ?, tries = w.tries + 1
                    from (select gateway, event from payment.webhook where due_at <= ? order by due_at
                          limit ? for update skip locked) d
                    where w.gateway = d.gateway and w.event = d.event
                    returning w.*
                    """)
                .params(at(now.plus(lease)), at(now), most)
                .query(JdbcInbox::row)
                .list()));
  }

  @Override
  public void settle(Delivered delivered, State state, Optional<Instant> due) {
    jdbc.sql("update payment.webhook set state = ?, due_at = ? where gateway = ? and event = ?")
        .params(nullable(written(state), at(due), delivered.gateway(), delivered.event()))
        .update();
  }

  private static String written(State state) {
    return state.name().charAt(0) + state.name().substring(1).toLowerCase(Locale.ROOT);
  }

  private static Delivered row(ResultSet row, int number) throws SQLException {
    return new Delivered(
        row.getString("gateway"),
        row.getString("event"),
        row.getBoolean("proven"),
        Json.read(Names.class, row.getString("about")),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        instant(row, "arrived_at"),
        row.getInt("tries"),
        maybe(row, "due_at"));
  }
}
