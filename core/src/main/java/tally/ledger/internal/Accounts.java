package tally.ledger.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.ledger.Account;
import tally.ledger.Balance;
import tally.ledger.internal.Batch.Standing;
import tally.ledger.internal.Shifts.Place;
import tally.money.Asset;
import tally.money.Tenant;

/// The balances. Rows are locked in the order of their ids, looked at, and only then written, so
/// that a refusal leaves nothing to take back.
///
/// Each row is sought by itself (`lateral`), here and in the other tables that a batch reads: a
/// plan that was made when a table was small would read all of it when it is large.
final class Accounts {

  private final JdbcClient jdbc;
  private final AccountIds ids = new AccountIds();

  Accounts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// Locks those that there are, in the order of their ids; what is not there stands at nothing.
  ///
  /// @param first whether the transaction has written nothing yet, so that all it sees is committed
  Map<Place, Standing> lock(Tenant tenant, Collection<Place> places, boolean first) {
    var byId = ids.of(tenant, places, unknown -> look(tenant, unknown));
    if (first) {
      ids.remember(tenant, byId);
    }
    var found = new HashMap<Place, Standing>();
    jdbc.sql(
            """
            select v.id, a.posted, a.held
            from (select id from unnest(cast(:ids as bigint[])) as ids (id) order by id) as v
            cross join lateral (select posted, held from ledger.account where id = v.id for update) as a
            """)
        .param("ids", byId.keySet().toArray(Long[]::new))
        .query(row -> {
          long id = row.getLong("id");
          found.put(
              Objects.requireNonNull(byId.get(id)),
              new Standing(
                  id, integer(row.getBigDecimal("posted")), integer(row.getBigDecimal("held"))));
        });
    return found;
  }

  private Map<Place, Long> look(Tenant tenant, List<Place> places) {
    var found = new HashMap<Place, Long>();
    jdbc.sql(
            """
            select v.n, a.id
            from unnest(cast(:paths as text[]), cast(:assets as text[])) with ordinality as v (path, asset, n)
            cross join lateral (
              select id from ledger.account
              where tenant = :tenant and path = v.path and asset = v.asset limit 1) as a
            """)
        .param("tenant", tenant.name())
        .param("paths", paths(places))
        .param("assets", assets(places))
        .query(row -> {
          found.put(places.get(row.getInt("n") - 1), row.getLong("id"));
        });
    return found;
  }

  /// New rows go in by path, so that two writers who begin the same accounts do not wait for each
  /// other in a circle.
  void save(Tenant tenant, Map<Place, Standing> moved) {
    update(moved.values().stream().filter(standing -> standing.id() != 0).toList());
    insert(tenant, moved.entrySet().stream().filter(e -> e.getValue().id() == 0).toList());
  }

  List<Balance> find(Tenant tenant, String pathPrefix) {
    return jdbc.sql(
            """
            select path, asset, posted, held from ledger.account
            where tenant = :tenant and starts_with(path, :prefix)
            order by path, asset
            """)
        .param("tenant", tenant.name())
        .param("prefix", pathPrefix)
        .query((row, _) ->
            new Balance(
                Account.of(row.getString("path")),
                Asset.of(row.getString("asset")),
                integer(row.getBigDecimal("posted")),
                integer(row.getBigDecimal("held"))))
        .list();
  }

  Optional<Balance> find(Tenant tenant, Account account, Asset asset) {
    return jdbc.sql(
            """
            select posted, held from ledger.account
            where tenant = :tenant and path = :path and asset = :asset
            """)
        .param("tenant", tenant.name())
        .param("path", account.path())
        .param("asset", asset.toString())
        .query((row, _) ->
            new Balance(
                account,
                asset,
                integer(row.getBigDecimal("posted")),
                integer(row.getBigDecimal("held"))))
        .optional();
  }

  static BigInteger integer(BigDecimal whole) {
    return whole.toBigIntegerExact();
  }

  private void update(List<Standing> standings) {
    if (standings.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            update ledger.account a set posted = v.posted, held = v.held
            from unnest(cast(:ids as bigint[]), cast(:posted as numeric[]), cast(:held as numeric[])) as v (id, posted, held)
            where a.id = v.id
            """)
        .param("ids", standings.stream().map(Standing::id).toArray(Long[]::new))
        .param("posted", strings(standings.stream().map(Standing::posted).toList()))
        .param("held", strings(standings.stream().map(Standing::held).toList()))
        .update();
  }

  private void insert(Tenant tenant, List<Map.Entry<Place, Standing>> begun) {
    if (begun.isEmpty()) {
      return;
    }
    var places = begun.stream().map(Map.Entry::getKey).toList();
    var standings = begun.stream().map(Map.Entry::getValue).toList();
    jdbc.sql(
            """
            insert into ledger.account (tenant, path, asset, rim, posted, held)
            select :tenant, path, asset, rim, posted, held
            from unnest(cast(:paths as text[]), cast(:assets as text[]), cast(:rims as boolean[]),
                        cast(:posted as numeric[]), cast(:held as numeric[])) as v (path, asset, rim, posted, held)
            order by path collate "C", asset
            """)
        .param("tenant", tenant.name())
        .param("paths", paths(places))
        .param("assets", assets(places))
        .param("rims", strings(places.stream().map(place -> place.account().rim()).toList()))
        .param("posted", strings(standings.stream().map(Standing::posted).toList()))
        .param("held", strings(standings.stream().map(Standing::held).toList()))
        .update();
  }

  private static String[] paths(List<Place> places) {
    return strings(places.stream().map(place -> place.account().path()).toList());
  }

  private static String[] assets(List<Place> places) {
    return strings(places.stream().map(Place::asset).toList());
  }

  /// Arrays travel as text and are cast in the statement: one form for every type.
  static String[] strings(List<?> values) {
    return values.stream().map(Object::toString).toArray(String[]::new);
  }
}
