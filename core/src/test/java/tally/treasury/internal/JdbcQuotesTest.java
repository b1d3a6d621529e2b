package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.treasury.Pricing;
import tally.treasury.Quote;
import tally.treasury.Quotes;
import tally.treasury.Quotes.Acceptance;

class JdbcQuotesTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Holder ANN = new Holder("party:ann");
  private static TestDatabase database;

  private Instant now = Instant.parse("2026-11-01T12:00:00.123456Z");
  private final UUID about = UUID.randomUUID();
  private final Quotes quotes =
      new Quotes(
          new JdbcQuotes(database.jdbc(), database.transactions()),
          new Pricing(USD, Asset.of("TUSD/6"), 0),
          Duration.ofSeconds(60),
          () -> now);

  @BeforeAll
  static void start() {
    database = TestDatabase.fresh();
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  private Quote aQuote() {
    return quotes.ask(
        new Quote.Id(UUID.randomUUID()), Tenant.HOUSE, ANN, about, Amount.of(USD, 2_500));
  }

  private String accept(Quote quote, UUID by) {
    return switch (quotes.accept(Tenant.HOUSE, ANN, quote.id(), by)) {
      case Acceptance.Accepted(var accepted) -> {
        assertThat(accepted).isEqualTo(quote);
        yield "accepted";
      }
      case Acceptance.Refused(var code, _) -> code;
    };
  }

  @Test
  void the_same_question_answers_the_first_quote_and_another_under_its_id_throws() {
    var quote = aQuote();
    assertThat(quotes.find(Tenant.HOUSE, quote.id())).contains(quote);
    now = now.plusSeconds(3_600);
    assertThat(quotes.ask(quote.id(), Tenant.HOUSE, ANN, about, quote.pays())).isEqualTo(quote);
    assertThatThrownBy(() -> quotes.ask(quote.id(), Tenant.HOUSE, ANN, about, Amount.of(USD, 1)))
        .isInstanceOf(Quotes.IdReused.class);
    assertThat(quotes.find(new Tenant("shop"), quote.id())).isEmpty();
  }

  @Test
  void a_quote_stands_to_its_last_moment_and_not_at_its_end() {
    var early = aQuote();
    var late = aQuote();
    now = early.expires().minusNanos(1_000);
    var by = UUID.randomUUID();
    assertThat(accept(early, by)).isEqualTo("accepted");
    now = late.expires();
    assertThat(accept(late, UUID.randomUUID())).isEqualTo("quote_expired");
    assertThat(accept(early, by)).isEqualTo("accepted");
    assertThat(accept(early, UUID.randomUUID())).isEqualTo("quote_used");
  }

  @Test
  void somebody_elses_quote_is_unknown() {
    var quote = aQuote();
    var bob = quotes.accept(Tenant.HOUSE, new Holder("party:bob"), quote.id(), UUID.randomUUID());
    assertThat(bob)
        .isInstanceOfSatisfying(
            Acceptance.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("quote_unknown"));
    var shop = quotes.accept(new Tenant("shop"), ANN, quote.id(), UUID.randomUUID());
    assertThat(shop).isInstanceOf(Acceptance.Refused.class);
    assertThat(accept(quote, UUID.randomUUID())).isEqualTo("accepted");
  }

  @Test
  void of_fifty_accepts_at_once_one_uses_it_and_the_rest_are_told_so() throws Exception {
    var quote = aQuote();
    var accepts = new ArrayList<Callable<String>>();
    for (int i = 0; i < 50; i++) {
      accepts.add(() -> accept(quote, UUID.randomUUID()));
    }
    var answers = new ArrayList<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(accepts)) {
        answers.add(answer.get());
      }
    }
    assertThat(answers).containsOnly("accepted", "quote_used").containsOnlyOnce("accepted");
  }
}
