package tally.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.ledger.internal.Fixture.BOB;
import static tally.ledger.internal.Fixture.CARD;
import static tally.ledger.internal.Fixture.EXCHANGE;
import static tally.ledger.internal.Fixture.USD;
import static tally.ledger.internal.Fixture.available;
import static tally.ledger.internal.Fixture.entry;
import static tally.ledger.internal.Fixture.hold;
import static tally.ledger.internal.Fixture.lot;
import static tally.ledger.internal.Fixture.move;
import static tally.ledger.internal.Fixture.opening;
import static tally.ledger.internal.Fixture.usd;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.Posting;
import tally.ledger.internal.Batch.Running;
import tally.ledger.internal.Batch.Standing;
import tally.ledger.internal.Shifts.Place;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;

/// Each write of a batch sees those before it, and a refused one was never there.
class BatchTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<Place, Standing> accounts = new HashMap<>();
  private final Batch batch = bobHas(10);

  private Batch bobHas(long cents) {
    accounts.put(new Place(BOB, USD), new Standing(7, BigInteger.valueOf(cents), BigInteger.ZERO));
    return new Batch(new Batch.Found(NOW, Map.of(), Map.of(), accounts, Map.of()));
  }

  private Answer post(Posting... postings) {
    return batch.answer(Write.post(entry(postings)));
  }

  private long posted(Account account) {
    return batch.moved().get(new Place(account, USD)).posted().longValueExact();
  }

  @Test
  void the_last_coin_is_spent_by_the_first_who_asks() {
    assertThat(post(move(BOB, EXCHANGE, 10))).isEqualTo(new Answer.Done());
    assertThat(post(move(BOB, EXCHANGE, 1)))
        .isEqualTo(new Answer.Short(BOB, USD, BigInteger.ZERO, BigInteger.ONE));
    assertThat(post(move(CARD, BOB, 1))).isEqualTo(new Answer.Done());
    assertThat(post(move(BOB, EXCHANGE, 1))).isEqualTo(new Answer.Done());
    assertThat(batch.appended()).hasSize(3);
    assertThat(posted(EXCHANGE)).isEqualTo(11);
  }

  @Test
  void a_refused_write_leaves_nothing_to_be_written() {
    assertThat(post(move(CARD, EXCHANGE, 5), move(BOB, EXCHANGE, 11)))
        .isInstanceOf(Answer.Short.class);
    assertThat(batch.answer(Write.promise(hold(BOB, EXCHANGE, 11))))
        .isInstanceOf(Answer.Short.class);
    assertThat(batch.answer(Write.promise(hold(BOB, EXCHANGE, 1, NOW))))
        .isInstanceOf(Answer.ExpiryPassed.class);
    assertThat(batch.appended()).isEmpty();
    assertThat(batch.moved()).isEmpty();
    assertThat(batch.made()).isEmpty();
  }

  @Test
  void what_has_too_many_digits_throws_and_leaves_nothing_either() {
    var most = new Amount(USD, BigInteger.TEN.pow(78).subtract(BigInteger.ONE));
    for (int i = 0; i < 10; i++) {
      assertThat(post(new Posting(CARD, EXCHANGE, most))).isEqualTo(new Answer.Done());
    }
    assertThatThrownBy(() -> post(new Posting(CARD, EXCHANGE, most)))
        .isInstanceOf(ArithmeticException.class);
    assertThat(batch.appended()).hasSize(10);
    assertThat(batch.moved().get(new Place(EXCHANGE, USD)).posted())
        .isEqualTo(most.units().multiply(BigInteger.TEN));
  }

  @Test
  void each_posting_says_what_both_sides_have_after_it() {
    post(move(CARD, BOB, 5), move(BOB, EXCHANGE, 12));
    post(move(BOB, EXCHANGE, 1));
    assertThat(batch.appended())
        .extracting(Batch.Appended::running)
        .containsExactly(List.of(running(-5, 15), running(3, 12)), List.of(running(2, 13)));
  }

  private static Running running(long from, long to) {
    return new Running(BigInteger.valueOf(from), BigInteger.valueOf(to));
  }

  @Test
  void the_same_id_twice_acts_once_and_other_content_conflicts() {
    var entry = entry(move(CARD, BOB, 1));
    var other = Fixture.entry(move(CARD, BOB, 2));
    var conflicting = new Entry(entry.id(), other.tenant(), other.reason(), other.postings());
    assertThat(batch.answer(Write.post(entry))).isEqualTo(new Answer.Done());
    assertThat(batch.answer(Write.post(entry))).isEqualTo(new Answer.Already());
    assertThat(batch.answer(Write.post(conflicting))).isInstanceOf(Answer.Conflict.class);
    assertThat(posted(BOB)).isEqualTo(11);
  }

  @Test
  void a_hold_is_made_and_settled_in_one_batch_and_written_as_it_ended() {
    var hold = hold(BOB, EXCHANGE, 8);
    var id = new EntryId(UUID.randomUUID());
    assertThat(batch.answer(Write.promise(hold))).isEqualTo(new Answer.Done());
    assertThat(post(move(BOB, EXCHANGE, 3))).isInstanceOf(Answer.Short.class);
    assertThat(batch.answer(new Write.Settle(Tenant.HOUSE, hold.id(), id, usd(6))))
        .isEqualTo(new Answer.Done());
    assertThat(batch.answer(new Write.Release(Tenant.HOUSE, hold.id())))
        .isInstanceOf(Answer.HoldEnded.class);
    assertThat(batch.made())
        .extracting(kept -> kept.hold().state())
        .containsExactly(new Hold.State.Posted(id, usd(6)));
    assertThat(batch.ended()).isEmpty();
    assertThat(post(move(BOB, EXCHANGE, 4))).isEqualTo(new Answer.Done());
  }

  @Test
  void a_hold_settled_in_another_asset_is_a_fault_that_leaves_nothing_behind() {
    var hold = hold(BOB, EXCHANGE, 8);
    batch.answer(Write.promise(hold));
    var settle =
        new Write.Settle(
            Tenant.HOUSE,
            hold.id(),
            new EntryId(UUID.randomUUID()),
            Amount.of(new Asset("TUSD", 6), 1));
    assertThatThrownBy(() -> batch.answer(settle)).isInstanceOf(RuntimeException.class);
    assertThat(batch.appended()).isEmpty();
    assertThat(batch.answer(new Write.Release(Tenant.HOUSE, hold.id())))
        .isEqualTo(new Answer.Done());
  }

  @Test
  void a_lot_that_is_opened_in_a_batch_is_known_to_those_behind() {
    var lot = lot("alice", 5);
    assertThat(post(move(CARD, available(lot), 5))).isInstanceOf(Answer.LotMismatch.class);
    assertThat(batch.answer(Write.post(opening(lot, move(CARD, available(lot), 5)))))
        .isEqualTo(new Answer.Done());
    assertThat(post(move(available(lot), EXCHANGE, 5))).isEqualTo(new Answer.Done());
  }
}
