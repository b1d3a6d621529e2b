package tally.ledger.internal;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Entry;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// The lots, and the rules by which postings name them.
final class Lots {

  private final JdbcClient jdbc;

  Lots(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// The first thing wrong with the lots that an entry opens or names.
  Optional<Answer.LotMismatch> wrong(Entry entry) {
    var named = named(entry.postings());
    if (named.isEmpty() && entry.opens().isEmpty()) {
      return Optional.empty();
    }
    var owners = owners(entry, named);
    for (var lot : entry.opens()) {
      if (owners.putIfAbsent(lot.id(), lot.owner()) != null) {
        return Optional.of(new Answer.LotMismatch(lot.id(), "it was opened before."));
      }
      var posted = postedInto(lot, entry.postings());
      if (posted.signum() == 0 || !posted.equals(lot.amount().units())) {
        return Optional.of(
            new Answer.LotMismatch(
                lot.id(),
                "it opens with "
                    + lot.amount().units()
                    + " units, and "
                    + posted
                    + " are posted into it."));
      }
    }
    return wrong(owners, named);
  }

  /// What is wrong with the accounts of a promised posting.
  Optional<Answer.LotMismatch> wrong(Tenant tenant, Posting promised) {
    var named = named(List.of(promised));
    return named.isEmpty() ? Optional.empty() : wrong(owners(tenant, ids(named)), named);
  }

  Optional<Lot> find(Tenant tenant, LotId id) {
    return jdbc.sql("select * from ledger.lot where tenant = :tenant and id = :id")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(Lots::read)
        .optional();
  }

  List<Lot> find(Tenant tenant, Holder owner) {
    return jdbc.sql(
            "select * from ledger.lot where tenant = :tenant and owner = :owner order by opened, id")
        .param("tenant", tenant.name())
        .param("owner", owner.name())
        .query(Lots::read)
        .list();
  }

  static Lot read(ResultSet row, int number) throws SQLException {
    return new Lot(
        new LotId(row.getObject("id", UUID.class)),
        new Tenant(row.getString("tenant")),
        new Holder(row.getString("owner")),
        new Amount(Asset.of(row.getString("asset")), Accounts.integer(row.getBigDecimal("units"))),
        Json.read(Lot.Source.class, row.getString("source")),
        row.getObject("opened", OffsetDateTime.class).toInstant());
  }

  /// What an entry brings into a lot from outside it, in the lot's own asset.
  static BigInteger postedInto(Lot lot, List<Posting> postings) {
    return postings.stream()
        .filter(posting -> isOf(lot, posting.to()) && !isOf(lot, posting.from()))
        .map(Posting::amount)
        .filter(amount -> amount.asset().equals(lot.amount().asset()))
        .map(Amount::units)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static boolean isOf(Lot lot, Account account) {
    return account instanceof Account.OfLot of && of.lot().equals(lot.id());
  }

  private static Optional<Answer.LotMismatch> wrong(
      Map<LotId, Holder> owners, Set<Account.OfLot> named) {
    for (var account : named) {
      var owner = owners.get(account.lot());
      if (owner == null) {
        return Optional.of(new Answer.LotMismatch(account.lot(), "no such lot was opened."));
      }
      if (!owner.equals(account.owner())) {
        return Optional.of(
            new Answer.LotMismatch(
                account.lot(), "it belongs to " + owner + ", not to " + account.owner() + "."));
      }
    }
    return Optional.empty();
  }

  private static Set<Account.OfLot> named(List<Posting> postings) {
    var named = new LinkedHashSet<Account.OfLot>();
    for (var posting : postings) {
      if (posting.from() instanceof Account.OfLot from) {
        named.add(from);
      }
      if (posting.to() instanceof Account.OfLot to) {
        named.add(to);
      }
    }
    return named;
  }

  private static Set<LotId> ids(Set<Account.OfLot> accounts) {
    var ids = new LinkedHashSet<LotId>();
    accounts.forEach(account -> ids.add(account.lot()));
    return ids;
  }

  private Map<LotId, Holder> owners(Entry entry, Set<Account.OfLot> named) {
    var ids = ids(named);
    entry.opens().forEach(lot -> ids.add(lot.id()));
    return owners(entry.tenant(), ids);
  }

  private Map<LotId, Holder> owners(Tenant tenant, Set<LotId> ids) {
    var found = new HashMap<LotId, Holder>();
    jdbc.sql(
            "select id, owner from ledger.lot where tenant = :tenant and id = any(cast(:ids as uuid[]))")
        .param("tenant", tenant.name())
        .param("ids", Accounts.strings(List.copyOf(ids)))
        .query(row -> {
          found.put(new LotId(row.getObject("id", UUID.class)), new Holder(row.getString("owner")));
        });
    return found;
  }
}
