package tally.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Schemas;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Posting;
import tally.ledger.internal.JdbcBook;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// The book under transfers: an entry of one posting each, with its reason, both running balances
/// and its place in the chain, durable when it is answered.
final class Transfers {

  private static final Asset USD = new Asset("USD", 2);
  private static final Account CARD = new Account.GatewayReceivable("card");

  private final Book book;
  private final List<Account> accounts;

  Transfers(HikariDataSource source, int accounts) {
    Schemas.migrate(source);
    var transactions = new TransactionTemplate(new DataSourceTransactionManager(source));
    this.book = new Book(new JdbcBook(JdbcClient.create(source), transactions));
    this.accounts =
        IntStream.range(0, accounts)
            .<Account>mapToObj(i -> new Account.Earned(new Holder("provider-" + i)))
            .toList();
    fill();
  }

  private void fill() {
    for (int from = 0; from < accounts.size(); from += Entry.POSTINGS_MAX) {
      var some = accounts.subList(from, Math.min(accounts.size(), from + Entry.POSTINGS_MAX));
      var postings = new ArrayList<Posting>();
      some.forEach(account -> postings.add(new Posting(CARD, account, Amount.of(USD, 1_000_000))));
      post(postings);
    }
  }

  /// @param hot whether every transfer goes to the same account
  Load.Measured measure(int callers, Duration time, boolean hot) {
    return Load.run(callers, time, _ -> asking(hot));
  }

  Book.Verified verify() {
    return book.verify();
  }

  private Callable<?> asking(boolean hot) {
    return () -> {
      var random = ThreadLocalRandom.current();
      int to = hot ? 0 : random.nextInt(accounts.size());
      int from = (to + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
      return post(List.of(new Posting(accounts.get(from), accounts.get(to), Amount.of(USD, 1))));
    };
  }

  private Answer post(List<Posting> postings) {
    var answer =
        book.post(new Entry(new EntryId(UUID.randomUUID()), Tenant.HOUSE, "bench", postings));
    if (!(answer instanceof Answer.Done)) {
      throw new IllegalStateException("the book says " + answer);
    }
    return answer;
  }
}
