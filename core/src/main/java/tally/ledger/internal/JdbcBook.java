package tally.ledger.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Balance;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// The book in PostgreSQL. A call inside an open transaction is written in it; every other is
/// gathered by the poster and written with those that came at the same time.
public final class JdbcBook implements Book.Store {

  private final BatchWriter writer;
  private final Poster poster;
  private final Accounts accounts;
  private final Lots lots;
  private final Holds holds;
  private final Entries entries;
  private final Audit audit;

  /// A book whose `verify` knows no heads outside the database.
  public JdbcBook(JdbcClient jdbc, TransactionTemplate transaction) {
    this(jdbc, transaction, Optional.empty());
  }

  /// @param heads where heads were exported to; `verify` looks for the newest of them
  public JdbcBook(JdbcClient jdbc, TransactionTemplate transaction, HeadFile heads) {
    this(jdbc, transaction, Optional.of(heads));
  }

  private JdbcBook(JdbcClient jdbc, TransactionTemplate transaction, Optional<HeadFile> heads) {
    var settings = Poster.Settings.USUAL;
    this.writer = new BatchWriter(jdbc, transaction, settings.lanePatience());
    this.poster = new Poster(writer, settings);
    this.accounts = new Accounts(jdbc);
    this.lots = new Lots(jdbc);
    this.holds = new Holds(jdbc);
    this.entries = new Entries(jdbc);
    this.audit = new Audit(jdbc, transaction, entries, heads);
  }

  @Override
  public Answer post(Entry entry) {
    return write(Write.post(entry));
  }

  @Override
  public List<Supplier<Answer>> post(List<Entry> entries) {
    var writes = entries.stream().<Write>map(Write::post).toList();
    return BatchWriter.open()
        ? writes.stream().map(writer::join).<Supplier<Answer>>map(answer -> () -> answer).toList()
        : poster.ask(writes);
  }

  @Override
  public Answer hold(Hold hold) {
    return write(Write.promise(hold));
  }

  @Override
  public Answer settle(Tenant tenant, HoldId id, EntryId entry, Amount amount) {
    return write(new Write.Settle(tenant, id, entry, amount));
  }

  @Override
  public Answer release(Tenant tenant, HoldId id) {
    return write(new Write.Release(tenant, id));
  }

  /// One transaction a tenant, where none is open.
  @Override
  public int expire(Instant now, int most) {
    int ended = 0;
    for (var tenant : holds.overdueTenants(now)) {
      if (ended == most) {
        break;
      }
      ended += writer.expire(tenant, now, most - ended);
    }
    return ended;
  }

  private Answer write(Write write) {
    return BatchWriter.open() ? writer.join(write) : poster.ask(write);
  }

  /// The database's time, by which holds expire: nodes may differ, and there is only one database.
  Instant now() {
    return holds.now();
  }

  @Override
  public Optional<Hold> hold(Tenant tenant, HoldId hold) {
    return holds.find(tenant, hold);
  }

  @Override
  public Optional<Balance> balance(Tenant tenant, Account account, Asset asset) {
    return accounts.find(tenant, account, asset);
  }

  @Override
  public List<Balance> balances(Tenant tenant, String pathPrefix) {
    return accounts.find(tenant, pathPrefix);
  }

  @Override
  public Optional<Lot> lot(Tenant tenant, LotId lot) {
    return lots.find(tenant, lot);
  }

  @Override
  public List<Lot> lots(Tenant tenant, Holder owner) {
    return lots.find(tenant, owner);
  }

  @Override
  public Optional<Entry> entry(Tenant tenant, EntryId id) {
    return entries.find(tenant, id);
  }

  @Override
  public List<Book.Written> entries(Tenant tenant, String pathPrefix, long before, int most) {
    return entries.touching(tenant, pathPrefix, before, most);
  }

  @Override
  public Book.Verified verify() {
    return audit.verify();
  }
}
