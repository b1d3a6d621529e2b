package tally.delivery.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.delivery.Delivery.Side;
import tally.delivery.DeliveryId;
import tally.delivery.Readings;
import tally.metering.Reading;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;

/// Readings in PostgreSQL.
public final class JdbcReadings implements Readings.Store {

  private final JdbcClient jdbc;

  public JdbcReadings(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public int keep(Side side, Instant moment, int most) {
    return jdbc.sql(
            """
            insert into delivery.reading (tenant, id, side, at, count)
            select tenant, id, side, :moment, count from delivery.delivery
             where side = :side and wanted <> 'TERMINATED' order by visit_at limit :most
            on conflict do nothing
            """)
        .param("side", side.name())
        .param("moment", at(moment))
        .param("most", most)
        .update();
  }

  /// Another node may be at the same rows: what it has locked, it forgets.
  @Override
  public int forget(Instant before, int most) {
    return jdbc.sql(
            """
            delete from delivery.reading r
             using (select tenant, id, side, at from delivery.reading
                     where at < :before order by at limit :most for update skip locked) old
             where r.tenant = old.tenant and r.id = old.id and r.side = old.side and r.at = old.at
            """)
        .param("before", at(before))
        .param("most", most)
        .update();
  }

  @Override
  public Map<DeliveryId, List<Reading>> of(
      Tenant tenant, Set<DeliveryId> ids, Side side, Instant since, int most) {
    record Row(DeliveryId id, Reading reading) {}
    return jdbc
        .sql(
            """
            select r.id, r.count, r.at, d.unit
              from delivery.reading r join delivery.delivery d using (tenant, id, side)
             where r.tenant = :tenant and r.id = any(:ids) and r.side = :side and r.at >= :since
             order by r.at limit :most
            """)
        .param("tenant", tenant.name())
        .param("ids", ids.stream().map(DeliveryId::value).toArray(UUID[]::new))
        .param("side", side.name())
        .param("since", at(since))
        .param("most", most)
        .query((row, _) -> new Row(new DeliveryId(row.getObject("id", UUID.class)), reading(row)))
        .list()
        .stream()
        .collect(groupingBy(Row::id, mapping(Row::reading, toList())));
  }

  private static Reading reading(ResultSet row) throws SQLException {
    return new Reading(
        new Quantity(new Unit(row.getString("unit")), row.getLong("count")),
        row.getObject("at", OffsetDateTime.class).toInstant());
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
