package tally.ledger.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.ledger.Account;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Posting;
import tally.ledger.internal.Batch.Kept;
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

  /// Locks those that there are, in the order of their ids.
  Map<HoldId, Kept> lock(Tenant tenant, List<HoldId> ids) {
    var found = new HashMap<HoldId, Kept>();
    if (ids.isEmpty()) {
      return found;
    }
    jdbc.sql(
            """
            select h.* from (select id from unnest(cast(:ids as uuid[])) as ids (id) order by id) as v
            cross join lateral (
              select * from ledger.hold where tenant = :tenant and id = v.id for update) as h
            """)
        .param("tenant", tenant.name())
        .param("ids", texts(ids, HoldId::value))
        .query(row -> {
          var hold = read(row, 0);
          found.put(hold.id(), new Kept(hold, row.getBytes("input_hash")));
        });
    return found;
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

  /// Passes over those that somebody else is ending, and so never waits.
  List<HoldId> lockOverdue(Tenant tenant, Instant now, int most) {
    return jdbc.sql(
            """
            select id from ledger.hold where tenant = :tenant and state = 'Pending' and expires <= :now
            order by expires, id limit :most for update skip locked
            """)
        .param("tenant", tenant.name())
        .param("now", Lanes.time(now))
        .param("most", most)
        .query((row, _) -> new HoldId(row.getObject("id", UUID.class)))
        .list();
  }

  Instant now() {
    return jdbc.sql("select clock_timestamp()")
        .query((row, _) -> row.getObject(1, OffsetDateTime.class).toInstant())
        .single();
  }

  /// In the order of their ids, so that two writers who were asked the same things do not wait for
  /// each other in a circle.
  void insert(List<Kept> made) {
    if (made.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            insert into ledger.hold
              (tenant, id, reason, from_path, to_path, asset, units, expires, input_hash, state, body)
            select :tenant, cast(id as uuid), reason, from_path, to_path, asset, units, expires, input_hash, state, cast(body as jsonb)
            from unnest(cast(:ids as text[]), cast(:reasons as text[]), cast(:froms as text[]), cast(:tos as text[]),
                        cast(:assets as text[]), cast(:units as numeric[]), cast(:expires as timestamptz[]), :inputs,
                        cast(:states as text[]), cast(:bodies as text[]))
              as h (id, reason, from_path, to_path, asset, units, expires, input_hash, state, body)
            order by cast(id as uuid)
            """)
        .param("tenant", made.getFirst().hold().tenant().name())
        .param("ids", texts(made, kept -> kept.hold().id().value()))
        .param("reasons", texts(made, kept -> kept.hold().reason()))
        .param("froms", texts(made, kept -> kept.hold().promised().from().path()))
        .param("tos", texts(made, kept -> kept.hold().promised().to().path()))
        .param("assets", texts(made, kept -> kept.hold().promised().amount().asset()))
        .param("units", texts(made, kept -> kept.hold().promised().amount().units()))
        .param("expires", texts(made, kept -> Lanes.time(kept.hold().expires())))
        .param("inputs", made.stream().map(Kept::inputHash).toArray(byte[][]::new))
        .param("states", texts(made, kept -> state(kept.hold())))
        .param("bodies", texts(made, kept -> body(kept.hold())))
        .update();
  }

  /// They are locked already.
  void end(List<Hold> ended) {
    if (ended.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            update ledger.hold h set state = v.state, body = cast(v.body as jsonb)
            from unnest(cast(:ids as uuid[]), cast(:states as text[]), cast(:bodies as text[])) as v (id, state, body)
            where h.tenant = :tenant and h.id = v.id
            """)
        .param("tenant", ended.getFirst().tenant().name())
        .param("ids", texts(ended, hold -> hold.id().value()))
        .param("states", texts(ended, Holds::state))
        .param("bodies", texts(ended, Holds::body))
        .update();
  }

  private static String state(Hold hold) {
    return hold.state().getClass().getSimpleName();
  }

  private static String body(Hold hold) {
    return Json.write(Hold.State.class, hold.state());
  }

  private static <T> String[] texts(List<T> rows, Function<T, Object> part) {
    return rows.stream().map(part).map(Object::toString).toArray(String[]::new);
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
