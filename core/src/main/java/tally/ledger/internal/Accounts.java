package tally.ledger.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Balance;
import tally.ledger.internal.Shifts.Place;
import tally.ledger.internal.Shifts.Shift;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;

/// The balances. Rows are locked in the order of their ids, looked at, and only then written, so
/// that a refusal leaves nothing to take back.
final class Accounts {

  private static final BigInteger POSTED_LIMIT = BigInteger.TEN.pow(Amount.DIGITS_MAX + 1);
  private static final BigInteger HELD_LIMIT = BigInteger.TEN.pow(Amount.DIGITS_MAX);

  private final JdbcClient jdbc;

  Accounts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  private record Row(long id, BigInteger posted, BigInteger held) {}

  private record Change(Place place, Optional<Row> row, BigInteger posted, BigInteger held) {}

  /// Does all of it, or answers what is short and does nothing. The lane must be locked.
  Optional<Answer.Short> shift(Tenant tenant, Shifts shifts) {
    var rows = lock(tenant, shifts.all());
    var changes = new ArrayList<Change>();
    for (var shift : shifts.all()) {
      var row = Optional.ofNullable(rows.get(shift.place()));
      var posted = row.map(Row::posted).orElse(BigInteger.ZERO);
      var held = row.map(Row::held).orElse(BigInteger.ZERO);
      var free = posted.subtract(held);
      var account = shift.place().account();
      if (!account.rim() && free.compareTo(shift.taken()) < 0) {
        return Optional.of(new Answer.Short(account, shift.place().asset(), free, shift.taken()));
      }
      changes.add(
          bounded(
              new Change(shift.place(), row, posted.add(shift.posted()), held.add(shift.held()))));
    }
    update(changes.stream().filter(change -> change.row().isPresent()).toList());
    insert(tenant, changes.stream().filter(change -> change.row().isEmpty()).toList());
    return Optional.empty();
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

  private Map<Place, Row> lock(Tenant tenant, Collection<Shift> shifts) {
    var places = shifts.stream().map(Shift::place).toList();
    var found = new HashMap<Place, Row>();
    jdbc.sql(
            """
            select id, path, asset, posted, held from ledger.account
            where tenant = :tenant
              and (path, asset) in (select p, a from unnest(cast(:paths as text[]), cast(:assets as text[])) as places (p, a))
            order by id for update
            """)
        .param("tenant", tenant.name())
        .param("paths", paths(places))
        .param("assets", assets(places))
        .query(row -> {
          found.put(
              new Place(Account.of(row.getString("path")), Asset.of(row.getString("asset"))),
              new Row(
                  row.getLong("id"),
                  integer(row.getBigDecimal("posted")),
                  integer(row.getBigDecimal("held"))));
        });
    return found;
  }

  /// The book counts 79 digits posted and 78 held; more is nobody's money, and a fault of the
  /// caller.
  private static Change bounded(Change change) {
    if (change.posted().abs().compareTo(POSTED_LIMIT) >= 0
        || change.held().compareTo(HELD_LIMIT) >= 0) {
      throw new ArithmeticException("more digits than the book has: " + change.place());
    }
    return change;
  }

  private void update(List<Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            update ledger.account a set posted = v.posted, held = v.held
            from unnest(cast(:ids as bigint[]), cast(:posted as numeric[]), cast(:held as numeric[])) as v (id, posted, held)
            where a.id = v.id
            """)
        .param("ids", changes.stream().map(c -> c.row().orElseThrow().id()).toArray(Long[]::new))
        .param("posted", strings(changes.stream().map(Change::posted).toList()))
        .param("held", strings(changes.stream().map(Change::held).toList()))
        .update();
  }

  private void insert(Tenant tenant, List<Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    var places = changes.stream().map(Change::place).toList();
    jdbc.sql(
            """
            insert into ledger.account (tenant, path, asset, rim, posted, held)
            select :tenant, path, asset, rim, posted, held
            from unnest(cast(:paths as text[]), cast(:assets as text[]), cast(:rims as boolean[]),
                        cast(:posted as numeric[]), cast(:held as numeric[])) as v (path, asset, rim, posted, held)
            """)
        .param("tenant", tenant.name())
        .param("paths", paths(places))
        .param("assets", assets(places))
        .param("rims", strings(places.stream().map(place -> place.account().rim()).toList()))
        .param("posted", strings(changes.stream().map(Change::posted).toList()))
        .param("held", strings(changes.stream().map(Change::held).toList()))
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
