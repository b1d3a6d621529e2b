package tally.payment.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.money.Tenant;

/// How this room's instants are written (cut to microseconds, as PostgreSQL keeps them), and its
/// history.
final class Columns {

  private Columns() {}

  static OffsetDateTime at(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  static @Nullable OffsetDateTime at(Optional<Instant> instant) {
    return instant.map(Columns::at).orElse(null);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static Optional<Instant> maybe(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /// Values of one statement, where some may be null.
  static List<@Nullable Object> nullable(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  /// Appends one state to the history, within the transaction that stores it.
  static void history(
      JdbcClient jdbc,
      String about,
      Tenant tenant,
      UUID subject,
      String state,
      String body,
      Instant at) {
    jdbc.sql(
            """
            insert into payment.event (tenant, about, subject, state, body, at)
            values (?, ?, ?, ?, ?::jsonb, ?)
            """)
        .params(tenant.name(), about, subject, state, body, at(at))
        .update();
  }
}
