package tally.ledger.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.ledger.Account;
import tally.ledger.Hold;

/// Recomputes from postings and holds what every account should say.
final class AuditOfBalances {

  private static final int PAGE = 1000;

  private final JdbcClient jdbc;

  AuditOfBalances(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// Answers how many holds were read.
  long verify(Faults faults) {
    sums(faults);
    running(faults);
    chart(faults);
    return holds(faults);
  }

  private void sums(Faults faults) {
    jdbc.sql(
            """
            select tenant || ' ' || asset || ' does not sum to zero but to ' || sum(posted)
            from ledger.account group by tenant, asset having sum(posted) <> 0
            limit 100
            """)
        .query(String.class)
        .list()
        .forEach(faults::add);
    jdbc.sql(
            """
            with moved as (
              select tenant, path, asset, sum(units) as posted from (
                select tenant, from_path as path, asset, -units as units from ledger.posting
                union all
                select tenant, to_path, asset, units from ledger.posting) legs
              group by tenant, path, asset
            )
            select tenant || ' ' || path || ' ' || asset || ' has ' || coalesce(a.posted, 0)
              || ', and its postings come to ' || coalesce(m.posted, 0)
            from ledger.account a full join moved m using (tenant, path, asset)
            where coalesce(a.posted, 0) <> coalesce(m.posted, 0)
            limit 100
            """)
        .query(String.class)
        .list()
        .forEach(faults::add);
    jdbc.sql(
            """
            with pending as (
              select tenant, from_path as path, asset, sum(units) as held
              from ledger.hold where state = 'Pending' group by tenant, from_path, asset
            )
            select tenant || ' ' || path || ' ' || asset || ' holds ' || coalesce(a.held, 0)
              || ', and its pending holds come to ' || coalesce(p.held, 0)
            from ledger.account a full join pending p using (tenant, path, asset)
            where coalesce(a.held, 0) <> coalesce(p.held, 0)
            limit 100
            """)
        .query(String.class)
        .list()
        .forEach(faults::add);
  }

  /// An account's running balances are the steps of one way from its first to what it has: each is
  /// left from where another arrived.
  private void running(Faults faults) {
    jdbc.sql(
            """
            with leg as (
              select tenant, from_path as path, asset, -units as units, from_posted as after from ledger.posting
              union all
              select tenant, to_path, asset, units, to_posted from ledger.posting
            ), point as (
              select tenant, path, asset, after as at, 1 as n from leg where after is not null
              union all
              select tenant, path, asset, after - units, -1 from leg where after is not null
              union all
              select tenant, path, asset, posted, -1 from ledger.account
              union all
              select tenant, path, asset, coalesce(sum(units) filter (where after is null), 0), 1
              from leg group by tenant, path, asset
            )
            select distinct tenant || ' ' || path || ' ' || asset || ' has running balances that do not follow one another'
            from point group by tenant, path, asset, at having sum(n) <> 0
            limit 100
            """)
        .query(String.class)
        .list()
        .forEach(faults::add);
  }

  private record Row(
      long id, String tenant, String path, boolean rim, boolean below, List<String> lotOwner) {}

  /// Every account is one of the chart, at the rim or not as the chart says, above its floor, and
  /// of a lot that its owner has.
  private void chart(Faults faults) {
    long last = 0;
    while (true) {
      var page =
          jdbc.sql(
                  """
                  select a.id, a.tenant, a.path, a.rim, a.posted - a.held < 0 as below, l.owner
                  from ledger.account a
                  left join ledger.lot l
                    on l.tenant = a.tenant and cast(l.id as text) = split_part(a.path, '/', 3)
                  where a.id > :last order by a.id limit :page
                  """)
              .param("last", last)
              .param("page", PAGE)
              .query((row, _) ->
                  new Row(
                      row.getLong("id"),
                      row.getString("tenant"),
                      row.getString("path"),
                      row.getBoolean("rim"),
                      row.getBoolean("below"),
                      row.getString("owner") == null ? List.of() : List.of(row.getString("owner"))))
              .list();
      page.forEach(row -> chart(row, faults));
      if (page.size() < PAGE) {
        return;
      }
      last = page.getLast().id();
    }
  }

  private static void chart(Row row, Faults faults) {
    var name = row.tenant() + " " + row.path();
    try {
      var account = Account.of(row.path());
      if (account.rim() != row.rim()) {
        faults.add(name + " is marked wrongly as " + (row.rim() ? "rim" : "not rim"));
      }
      if (row.below() && !account.rim()) {
        faults.add(name + " is below its floor");
      }
      if (account instanceof Account.OfLot of
          && !row.lotOwner().equals(List.of(of.owner().name()))) {
        faults.add(name + " is of a lot that its owner does not have");
      }
    } catch (IllegalArgumentException e) {
      faults.add(name + " is no account of the chart");
    }
  }

  /// Every hold is what was asked for, and a posted one has its entry.
  private long holds(Faults faults) {
    long read = 0;
    var tenant = "";
    var id = "00000000-0000-0000-0000-000000000000";
    while (true) {
      var page =
          jdbc.sql(
                  """
                  select h.*, e.reason as entry_reason, p.from_path as entry_from, p.to_path as entry_to,
                    p.asset as entry_asset, p.units as entry_units
                  from ledger.hold h
                  left join ledger.entry e
                    on h.state = 'Posted' and e.tenant = h.tenant and cast(e.id as text) = h.body #>> '{entry,value}'
                  left join ledger.posting p on p.tenant = e.tenant and p.seq = e.seq and p.n = 0
                  where (h.tenant, h.id) > (:tenant, cast(:id as uuid))
                  order by h.tenant, h.id limit :page
                  """)
              .param("tenant", tenant)
              .param("id", id)
              .param("page", PAGE)
              .query((row, _) -> hold(row, faults))
              .list();
      read += page.size();
      if (page.size() < PAGE) {
        return read;
      }
      tenant = page.getLast().tenant();
      id = page.getLast().id();
    }
  }

  private record Key(String tenant, String id) {}

  private static Key hold(ResultSet row, Faults faults) throws SQLException {
    var key = new Key(row.getString("tenant"), row.getString("id"));
    var name = "hold " + key.id() + " of " + key.tenant();
    Hold hold;
    try {
      hold = Holds.read(row, 0);
    } catch (RuntimeException e) {
      faults.add(name + " cannot be read: " + e.getMessage());
      return key;
    }
    if (!Arrays.equals(Chain.inputHash(hold), row.getBytes("input_hash"))) {
      faults.add(name + " is not what was asked for: its content hash differs");
    }
    if (!hold.state().getClass().getSimpleName().equals(row.getString("state"))) {
      faults.add(name + " says two states");
    }
    if (hold.state() instanceof Hold.State.Posted posted && !posted(row, hold, posted)) {
      faults.add(name + " is posted, and its entry does not say so");
    }
    return key;
  }

  private static boolean posted(ResultSet row, Hold hold, Hold.State.Posted posted)
      throws SQLException {
    var promised = hold.promised();
    var units = row.getBigDecimal("entry_units");
    return units != null
        && Objects.equals(row.getString("entry_reason"), hold.reason())
        && Objects.equals(row.getString("entry_from"), promised.from().path())
        && Objects.equals(row.getString("entry_to"), promised.to().path())
        && posted.amount().asset().equals(promised.amount().asset())
        && Objects.equals(row.getString("entry_asset"), promised.amount().asset().toString())
        && Accounts.integer(units).equals(posted.amount().units())
        && !promised.amount().isLessThan(posted.amount());
  }
}
