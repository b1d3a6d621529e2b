package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.TestDatabase;
import tally.flow.Command;
import tally.flow.FlowFixtures;
import tally.flow.Flows;
import tally.flow.Releasing;
import tally.flow.Signal;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Derived;

/// A release of 4.00 failed, and what was signed for it is shown to the vault later; the Runner has
/// the real book.
class RefusedEntryTest {

  private final Releasing.Data data = FlowFixtures.aRelease("release", "fake", "4.00");
  private final Account own = new Account.Matured(data.owner(), "fake");
  private final Account promised = new Account.Releasing(data.owner(), "fake");
  private final Account chain = new Account.OnChain("fake");
  private TestDatabase database;
  private AnnotationConfigApplicationContext context;
  private Book book;
  private JdbcFlows flows;
  private Runner runner;

  @BeforeEach
  void start(@TempDir Path folder) {
    database = TestDatabase.fresh();
    context = new AnnotationConfigApplicationContext();
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("test", Map.of("tally.data", folder.toString())));
    context.registerBean(JdbcClient.class, () -> database.jdbc());
    context.registerBean(
        PlatformTransactionManager.class,
        () -> new DataSourceTransactionManager(database.source()));
    context.registerBean(TransactionTemplate.class, () -> database.transactions());
    context.registerBean(InstantSource.class, InstantSource::system);
    context.scan("tally.ledger.internal");
    context.refresh();
    book = context.getBean(Book.class);
    flows = new JdbcFlows(database.jdbc(), database.transactions());
    runner = new Runner(flows, this::carry, Runner.Settings.USUAL, Runner.Fate.KIND);
    flows.begin(new Releasing.Failed(data), data.owner());
    flows.in(() -> {
      flows.watch(data.tenant(), data.id(), Releasing.subject("fake", data.from()));
      return true;
    });
    work();
  }

  @AfterEach
  void stop() {
    context.close();
    database.close();
  }

  private Optional<Signal> carry(JdbcCommands.Taken taken) {
    var entry = ((Command.Post) taken.command()).entry();
    return Optional.of(
        book.post(entry) instanceof Answer.Refused no
            ? new Signal.PostRefused(entry.id(), no.code(), no.text())
            : new Signal.Posted(entry.id()));
  }

  private void work() {
    for (int tick = 0; tick < 20 && runner.step() + runner.carry() > 0; tick++) {}
  }

  private void move(String why, Account from, Account to, long tokens) {
    var amount = Amount.of(data.amount().asset(), tokens * 1_000_000);
    var entry =
        new Entry(
            new EntryId(Derived.id(why)),
            data.tenant(),
            why,
            List.of(new Posting(from, to, amount)));
    assertThat(book.post(entry)).isEqualTo(new Answer.Done());
  }

  private void paid(String hash) {
    flows.tellNewest(
        Releasing.subject("fake", data.from()),
        (_, _) -> new Signal.PowerReleased(data.to(), data.amount().units(), hash, 1, false));
  }

  private Optional<String> stalled() {
    return flows.find(data.tenant(), data.id()).flatMap(Flows.Kept::stalled);
  }

  private BigInteger posted(Account account) {
    return book.balance(data.tenant(), account, data.amount().asset()).posted();
  }

  private void retry() {
    assertThat(flows.retry(data.tenant(), data.id())).isTrue();
    work();
  }

  @Test
  void what_the_book_refused_is_written_by_a_retry_once_there_is_enough() {
    move("matured", chain, own, 9);
    move("promised elsewhere", own, promised, 7);
    paid("0xabc");
    work();
    assertThat(stalled()).hasValueSatisfying(why -> assertThat(why).contains("the book refused"));
    assertThat(posted(own)).isEqualTo(BigInteger.valueOf(2_000_000));

    retry();
    assertThat(stalled()).as("there is still too little").isPresent();

    move("came to nothing", promised, own, 7);
    retry();
    assertThat(stalled()).isEmpty();
    assertThat(posted(own)).isEqualTo(BigInteger.valueOf(5_000_000));
    assertThat(book.verify().faults()).isEmpty();
  }

  @Test
  void two_entries_that_the_book_refused_are_both_written_one_retry_each() {
    paid("0xabc");
    paid("0xdef");
    work();
    move("matured", chain, own, 9);
    retry();
    assertThat(stalled()).as("the second no was not lost").isPresent();
    retry();
    assertThat(stalled()).isEmpty();
    assertThat(posted(own)).isEqualTo(BigInteger.valueOf(1_000_000));
  }
}
