package tally.flow.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.money.Holder;
import tally.money.Tenant;

/// Flows as those see them who only look.
final class JdbcLooks {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcLooks.class);

  private static final String KEPT =
      """
      select f.*, exists (select 1 from flow.command c
        where c.tenant = f.tenant and c.flow = f.id and c.state = 'PENDING') as busy
      from flow.flow f
      """;

  private final JdbcClient jdbc;

  JdbcLooks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Flows.Kept> find(Tenant tenant, FlowId id) {
    return jdbc.sql(KEPT + "where f.tenant = :tenant and f.id = :id")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(JdbcLooks::kept)
        .optional()
        .flatMap(kept -> kept);
  }

  List<Flows.Kept> list(Tenant tenant, Kind kind, Optional<Holder> owner, int most) {
    return jdbc
        .sql(
            KEPT
                + """
                where tenant = :tenant and kind = :kind and (:owner = '' or owner = :owner)
                order by begun_at desc, id limit :most
                """)
        .param("tenant", tenant.name())
        .param("kind", kind.name())
        .param("owner", owner.map(Holder::name).orElse(""))
        .param("most", most)
        .query(JdbcLooks::kept)
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  List<Flows.Kept> stalled(Tenant tenant, int most) {
    return jdbc
        .sql(
            KEPT
                + """
                where tenant = :tenant and stalled is not null
                order by moved_at, id limit :most
                """)
        .param("tenant", tenant.name())
        .param("most", most)
        .query(JdbcLooks::kept)
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  List<Flows.Kept> inState(Kind kind, String state, int most) {
    return jdbc
        .sql(
            KEPT
                + """
                where kind = :kind and state = :state and not over
                order by begun_at, id limit :most
                """)
        .param("kind", kind.name())
        .param("state", state)
        .param("most", most)
        .query(JdbcLooks::kept)
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /// Refunds in this state that nobody has decided, whether they have heard of it or not.
  List<Flows.Kept> undecided(Tenant tenant, String state, int most) {
    return jdbc
        .sql(
            KEPT
                + """
                where f.tenant = :tenant and kind = 'REFUNDING' and state = :state and not over
                  and not exists (select 1 from flow.decision d where d.tenant = f.tenant and d.flow = f.id)
                order by begun_at, f.id limit :most
                """)
        .param("tenant", tenant.name())
        .param("state", state)
        .param("most", most)
        .query(JdbcLooks::kept)
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /// Empty where its body cannot be read: the others are shown all the same.
  private static Optional<Flows.Kept> kept(ResultSet row, int at) throws SQLException {
    var kind = Kind.valueOf(row.getString("kind"));
    try {
      return Optional.of(
          new Flows.Kept(
              kind.read(row.getString("body")),
              kind,
              new Holder(row.getString("owner")),
              row.getObject("begun_at", OffsetDateTime.class).toInstant(),
              Optional.ofNullable(row.getString("stalled")),
              row.getBoolean("busy")));
    } catch (RuntimeException unreadable) {
      LOG.error("flow {} cannot be read", row.getString("id"), unreadable);
      return Optional.empty();
    }
  }
}
