package tally.ledger.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
  ///
  /// @param known owners of all lots there are among those that the entry opens or names
  static Optional<Answer.LotMismatch> wrong(Entry entry, Map<LotId, Holder> known) {
    if (entry.opens().isEmpty()) {
      return wrongOwner(entry.postings(), known);
    }
    var owners = new HashMap<LotId, Holder>();
    ids(entry).filter(known::containsKey).forEach(id -> owners.put(id, known.get(id)));
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
    return wrongOwner(entry.postings(), owners);
  }

  /// What is wrong with the accounts of a promised posting.
  static Optional<Answer.LotMismatch> wrong(Posting promised, Map<LotId, Holder> known) {
    return wrongOwner(List.of(promised), known);
  }

  /// The lots that an entry opens or names.
  static Stream<LotId> ids(Entry entry) {
    return Stream.concat(
        entry.opens().stream().map(Lot::id), entry.postings().stream().flatMap(Lots::ids));
  }

  static Stream<LotId> ids(Posting posting) {
    return named(posting).map(Account.OfLot::lot);
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

  private static Optional<Answer.LotMismatch> wrongOwner(
      List<Posting> postings, Map<LotId, Holder> owners) {
    return postings.stream()
        .flatMap(Lots::named)
        .map(account -> wrongOwner(account, owners.get(account.lot())))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Answer.LotMismatch> wrongOwner(
      Account.OfLot account, @Nullable Holder owner) {
    if (owner == null) {
      return Optional.of(new Answer.LotMismatch(account.lot(), "no such lot was opened."));
    }
    return owner.equals(account.owner())
        ? Optional.empty()
        : Optional.of(
            new Answer.LotMismatch(
                account.lot(), "it belongs to " + owner + ", not to " + account.owner() + "."));
  }

  private static Stream<Account.OfLot> named(Posting posting) {
    return Stream.of(posting.from(), posting.to())
        .filter(Account.OfLot.class::isInstance)
        .map(Account.OfLot.class::cast);
  }

  Map<LotId, Holder> owners(Tenant tenant, Set<LotId> ids) {
    var found = new HashMap<LotId, Holder>();
    if (ids.isEmpty()) {
      return found;
    }
    jdbc.sql(
            """
            select v.id, l.owner from unnest(cast(:ids as uuid[])) as v (id)
            cross join lateral (
              select owner from ledger.lot where tenant = :tenant and id = v.id limit 1) as l
            """)
        .param("tenant", tenant.name())
        .param("ids", Accounts.strings(List.copyOf(ids)))
        .query(row -> {
          found.put(new LotId(row.getObject("id", UUID.class)), new Holder(row.getString("owner")));
        });
    return found;
  }

  /// The lots that one entry opened.
  void open(long seq, List<Lot> opened) {
    for (int n = 0; n < opened.size(); n++) {
      open(seq, n, opened.get(n));
    }
  }

  private void open(long seq, int n, Lot lot) {
    jdbc.sql(
            """
            insert into ledger.lot (tenant, id, seq, n, owner, asset, units, source, opened)
            values (:tenant, :id, :seq, :n, :owner, :asset, :units, cast(:source as jsonb), :opened)
            """)
        .param("tenant", lot.tenant().name())
        .param("id", lot.id().value())
        .param("seq", seq)
        .param("n", n)
        .param("owner", lot.owner().name())
        .param("asset", lot.amount().asset().toString())
        .param("units", new BigDecimal(lot.amount().units()))
        .param("source", Json.write(Lot.Source.class, lot.source()))
        .param("opened", Lanes.time(lot.opened()))
        .update();
  }
}
