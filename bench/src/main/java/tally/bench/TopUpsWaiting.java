package tally.bench;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.cli.Api;
import tally.flow.TopUp;
import tally.ledger.Account;
import tally.money.Holder;
import tally.payment.PaymentId;

/// Top-ups that people began by the node's API, each at the point where the bank's page waits for
/// its payer.
final class TopUpsWaiting {

  private static final int PEOPLE = 8;

  /// How long all of them may take to reach the bank.
  private static final long PATIENCE_SECONDS = 900;

  /// @param object the bank's name of it
  /// @param account where its money will be, in the book
  record Waiting(UUID payment, String object, String account, long units) {}

  private final JdbcClient book;
  private final List<Api> people = new ArrayList<>();

  TopUpsWaiting(URI node, JdbcClient book) {
    this.book = book;
    var door = Api.at(node);
    for (int i = 0; i < PEOPLE; i++) {
      var who = Map.of("name", "person-" + i, "password", UUID.randomUUID().toString());
      door.post("/parties", who);
      people.add(door.as(door.post("/session", who).required("token").asString()));
    }
  }

  /// Begins so many, and answers them, the oldest first, once all wait and the node has had its
  /// first look at each, which comes when it is a quarter of a minute old. The second is a minute
  /// later.
  List<Waiting> begin(int count) throws InterruptedException {
    int before = all().size();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < PEOPLE; i++) {
        int person = i;
        running.add(threads.submit(() -> ask(person, count)));
      }
      for (var one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a top-up was not begun", e.getCause());
    }
    long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    while (looked() < before + count) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not all of " + count + " top-ups wait at the bank");
      }
      Thread.sleep(200);
    }
    return all().subList(before, before + count);
  }

  /// The cents choose a bank that behaves well.
  private void ask(int person, int count) {
    for (int i = person; i < count; i += PEOPLE) {
      var amount = String.format(Locale.ROOT, "%d.%d", 1 + i % 40, 20 + i % 79);
      people
          .get(person)
          .post(
              "/topups",
              Map.of("amount", Map.of("amount", amount, "asset", "USD"), "gateway", "card"));
    }
  }

  private int looked() {
    return book.sql(
            "select count(*) from payment.payment where state <> 'Requested' and (tries > 0 or due_at is null)")
        .query(Integer.class)
        .single();
  }

  private List<Waiting> all() {
    return book.sql("select id, payer, object, units from payment.payment order by created_at, id")
        .query((row, _) -> {
          var id = row.getObject("id", UUID.class);
          var lot = TopUp.lotOf(new PaymentId(id));
          var account = new Account.Available(new Holder(row.getString("payer")), lot);
          return new Waiting(id, row.getString("object"), account.path(), row.getLong("units"));
        })
        .list();
  }

  /// What the API says that these people have, in cents.
  long balances() {
    return people.stream()
        .map(person -> person.get("/balance").path("available").path("amount").asString())
        .mapToLong(amount -> new java.math.BigDecimal(amount).movePointRight(2).longValueExact())
        .sum();
  }
}
