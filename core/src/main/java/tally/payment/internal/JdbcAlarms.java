package tally.payment.internal;

import static tally.payment.internal.Columns.at;
import static tally.payment.internal.Columns.instant;
import static tally.payment.internal.Columns.maybe;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.money.Tenant;
import tally.payment.Alarm;
import tally.payment.Alarms;

/// Alarms in PostgreSQL.
public final class JdbcAlarms implements Alarms.Store {

  private final JdbcClient jdbc;

  public JdbcAlarms(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void raise(Alarm alarm) {
    jdbc.sql(
            """
            insert into payment.alarm (tenant, subject, code, text, at) values (?, ?, ?, ?, ?)
            on conflict do nothing
            """)
        .params(alarm.tenant().name(), alarm.subject(), alarm.code(), alarm.text(), at(alarm.at()))
        .update();
  }

  @Override
  public List<Alarms.Kept> list(Tenant tenant, boolean open, int most) {
    return jdbc.sql(
            """
            select * from payment.alarm where tenant = ? and (closed_at is null or not ?)
            order by at desc, subject, code limit ?
            """)
        .params(tenant.name(), open, most)
        .query((row, number) -> kept(row))
        .list();
  }

  @Override
  public Optional<Alarms.Kept> find(Tenant tenant, UUID id) {
    return jdbc.sql("select * from payment.alarm where tenant = ? and id = ?")
        .params(tenant.name(), id)
        .query((row, number) -> kept(row))
        .optional();
  }

  @Override
  public boolean close(Tenant tenant, UUID id, Instant at, String by, String note) {
    return jdbc.sql(
                """
                update payment.alarm set closed_at = ?, closed_by = ?, note = ?
                where tenant = ? and id = ? and closed_at is null
                """)
            .params(at(at), by, note, tenant.name(), id)
            .update()
        == 1;
  }

  @Override
  public void over(Tenant tenant, String subject, String code, Instant at) {
    jdbc.sql(
            """
            update payment.alarm set closed_at = ?
            where tenant = ? and subject = ? and code = ? and closed_at is null
            """)
        .params(at(at), tenant.name(), subject, code)
        .update();
  }

  private static Alarms.Kept kept(ResultSet row) throws SQLException {
    return new Alarms.Kept(
        row.getObject("id", UUID.class),
        new Alarm(
            new Tenant(row.getString("tenant")),
            row.getString("subject"),
            row.getString("code"),
            row.getString("text"),
            instant(row, "at")),
        maybe(row, "closed_at"),
        row.getString("closed_by"),
        row.getString("note"));
  }
}
