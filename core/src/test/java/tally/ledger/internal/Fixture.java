package tally.ledger.internal;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import tally.TestDatabase;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// A book on a real database, and the words in which its tests speak.
final class Fixture implements AutoCloseable {

  static final Asset USD = new Asset("USD", 2);
  static final Account CARD = new Account.GatewayReceivable("card");
  static final Account EXCHANGE = new Account.Exchange();
  static final Account BOB = new Account.Earned(new Holder("bob"));
  static final Instant LATER = Instant.parse("2099-01-01T00:00:00.123456Z");

  final TestDatabase database = TestDatabase.fresh();
  final JdbcBook store = new JdbcBook(database.jdbc(), database.transactions());
  final Book book = new Book(store);

  static Amount usd(long cents) {
    return Amount.of(USD, cents);
  }

  static Posting move(Account from, Account to, long cents) {
    return new Posting(from, to, usd(cents));
  }

  static Entry entry(Posting... postings) {
    return new Entry(new EntryId(UUID.randomUUID()), Tenant.HOUSE, "test", Arrays.asList(postings));
  }

  static Entry opening(Lot lot, Posting... postings) {
    return new Entry(
        new EntryId(UUID.randomUUID()),
        lot.tenant(),
        "topup captured",
        Arrays.asList(postings),
        List.of(lot));
  }

  static Lot lot(String owner, long cents) {
    return lot(owner, usd(cents));
  }

  static Lot lot(String owner, Amount amount) {
    return new Lot(
        new LotId(UUID.randomUUID()),
        Tenant.HOUSE,
        new Holder(owner),
        amount,
        new Lot.Source.OfPayment(UUID.randomUUID(), "card", "visa", true, true),
        Instant.parse("2026-01-02T03:04:05.678901Z"));
  }

  static Account.Available available(Lot lot) {
    return new Account.Available(lot.owner(), lot.id());
  }

  static Hold hold(Account from, Account to, long cents) {
    return hold(from, to, cents, LATER);
  }

  static Hold hold(Account from, Account to, long cents, Instant expires) {
    return Hold.pending(
        new HoldId(UUID.randomUUID()), Tenant.HOUSE, "promise", move(from, to, cents), expires);
  }

  long posted(Account account) {
    return book.balance(Tenant.HOUSE, account, USD).posted().longValueExact();
  }

  long free(Account account) {
    return book.balance(Tenant.HOUSE, account, USD).free().longValueExact();
  }

  /// Everything that the room keeps, as text: equal before and after means that nothing changed.
  String everything() {
    return database
        .jdbc()
        .sql(
            """
            select string_agg(line, chr(10) order by line) from (
              select 'account ' || a::text as line from ledger.account a
              union all select 'entry ' || e::text from ledger.entry e
              union all select 'posting ' || p::text from ledger.posting p
              union all select 'lot ' || l::text from ledger.lot l
              union all select 'hold ' || h::text from ledger.hold h
              union all select 'lane ' || l::text from ledger.lane l
            ) lines
            """)
        .query(String.class)
        .single();
  }

  @Override
  public void close() {
    database.close();
  }
}
