package tally.ledger.internal;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.ledger.Account;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;

/// The rows of holds.
final class Holds {

  private final JdbcClient jdbc;

  Holds(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Hold> find(Tenant tenant, HoldId id) {
    return jdbc.sql("select * from ledger.hold where tenant = :tenant and id = :id")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(Holds::read)
        .optional();
  }

  /// Asked after the lane is locked, so that nobody else can end it.
  Optional<Hold> lock(Tenant tenant, HoldId id) {
    return jdbc.sql("select * from ledger.hold where tenant = :tenant and id = :id for update")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(Holds::read)
        .optional();
  }

  /// Whose holds are over, and so whose lanes must be locked; in their order.
  List<Tenant> overdueTenants(Instant now) {
    return jdbc.sql(
            """
            select distinct tenant from ledger.hold where state = 'Pending' and expires <= :now
            order by tenant limit 1000
            """)
        .param("now", Lanes.time(now))
        .query((row, _) -> new Tenant(row.getString("tenant")))
        .list();
  }

  List<Hold> lockOverdue(Tenant tenant, Instant now, int most) {
    return jdbc.sql(
            """
            select * from ledger.hold where tenant = :tenant and state = 'Pending' and expires <= :now
            order by expires, id limit :most for update
            """)
        .param("tenant", tenant.name())
        .param("now", Lanes.time(now))
        .param("most", most)
        .query(Holds::read)
        .list();
  }

  Instant now() {
    return jdbc.sql("select clock_timestamp()")
        .query((row, _) -> row.getObject(1, OffsetDateTime.class).toInstant())
        .single();
  }

  void insert(Hold hold, byte[] inputHash) {
    var promised = hold.promised();
    jdbc.sql(
            """
            insert into ledger.hold
              (tenant, id, reason, from_path, to_path, asset, units, expires, input_hash, state, body)
            values (:tenant, :id, :reason, :from, :to, :asset, :units, :expires, :input, 'Pending', cast(:body as jsonb))
            """)
        .param("tenant", hold.tenant().name())
        .param("id", hold.id().value())
        .param("reason", hold.reason())
        .param("from", promised.from().path())
        .param("to", promised.to().path())
        .param("asset", promised.amount().asset().toString())
        .param("units", new BigDecimal(promised.amount().units()))
        .param("expires", Lanes.time(hold.expires()))
        .param("input", inputHash)
        .param("body", Json.write(Hold.State.class, hold.state()))
        .update();
  }

  void end(Hold hold, Hold.State state) {
    jdbc.sql(
            """
            update ledger.hold set state = :state, body = cast(:body as jsonb)
            where tenant = :tenant and id = :id
            """)
        .param("state", state.getClass().getSimpleName())
        .param("body", Json.write(Hold.State.class, state))
        .param("tenant", hold.tenant().name())
        .param("id", hold.id().value())
        .update();
  }

  static Hold read(ResultSet row, int number) throws SQLException {
    return new Hold(
        new HoldId(row.getObject("id", UUID.class)),
        new Tenant(row.getString("tenant")),
        row.getString("reason"),
        new Posting(
            Account.of(row.getString("from_path")),
            Account.of(row.getString("to_path")),
            new Amount(
                Asset.of(row.getString("asset")), Accounts.integer(row.getBigDecimal("units")))),
        row.getObject("expires", OffsetDateTime.class).toInstant(),
        Json.read(Hold.State.class, row.getString("body")));
  }
}
