package tally.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.ledger.internal.Fixture.BOB;
import static tally.ledger.internal.Fixture.CARD;
import static tally.ledger.internal.Fixture.EXCHANGE;
import static tally.ledger.internal.Fixture.entry;
import static tally.ledger.internal.Fixture.hold;
import static tally.ledger.internal.Fixture.move;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.money.Holder;
import tally.money.Tenant;

/// Many callers at once, some of them foul, on a database that may be lost.
class PosterTest {

  private final Fixture fixture = new Fixture();
  private final Book book = fixture.book;
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void calls_that_wait_together_are_committed_together() throws Exception {
    var answers =
        held(() ->
            IntStream.range(0, 200).mapToObj(_ -> posting(entry(move(CARD, BOB, 1)))).toList());

    for (var answer : answers) {
      assertThat(answer.get()).isEqualTo(new Answer.Done());
    }
    assertThat(fixture.posted(BOB)).isEqualTo(200);
    // Each of the two writers took what was there when it began, and one of them all the rest.
    assertThat(number("select count(distinct xmin::text) from ledger.entry")).isLessThan(20);
    assertThat(book.verify().faults()).isEmpty();
  }

  @Test
  void a_call_that_the_database_refuses_costs_its_neighbours_nothing() throws Exception {
    var foul =
        new Entry(
            new EntryId(UUID.randomUUID()),
            Tenant.HOUSE,
            "a reason longer than the book takes".repeat(6),
            List.of(move(CARD, BOB, 1)));
    var answers =
        held(() -> {
          var calls = new ArrayList<Callable<Answer>>();
          IntStream.range(0, 40).forEach(_ -> calls.add(posting(entry(move(CARD, BOB, 1)))));
          calls.add(posting(entry(move(EXCHANGE, BOB, 5))));
          calls.add(posting(foul));
          IntStream.range(0, 40).forEach(_ -> calls.add(posting(entry(move(CARD, BOB, 1)))));
          return calls;
        });

    assertThatThrownBy(answers.get(41)::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(DataIntegrityViolationException.class);
    assertThat(answers.get(40).get()).isInstanceOf(Answer.Short.class);
    assertThat(fixture.posted(BOB)).isEqualTo(80);
    assertThat(book.entry(Tenant.HOUSE, foul.id().value())).isEmpty();
    assertThat(book.verify().faults()).isEmpty();
  }

  @Test
  void where_too_many_wait_a_call_is_refused_and_nothing_of_it_is_written() throws Exception {
    var settings = new Poster.Settings(1, 10, 3, Duration.ofMillis(20), Duration.ofSeconds(30));
    var poster = new Poster(writer(settings), settings);
    var refused = new AtomicInteger();
    var asked = 12;
    var answers =
        held(() ->
            IntStream.range(0, asked)
                .<Callable<Answer>>mapToObj(_ ->
                    () -> {
                      try {
                        return poster.ask(Write.post(entry(move(CARD, BOB, 1))));
                      } catch (Book.Busy busy) {
                        assertThat(busy.code()).isEqualTo("ledger_busy");
                        refused.incrementAndGet();
                        throw busy;
                      }
                    })
                .toList());

    int done = 0;
    for (var answer : answers) {
      try {
        done += answer.get() instanceof Answer.Done ? 1 : 0;
      } catch (ExecutionException busy) {
        assertThat(busy).hasCauseInstanceOf(Book.Busy.class);
      }
    }
    // Up to ten went with the writer before the lane was asked for; three may wait behind them.
    assertThat(refused.get()).isPositive();
    assertThat(done).isEqualTo(asked - refused.get());
    assertThat(fixture.posted(BOB)).isEqualTo(done);
  }

  @Test
  void a_transaction_that_has_the_book_too_long_makes_others_busy_not_wrong() throws Exception {
    var settings = new Poster.Settings(2, 10, 100, Duration.ofSeconds(1), Duration.ofMillis(50));
    var poster = new Poster(writer(settings), settings);
    var late = entry(move(CARD, BOB, 1));
    fixture
        .database
        .transactions()
        .executeWithoutResult(_ -> {
          book.post(entry(move(CARD, BOB, 1)));
          try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = threads.submit(() -> poster.ask(Write.post(late)));
            assertThatThrownBy(asked::get).hasCauseInstanceOf(Book.Busy.class);
          }
        });
    assertThat(poster.ask(Write.post(late))).isEqualTo(new Answer.Done());
    assertThat(fixture.posted(BOB)).isEqualTo(2);
  }

  @Test
  void connections_that_are_cut_lose_nothing_and_double_nothing() throws Exception {
    int callers = 16;
    int entriesEach = 60;
    var unknown = new AtomicInteger();
    var left = new AtomicInteger(callers);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Future<?>>();
      for (int caller = 0; caller < callers; caller++) {
        calls.add(
            threads.submit(() -> {
              for (int i = 0; i < entriesEach || unknown.get() < 3; i++) {
                insist(entry(move(CARD, BOB, 1)), unknown);
              }
              left.decrementAndGet();
            }));
      }
      while (left.get() > 0) {
        fixture
            .database
            .jdbc()
            .sql(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' limit 1
                """)
            .query(Boolean.class)
            .list();
      }
      for (var call : calls) {
        call.get();
      }
    }
    assertThat(unknown.get()).isGreaterThanOrEqualTo(3);
    var entries = number("select count(*) from ledger.entry");
    assertThat(entries).isGreaterThanOrEqualTo(callers * entriesEach);
    assertThat(number("select sum(units)::bigint from ledger.posting")).isEqualTo(entries);
    assertThat(fixture.posted(BOB)).isEqualTo(asked.get());
    assertThat(entries).as("each entry that was asked for is there, once").isEqualTo(asked.get());
    assertThat(book.verify().faults()).isEmpty();
  }

  /// As the Runner does: asks again, with the same id, until there is an answer.
  private void insist(Entry entry, AtomicInteger unknown) {
    asked.incrementAndGet();
    for (int attempt = 0; attempt < 1_000; attempt++) {
      try {
        assertThat(book.post(entry)).isIn(new Answer.Done(), new Answer.Already());
        return;
      } catch (Book.OutcomeUnknown | Book.Busy again) {
        unknown.addAndGet(again instanceof Book.OutcomeUnknown ? 1 : 0);
      }
    }
    throw new AssertionError("no answer within a thousand attempts");
  }

  @Test
  void two_nodes_that_are_asked_the_same_act_once_and_keep_their_chains() throws Exception {
    var other = new Book(new JdbcBook(fixture.database.jdbc(), fixture.database.transactions()));
    var entries =
        IntStream.range(0, 400)
            .mapToObj(i -> entry(move(CARD, BOB, 1), move(CARD, provider(i % 7), 1)))
            .toList();
    var done = new AtomicInteger();
    var already = new AtomicInteger();
    together(
        IntStream.range(0, 16)
            .<Callable<Void>>mapToObj(caller ->
                () -> {
                  var mine = new ArrayList<>(entries);
                  Collections.shuffle(mine, new Random(caller));
                  for (var entry : mine.subList(0, 200)) {
                    switch ((caller % 2 == 0 ? book : other).post(entry)) {
                      case Answer.Done _ -> done.incrementAndGet();
                      case Answer.Already _ -> already.incrementAndGet();
                      case Answer.Refused no -> throw new AssertionError(no.text());
                    }
                  }
                  return null;
                })
            .toList());

    assertThat(done.get() + already.get()).isEqualTo(3_200);
    assertThat(number("select count(*) from ledger.entry")).isEqualTo(done.get());
    assertThat(fixture.posted(BOB)).isEqualTo(done.get());
    assertThat(number("select count(*) from ledger.lane where seq > 0"))
        .as("nodes do not wait for each other's chain")
        .isGreaterThan(1);
    assertThat(book.verify().faults()).isEmpty();
  }

  /// Accounts are named in every order, and a transaction comes back for more.
  @Test
  void calls_alone_and_calls_in_open_transactions_never_wait_in_a_circle() throws Exception {
    IntStream.range(0, 8).forEach(i -> book.post(entry(move(CARD, provider(i), 1_000_000))));
    together(
        IntStream.range(0, 8)
            .<Callable<Void>>mapToObj(caller ->
                () -> {
                  var random = new Random(caller);
                  for (int i = 0; i < 60; i++) {
                    if (caller % 2 == 0) {
                      assertThat(some(random)).isEqualTo(new Answer.Done());
                    } else {
                      fixture
                          .database
                          .transactions()
                          .executeWithoutResult(_ -> {
                            assertThat(some(random)).isEqualTo(new Answer.Done());
                            assertThat(some(random)).isEqualTo(new Answer.Done());
                            assertThat(some(random)).isEqualTo(new Answer.Done());
                          });
                    }
                  }
                  return null;
                })
            .toList());
    assertThat(number("select deadlocks from pg_stat_database where datname = current_database()"))
        .as("deadlocks that the database broke")
        .isZero();
    assertThat(book.verify().faults()).isEmpty();
  }

  private Answer some(Random random) {
    int from = random.nextInt(8);
    int to = (from + 1 + random.nextInt(7)) % 8;
    return random.nextInt(5) == 0
        ? book.hold(hold(provider(from), provider(to), 1))
        : book.post(entry(move(provider(from), provider(to), 1), move(provider(to), BOB, 1)));
  }

  private static Account provider(int i) {
    return new Account.Earned(new Holder("provider-" + i));
  }

  private Callable<Answer> posting(Entry entry) {
    return () -> book.post(entry);
  }

  private BatchWriter writer(Poster.Settings settings) {
    return new BatchWriter(
        fixture.database.jdbc(), fixture.database.transactions(), settings.lanePatience());
  }

  /// Calls that begin, and wait, while an open transaction has the book to itself.
  private List<Future<Answer>> held(Callable<List<Callable<Answer>>> calls) throws Exception {
    try (var threads = Executors.newCachedThreadPool()) {
      var begun = new CountDownLatch(1);
      var waiting = new ArrayList<Thread>();
      var answers = new ArrayList<Future<Answer>>();
      for (var call : calls.call()) {
        answers.add(
            threads.submit(() -> {
              synchronized (waiting) {
                waiting.add(Thread.currentThread());
              }
              begun.await();
              return call.call();
            }));
      }
      fixture
          .database
          .transactions()
          .executeWithoutResult(_ -> {
            book.post(entry(move(CARD, EXCHANGE, 1)));
            begun.countDown();
            await(() -> {
              synchronized (waiting) {
                return waiting.size() == answers.size()
                    && waiting.stream().allMatch(PosterTest::waits);
              }
            });
          });
      return answers;
    }
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING || !thread.isAlive();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it comes to that in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void together(List<Callable<Void>> calls) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var call : threads.invokeAll(calls)) {
        call.get();
      }
    }
  }

  private long number(String sql) {
    return fixture.database.jdbc().sql(sql).query(Long.class).single();
  }
}
