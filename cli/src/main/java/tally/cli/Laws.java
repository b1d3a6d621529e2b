package tally.cli;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The second reader: computes the seven laws from SQL, the chain's RPC and the bank's own store,
/// and shares no code with what wrote them.
final class Laws {

  private static final BigInteger ZERO = BigInteger.ZERO;
  private final Connection sql;
  private final JsonNode chain;
  private final JsonNode bank;
  private final Figures figures;

  private Laws(Connection sql, JsonNode chain, JsonNode bank, Figures figures) {
    this.sql = sql;
    this.chain = chain;
    this.bank = bank;
    this.figures = figures;
  }

  /// Reads everything and writes the verdicts into the figures.
  static void judge(String databaseUrl, OuterChain chain, Outside outside, Figures figures) {
    try (var sql = DriverManager.getConnection(databaseUrl)) {
      new Laws(sql, chain.state(), outside.store(), figures).all();
    } catch (SQLException e) {
      throw new IllegalStateException("the book cannot be read: " + e.getMessage(), e);
    }
  }

  private void all() throws SQLException {
    holdings();
    law(1, "every entry balances per asset", balances());
    law(2, "no spending power without captured money", captured());
    law(3, "drawn at most deposited, vouchers only grow", channels());
    law(4, "each id acts once", once());
    law(5, "the book equals bank and chain", outside());
    law(6, "a provider is paid every unit he has a voucher for", providers());
    law(7, "per asset, what is owed is at most what is held", solvency());
  }

  private void law(int number, String name, List<String> faults) {
    figures.laws.add(new Figures.Law(number, name, faults.isEmpty(), String.join("; ", faults)));
  }

  /// Accounts computed anew from the postings sum to zero, and are what the book says.
  private List<String> balances() throws SQLException {
    var faults = new ArrayList<String>();
    var wrong =
        rows(
            """
            with moved as (
              select tenant, to_path as path, asset, units from ledger.posting
              union all select tenant, from_path, asset, -units from ledger.posting),
            sums as (select tenant, path, asset, sum(units) as units from moved group by 1, 2, 3)
            select coalesce(s.path, a.path) || ' ' || coalesce(s.units, 0) || ' <> ' || coalesce(a.posted, 0)
            from sums s full join ledger.account a using (tenant, path, asset)
            where coalesce(s.units, 0) <> coalesce(a.posted, 0)
            """);
    faults.addAll(wrong);
    faults.addAll(
        rows(
            "select asset || ' sums to ' || sum(posted) from ledger.account group by tenant, asset having sum(posted) <> 0"));
    if (number("select count(*) from ledger.entry").signum() == 0) {
      faults.add("the book is empty");
    }
    return faults;
  }

  private List<String> captured() throws SQLException {
    var faults = new ArrayList<String>();
    var paid = new HashMap<String, BigInteger>();
    for (var payment : bank.path("payments")) {
      paid.put(payment.path("reference").asString(), big(payment.path("captured")));
    }
    try (var read = sql.createStatement();
        var lots =
            read.executeQuery(
                "select id, units, source ->> 'payment' as payment from ledger.lot")) {
      while (lots.next()) {
        var have = paid.getOrDefault(lots.getString("payment"), ZERO);
        if (lots.getBigDecimal("units").toBigInteger().compareTo(have) > 0) {
          faults.add(
              "lot " + lots.getString("id") + " is larger than what the bank captured: " + have);
        }
      }
    }
    faults.addAll(
        rows(
            """
            select 'lot ' || l.id || ' has ' || sum(a.posted) || ' of ' || l.units
            from ledger.lot l join ledger.account a on a.tenant = l.tenant and a.asset = l.asset
              and a.path like '%/' || l.id || '%'
            group by l.id, l.units having sum(a.posted) > l.units
            """));
    return faults;
  }

  private List<String> channels() throws SQLException {
    var faults = new ArrayList<String>();
    for (var channel : chain.path("channels").properties()) {
      if (big(channel.getValue().path("totalClaimed"))
              .compareTo(big(channel.getValue().path("balance")))
          > 0) {
        faults.add("channel " + channel.getKey() + " has more claimed than deposited");
      }
    }
    faults.addAll(
        rows(
            """
            select 'vouchers of ' || channel || ' shrink' from (
              select channel, max_claimable,
                     lag(max_claimable) over (partition by tenant, channel, side order by at, max_claimable) as before
              from escrow.voucher) v
            where before >= max_claimable
            """));
    return faults;
  }

  private List<String> once() throws SQLException {
    var faults = new ArrayList<String>();
    faults.addAll(
        rows(
            "select 'entry ' || id || ' twice' from ledger.entry group by tenant, id having count(*) > 1"));
    var captured = 0;
    var seen = new HashMap<String, Integer>();
    for (var payment : bank.path("payments")) {
      if (big(payment.path("captured")).signum() > 0) {
        captured++;
        if (seen.merge(payment.path("reference").asString(), 1, Integer::sum) > 1) {
          faults.add("payment " + payment.path("reference") + " captured twice");
        }
      }
    }
    var credited =
        number("select count(*) from ledger.entry where reason = 'topup captured'").intValue();
    if (credited != captured) {
      faults.add(captured + " payments captured, " + credited + " credited");
    }
    var grants = 0;
    for (var user : chain.path("vault").path("grants").properties()) {
      grants += user.getValue().size();
    }
    var given =
        number("select count(*) from treasury.grant where state not in ('Submitted', 'Failed')")
            .intValue();
    if (given != grants) {
      faults.add(grants + " grants on chain, " + given + " in the book");
    }
    return faults;
  }

  private List<String> outside() throws SQLException {
    var faults = new ArrayList<String>();
    for (var balance : bank.path("balance")) {
      var asset = balance.path("asset").asString();
      same(
          faults,
          "the bank owes in " + asset,
          big(balance.path("units")),
          sum("gateway-receivable/", asset).negate());
    }
    var vault = chain.path("vault");
    var power = ZERO;
    for (var account : vault.path("accounts").properties()) {
      power = power.add(big(account.getValue().path("available")));
    }
    var locked = ZERO;
    for (var channel : chain.path("channels").properties()) {
      locked =
          locked
              .add(big(channel.getValue().path("balance")))
              .subtract(big(channel.getValue().path("totalClaimed")));
    }
    same(faults, "the vault's reserve", big(vault.path("reserve")), sum("reserve/", "TUSD/6"));
    same(faults, "granted power", power, sum("power/", "TUSD/6"));
    same(faults, "what channels hold", locked, sum("locked/", "TUSD/6"));
    same(faults, "what providers earned", earned(), sum("earned/", "TUSD/6"));
    return faults;
  }

  private List<String> providers() throws SQLException {
    var faults = new ArrayList<String>();
    try (var read = sql.createStatement();
        var best =
            read.executeQuery(
                "select channel, max(max_claimable) as units from escrow.voucher where side = 'RECEIVER' group by channel")) {
      int seen = 0;
      while (best.next()) {
        seen++;
        same(
            faults,
            "channel " + best.getString("channel"),
            big(chain.path("channels").path(best.getString("channel")).path("totalClaimed")),
            best.getBigDecimal("units").toBigInteger());
      }
      if (seen == 0) {
        faults.add("no provider has a voucher");
      }
    }
    for (var receiver : chain.path("receivers").properties()) {
      same(
          faults,
          "paid out to " + receiver.getKey(),
          big(receiver.getValue().path("totalSettled")),
          big(receiver.getValue().path("totalClaimed")));
    }
    return faults;
  }

  private List<String> solvency() throws SQLException {
    var faults = new ArrayList<String>();
    for (var asset : List.of("USD/2", "TUSD/6")) {
      var owed = ZERO;
      for (var kind :
          List.of("available/", "frozen/", "refunding/", "power/", "locked/", "earned/")) {
        owed = owed.add(sum(kind, asset));
      }
      var held = asset.startsWith("USD") ? bankHolds(asset) : chainHolds();
      if (owed.compareTo(held) > 0) {
        faults.add(asset + ": owed " + owed + ", held " + held);
      }
    }
    return faults;
  }

  private BigInteger bankHolds(String asset) {
    var units = ZERO;
    for (var balance : bank.path("balance")) {
      if (balance.path("asset").asString().equals(asset)) {
        units = units.add(big(balance.path("units")));
      }
    }
    return units;
  }

  private BigInteger chainHolds() {
    var units = ZERO;
    for (var holder : chain.path("tokens").properties()) {
      units = units.add(big(holder.getValue()));
    }
    return units;
  }

  /// What lies at the receivers' addresses, and what waits to be paid out to them.
  private BigInteger earned() {
    var units = ZERO;
    for (var receiver : chain.path("receivers").properties()) {
      units =
          units
              .add(big(chain.path("tokens").path(receiver.getKey())))
              .add(big(receiver.getValue().path("totalClaimed")))
              .subtract(big(receiver.getValue().path("totalSettled")));
    }
    return units;
  }

  private void holdings() {
    var lines = new TreeMap<String, BigInteger>();
    chain.path("tokens").properties().forEach(one -> lines.put(one.getKey(), big(one.getValue())));
    lines.forEach(
        (holder, units) -> figures.chain.add(new Figures.ChainLine(holder, "TUSD", units)));
  }

  private static void same(List<String> faults, String what, BigInteger there, BigInteger here) {
    if (!there.equals(here)) {
      faults.add(what + ": outside " + there + ", in the book " + here);
    }
  }

  private BigInteger sum(String prefix, String asset) throws SQLException {
    try (var read =
        sql.prepareStatement(
            "select coalesce(sum(posted), 0) from ledger.account where path like ? || '%' and asset = ?")) {
      read.setString(1, prefix);
      read.setString(2, asset);
      try (var row = read.executeQuery()) {
        row.next();
        return row.getBigDecimal(1).toBigInteger();
      }
    }
  }

  private BigInteger number(String query) throws SQLException {
    try (var read = sql.createStatement();
        var row = read.executeQuery(query)) {
      row.next();
      return row.getBigDecimal(1).toBigInteger();
    }
  }

  private List<String> rows(String query) throws SQLException {
    var out = new ArrayList<String>();
    try (var read = sql.createStatement();
        var row = read.executeQuery(query)) {
      while (row.next()) {
        out.add(row.getString(1));
      }
    }
    return out;
  }

  private static BigInteger big(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? ZERO : new BigInteger(node.asString());
  }
}
