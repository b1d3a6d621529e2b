package tally.payment.internal;

import static tally.payment.internal.Columns.at;
import static tally.payment.internal.Columns.instant;

import java.util.List;
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
  public List<Alarm> open(Tenant tenant, int most) {
    return jdbc.sql(
            """
            select subject, code, text, at from payment.alarm where tenant = ? and closed_at is null
            order by at desc, subject, code limit ?
            """)
        .params(tenant.name(), most)
        .query((row, number) ->
            new Alarm(
                tenant,
                row.getString("subject"),
                row.getString("code"),
                row.getString("text"),
                instant(row, "at")))
        .list();
  }
}
