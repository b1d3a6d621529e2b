package tally.escrow.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.escrow.Alarm;
import tally.escrow.Alarms;
import tally.money.Tenant;
import tally.x402.ChannelId;

/// Alarms in PostgreSQL. Joins an open database transaction.
public final class JdbcAlarms implements Alarms.Store {

  private final JdbcClient jdbc;

  public JdbcAlarms(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void raise(Alarm alarm) {
    jdbc.sql(
            """
            insert into escrow.alarm (tenant, subject, code, text, at)
            values (:tenant, :subject, :code, :text, :at)
            on conflict do nothing\
            """)
        .param("tenant", alarm.tenant().name())
        .param("subject", alarm.subject())
        .param("code", alarm.code())
        .param("text", alarm.text())
        .param("at", Timestamp.from(alarm.at()))
        .update();
  }

  @Override
  public List<Alarms.Kept> list(Tenant tenant, boolean open, int most) {
    return jdbc.sql(
            """
            select * from escrow.alarm
             where tenant = :tenant and (closed_at is null or not :open)
             order by at desc, subject, code
             limit :most\
            """)
        .param("tenant", tenant.name())
        .param("open", open)
        .param("most", most)
        .query((row, _) -> kept(row))
        .list();
  }

  @Override
  public Optional<Alarms.Kept> find(Tenant tenant, UUID id) {
    return jdbc.sql("select * from escrow.alarm where tenant = :tenant and id = :id")
        .param("tenant", tenant.name())
        .param("id", id)
        .query((row, _) -> kept(row))
        .optional();
  }

  @Override
  public boolean close(Tenant tenant, UUID id, Instant at, String by, String note) {
    return jdbc.sql(
                """
                update escrow.alarm set closed_at = :at, closed_by = :by, note = :note
                 where tenant = :tenant and id = :id and closed_at is null\
                """)
            .param("at", Timestamp.from(at))
            .param("by", by)
            .param("note", note)
            .param("tenant", tenant.name())
            .param("id", id)
            .update()
        == 1;
  }

  @Override
  public void over(Tenant tenant, ChannelId channel, String code, Instant at) {
    jdbc.sql(
            """
            update escrow.alarm set closed_at = :at
             where tenant = :tenant and subject = :subject and code = :code and closed_at is null\
            """)
        .param("at", Timestamp.from(at))
        .param("tenant", tenant.name())
        .param("subject", Alarm.subject(channel))
        .param("code", code)
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
            row.getTimestamp("at").toInstant()),
        Optional.ofNullable(row.getTimestamp("closed_at")).map(Timestamp::toInstant),
        row.getString("closed_by"),
        row.getString("note"));
  }
}
