package tally.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.ledger.internal.Fixture.BOB;
import static tally.ledger.internal.Fixture.CARD;
import static tally.ledger.internal.Fixture.EXCHANGE;
import static tally.ledger.internal.Fixture.LATER;
import static tally.ledger.internal.Fixture.USD;
import static tally.ledger.internal.Fixture.available;
import static tally.ledger.internal.Fixture.entry;
import static tally.ledger.internal.Fixture.hold;
import static tally.ledger.internal.Fixture.lot;
import static tally.ledger.internal.Fixture.move;
import static tally.ledger.internal.Fixture.opening;
import static tally.ledger.internal.Fixture.usd;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;

class JdbcBookTest {

  private final Fixture fixture = new Fixture();
  private final Book book = fixture.book;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void an_entry_moves_value_and_is_read_back_as_it_was_written() {
    var lot = lot("alice", 2500);
    var entry = opening(lot, move(CARD, available(lot), 2500));

    assertThat(book.post(entry)).isEqualTo(new Answer.Done());

    assertThat(book.entry(Tenant.HOUSE, entry.id().value())).contains(entry);
    assertThat(book.lot(Tenant.HOUSE, lot.id())).contains(lot);
    assertThat(book.lots(Tenant.HOUSE, lot.owner())).containsExactly(lot);
    assertThat(fixture.posted(CARD)).isEqualTo(-2500);
    assertThat(fixture.posted(available(lot))).isEqualTo(2500);
    assertThat(book.verify().faults()).isEmpty();
  }

  @Test
  void a_line_of_credit_opens_a_lot_likewise() {
    var lot =
        new Lot(
            new LotId(UUID.randomUUID()),
            Tenant.HOUSE,
            new Holder("carol"),
            usd(100),
            new Lot.Source.OfLine(UUID.randomUUID(), Holder.HOUSE),
            Instant.parse("2026-01-02T03:04:05Z"));
    book.post(opening(lot, move(new Account.Loss(), available(lot), 100)));

    assertThat(book.lot(Tenant.HOUSE, lot.id())).contains(lot);
    assertThat(book.verify().sound()).isTrue();
  }

  @Test
  void the_same_id_and_content_answers_already_and_other_content_is_refused() {
    var entry = entry(move(CARD, EXCHANGE, 10));
    var other =
        new Entry(entry.id(), entry.tenant(), entry.reason(), List.of(move(CARD, EXCHANGE, 11)));
    book.post(entry);
    var before = fixture.everything();

    assertThat(book.post(entry)).isEqualTo(new Answer.Already());
    assertThat(book.post(other)).isEqualTo(new Answer.Conflict(entry.id().value().toString()));
    assertThat(fixture.everything()).isEqualTo(before);
  }

  @Test
  void an_id_of_one_tenant_means_nothing_to_another() {
    var entry = entry(move(CARD, EXCHANGE, 10));
    var theirs = new Entry(entry.id(), new Tenant("acme"), "test", List.of(move(CARD, BOB, 3)));
    book.post(entry);

    assertThat(book.post(theirs)).isEqualTo(new Answer.Done());
    assertThat(book.balances(new Tenant("acme"), "")).hasSize(2);
    assertThat(fixture.posted(BOB)).isZero();
    assertThat(book.verify().entries()).isEqualTo(2);
  }

  @Test
  void nobody_spends_what_he_does_not_have() {
    book.post(entry(move(CARD, BOB, 10)));
    book.hold(hold(BOB, EXCHANGE, 4));
    var before = fixture.everything();

    assertThat(book.post(entry(move(BOB, EXCHANGE, 7))))
        .isEqualTo(new Answer.Short(BOB, USD, BigInteger.valueOf(6), BigInteger.valueOf(7)));
    assertThat(book.hold(hold(BOB, EXCHANGE, 7))).isInstanceOf(Answer.Short.class);
    assertThat(book.post(entry(move(CARD, EXCHANGE, 50), move(BOB, EXCHANGE, 7))))
        .isInstanceOf(Answer.Short.class);
    assertThat(fixture.everything()).isEqualTo(before);
  }

  @Test
  void only_the_sum_of_an_entry_must_respect_the_floor() {
    assertThat(book.post(entry(move(BOB, EXCHANGE, 5), move(CARD, BOB, 5))))
        .isEqualTo(new Answer.Done());
    assertThat(fixture.posted(BOB)).isZero();
  }

  @Test
  void a_refusal_inside_an_open_transaction_changes_nothing_and_the_transaction_goes_on() {
    var good = entry(move(CARD, BOB, 10));
    fixture
        .database
        .transactions()
        .executeWithoutResult(_ -> {
          book.post(good);
          var before = fixture.everything();
          assertThat(book.post(entry(move(EXCHANGE, new Account.Suspense("new"), 1))))
              .isInstanceOf(Answer.Short.class);
          assertThat(book.hold(hold(EXCHANGE, BOB, 1))).isInstanceOf(Answer.Short.class);
          assertThat(fixture.everything()).isEqualTo(before);
        });
    assertThat(fixture.posted(BOB)).isEqualTo(10);
    assertThat(book.verify().entries()).isEqualTo(1);
  }

  @Test
  void what_an_open_transaction_takes_back_was_never_written() {
    book.post(entry(move(CARD, BOB, 10)));
    var before = fixture.everything();
    fixture
        .database
        .transactions()
        .executeWithoutResult(status -> {
          book.post(entry(move(CARD, BOB, 10)));
          book.hold(hold(BOB, EXCHANGE, 15));
          status.setRollbackOnly();
        });
    assertThat(fixture.everything()).isEqualTo(before);
  }

  @Test
  void a_hold_is_settled_in_part_once_and_the_rest_is_free_again() {
    book.post(entry(move(CARD, BOB, 10)));
    var hold = hold(BOB, EXCHANGE, 8);
    var id = new EntryId(UUID.randomUUID());

    assertThat(book.hold(hold)).isEqualTo(new Answer.Done());
    assertThat(book.hold(hold)).isEqualTo(new Answer.Already());
    assertThat(book.find(Tenant.HOUSE, hold.id())).contains(hold);
    assertThat(fixture.free(BOB)).isEqualTo(2);
    assertThat(book.settle(Tenant.HOUSE, hold.id(), id, usd(9)))
        .isInstanceOf(Answer.AboveHold.class);
    assertThat(book.settle(Tenant.HOUSE, hold.id(), id, usd(3))).isEqualTo(new Answer.Done());
    var before = fixture.everything();

    assertThat(book.settle(Tenant.HOUSE, hold.id(), id, usd(3))).isEqualTo(new Answer.Already());
    assertThat(book.settle(Tenant.HOUSE, hold.id(), id, usd(4)))
        .isInstanceOf(Answer.Conflict.class);
    assertThat(book.settle(Tenant.HOUSE, hold.id(), new EntryId(UUID.randomUUID()), usd(3)))
        .isEqualTo(new Answer.HoldEnded(hold.id(), new Hold.State.Posted(id, usd(3))));
    assertThat(book.release(Tenant.HOUSE, hold.id())).isInstanceOf(Answer.HoldEnded.class);
    assertThat(fixture.everything()).isEqualTo(before);
    assertThat(fixture.posted(BOB)).isEqualTo(7);
    assertThat(fixture.free(BOB)).isEqualTo(7);
    assertThat(book.entry(Tenant.HOUSE, id.value()).orElseThrow().reason()).isEqualTo("promise");
    assertThat(book.verify()).isEqualTo(new Book.Verified(2, 1, List.of()));
  }

  @Test
  void a_hold_cannot_be_settled_under_an_id_that_another_entry_has() {
    var used = entry(move(CARD, BOB, 10));
    book.post(used);
    var hold = hold(BOB, EXCHANGE, 8);
    book.hold(hold);
    var before = fixture.everything();

    assertThat(book.settle(Tenant.HOUSE, hold.id(), used.id(), usd(8)))
        .isInstanceOf(Answer.Conflict.class);
    assertThat(fixture.everything()).isEqualTo(before);
  }

  @Test
  void a_released_hold_is_free_again_and_stays_ended() {
    book.post(entry(move(CARD, BOB, 10)));
    var hold = hold(BOB, EXCHANGE, 8);
    book.hold(hold);

    assertThat(book.release(Tenant.HOUSE, hold.id())).isEqualTo(new Answer.Done());
    assertThat(book.release(Tenant.HOUSE, hold.id())).isEqualTo(new Answer.Already());
    assertThat(book.settle(Tenant.HOUSE, hold.id(), new EntryId(UUID.randomUUID()), usd(1)))
        .isEqualTo(new Answer.HoldEnded(hold.id(), new Hold.State.Voided()));
    assertThat(book.release(Tenant.HOUSE, new HoldId(UUID.randomUUID())))
        .isInstanceOf(Answer.NoSuchHold.class);
    assertThat(fixture.free(BOB)).isEqualTo(10);
  }

  @Test
  void the_same_hold_id_with_other_content_is_refused() {
    var hold = hold(CARD, BOB, 8);
    book.hold(hold);
    var longer =
        Hold.pending(
            hold.id(), hold.tenant(), hold.reason(), hold.promised(), LATER.plusSeconds(1));
    assertThat(book.hold(longer)).isInstanceOf(Answer.Conflict.class);
  }

  @Test
  void a_hold_whose_time_is_over_is_neither_made_nor_settled_and_expires_once() {
    book.post(entry(move(CARD, BOB, 10)));
    var late = hold(BOB, EXCHANGE, 1, fixture.store.now().minus(Duration.ofSeconds(1)));
    assertThat(book.hold(late)).isEqualTo(new Answer.ExpiryPassed(late.id(), late.expires()));

    var expires = fixture.store.now().plus(Duration.ofMillis(300));
    var hold = hold(BOB, EXCHANGE, 8, expires);
    assertThat(book.hold(hold)).isEqualTo(new Answer.Done());
    assertThat(book.expire(expires.minus(Duration.ofMillis(1)), 10)).isZero();
    awaitDatabaseTime(hold.expires());
    var before = fixture.everything();
    assertThat(book.settle(Tenant.HOUSE, hold.id(), new EntryId(UUID.randomUUID()), usd(1)))
        .isInstanceOf(Answer.ExpiryPassed.class);
    assertThat(fixture.everything()).isEqualTo(before);

    var worker = new HoldExpiry(fixture.store);
    assertThat(worker.tick()).isEqualTo(1);
    assertThat(worker.tick()).isZero();
    assertThat(book.find(Tenant.HOUSE, hold.id()).orElseThrow().state())
        .isEqualTo(new Hold.State.Expired());
    assertThat(fixture.free(BOB)).isEqualTo(10);
    assertThat(book.release(Tenant.HOUSE, hold.id())).isInstanceOf(Answer.HoldEnded.class);
    assertThat(book.verify().faults()).isEmpty();
  }

  private void awaitDatabaseTime(Instant time) {
    var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!fixture.store.now().isAfter(time)) {
      assertThat(System.nanoTime()).as("the database's clock runs").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void at_most_so_many_holds_expire_at_once() {
    IntStream.range(0, 5).forEach(_ -> book.hold(hold(CARD, BOB, 1, LATER)));
    assertThat(book.expire(LATER, 3)).isEqualTo(3);
    assertThat(book.expire(LATER, 3)).isEqualTo(2);
  }

  @Test
  void an_account_of_a_lot_that_nobody_opened_or_another_owns_is_refused() {
    var lot = lot("alice", 100);
    var mallory = new Account.Available(new Holder("mallory"), lot.id());
    book.post(entry(move(CARD, EXCHANGE, 1)));
    var before = fixture.everything();
    assertThat(book.post(entry(move(CARD, available(lot), 100))))
        .isInstanceOf(Answer.LotMismatch.class);
    assertThat(book.hold(hold(CARD, available(lot), 100))).isInstanceOf(Answer.LotMismatch.class);
    assertThat(book.post(opening(lot, move(CARD, mallory, 100))))
        .isInstanceOf(Answer.LotMismatch.class);
    assertThat(fixture.everything()).isEqualTo(before);

    book.post(opening(lot, move(CARD, available(lot), 100)));
    assertThat(book.post(entry(move(available(lot), mallory, 1))))
        .isInstanceOf(Answer.LotMismatch.class);
    assertThat(book.hold(hold(available(lot), mallory, 1))).isInstanceOf(Answer.LotMismatch.class);
    var theirs =
        new Entry(
            new EntryId(UUID.randomUUID()),
            new Tenant("acme"),
            "x",
            List.of(move(CARD, available(lot), 1)));
    assertThat(book.post(theirs)).isInstanceOf(Answer.LotMismatch.class);
    assertThat(book.verify().faults()).isEmpty();
  }

  @Test
  void a_lot_is_opened_once_and_with_exactly_what_is_posted_into_it() {
    var lot = lot("alice", 100);
    assertThat(book.post(opening(lot, move(CARD, available(lot), 99))))
        .isInstanceOf(Answer.LotMismatch.class);
    assertThat(book.post(opening(lot, move(CARD, EXCHANGE, 100))))
        .isInstanceOf(Answer.LotMismatch.class);
    var twice =
        new Entry(
            new EntryId(UUID.randomUUID()),
            Tenant.HOUSE,
            "x",
            List.of(move(CARD, available(lot), 100)),
            List.of(lot, lot));
    assertThat(book.post(twice)).isInstanceOf(Answer.LotMismatch.class);
    var frozen = new Account.Frozen(lot.owner(), lot.id());
    assertThat(
            book.post(
                opening(
                    lot,
                    move(CARD, available(lot), 70),
                    move(CARD, frozen, 30),
                    move(available(lot), EXCHANGE, 5))))
        .isEqualTo(new Answer.Done());
    assertThat(book.post(opening(lot, move(CARD, available(lot), 100))))
        .isInstanceOf(Answer.LotMismatch.class);
    assertThat(book.verify().faults()).isEmpty();
  }

  @Test
  void the_largest_amounts_are_kept_to_the_last_digit_and_more_is_a_fault() {
    var most = new Amount(USD, BigInteger.TEN.pow(78).subtract(BigInteger.ONE));
    for (int i = 0; i < 10; i++) {
      book.post(entry(new Posting(CARD, BOB, most)));
    }
    assertThat(book.balance(Tenant.HOUSE, BOB, USD).posted())
        .isEqualTo(most.units().multiply(BigInteger.TEN));
    book.post(entry(move(CARD, BOB, 9)));
    assertThatThrownBy(() -> book.post(entry(move(CARD, BOB, 1))))
        .isInstanceOf(ArithmeticException.class);
    assertThat(book.verify().faults()).isEmpty();
  }

  @Test
  void entries_are_listed_newest_first_by_the_accounts_they_touch() {
    for (int i = 1; i <= 5; i++) {
      book.post(entry(move(CARD, i % 2 == 0 ? BOB : EXCHANGE, i)));
    }
    assertThat(book.entries(Tenant.HOUSE, "earned/", Long.MAX_VALUE, 10))
        .extracting(Book.Written::seq)
        .containsExactly(4L, 2L);
    assertThat(book.entries(Tenant.HOUSE, "", 4, 2))
        .extracting(Book.Written::seq)
        .containsExactly(3L, 2L);
    assertThat(book.entries(Tenant.HOUSE, "earned_", Long.MAX_VALUE, 10)).isEmpty();
    assertThat(book.balances(Tenant.HOUSE, ""))
        .extracting(balance -> balance.account().path())
        .containsExactly("earned/bob", "exchange", "gateway-receivable/card");
  }

  @Test
  void fifty_equal_posts_at_once_write_one_entry() throws Exception {
    var entry = entry(move(CARD, BOB, 10));
    var answers = allAtOnce(50, () -> book.post(entry));

    assertThat(answers).filteredOn(new Answer.Done()::equals).hasSize(1);
    assertThat(answers).filteredOn(new Answer.Already()::equals).hasSize(49);
    assertThat(fixture.posted(BOB)).isEqualTo(10);
    assertThat(book.verify().entries()).isEqualTo(1);
  }

  @Test
  void of_many_who_want_the_last_coin_one_gets_it() throws Exception {
    book.post(entry(move(CARD, BOB, 1)));
    var answers = allAtOnce(30, () -> book.post(entry(move(BOB, EXCHANGE, 1))));

    assertThat(answers).filteredOn(new Answer.Done()::equals).hasSize(1);
    assertThat(answers).filteredOn(Answer.Short.class::isInstance).hasSize(29);
  }

  private static List<Answer> allAtOnce(int callers, Callable<Answer> call) throws Exception {
    var start = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          IntStream.range(0, callers)
              .mapToObj(_ ->
                  threads.submit(() -> {
                    start.await();
                    return call.call();
                  }))
              .toList();
      start.countDown();
      var answers = new ArrayList<Answer>();
      for (var done : calls) {
        answers.add(done.get());
      }
      return answers;
    }
  }
}
