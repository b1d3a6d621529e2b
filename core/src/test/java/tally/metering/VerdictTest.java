package tally.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Unit;

class VerdictTest {

  private static final Asset TUSD = Asset.of("TUSD/6");
  private static final int RUNS = 2_000;
  private final Random chance = new Random(11);

  private final Tariff tariff =
      new Tariff(price(100_000, 1L << 30), bytes(1 << 20), bytes(4 << 20));

  @Test
  void a_seller_serves_up_to_the_lag_and_is_behind_there() {
    assertThat(Verdict.ofSeller(tariff, bytes((4 << 20) - 1), tusd(0)))
        .isEqualTo(new Verdict.Fine(tusd(390)));
    assertThat(Verdict.ofSeller(tariff, bytes(4 << 20), tusd(0)))
        .isEqualTo(new Verdict.Behind(tusd(390), tusd(0), bytes(4 << 20)));
  }

  @Test
  void a_buyer_pays_for_his_own_count_and_never_for_more() {
    assertThat(Verdict.ofBuyer(tariff, bytes(1 << 30), bytes((1L << 30) + (5 << 20))))
        .isEqualTo(new Verdict.Fine(tusd(100_000)));
    assertThat(Verdict.ofBuyer(tariff, bytes(1 << 30), bytes((1L << 30) + (5 << 20) + 1)))
        .isEqualTo(new Verdict.Disagree(bytes(1 << 30), bytes((1L << 30) + (5 << 20) + 1)));
    assertThat(Verdict.ofBuyer(tariff, bytes(1 << 30), bytes(0)))
        .isEqualTo(new Verdict.Fine(tusd(100_000)));
  }

  @Test
  void a_charge_never_exceeds_the_price_and_is_less_than_one_unit_below_it() {
    for (int i = 0; i < RUNS; i++) {
      var price = price(chance.nextInt(1, 1_000_000), chance.nextLong(1, 1L << 40));
      var total = bytes(chance.nextLong(0, 1L << 45));
      var any = new Tariff(price, bytes(1), bytes(1));
      var exact = price.amount().units().multiply(BigInteger.valueOf(total.count()));
      var per = BigInteger.valueOf(price.per().count());
      var due = any.due(total).units().multiply(per);
      assertThat(due).isLessThanOrEqualTo(exact);
      assertThat(exact.subtract(due)).isLessThan(per);
    }
  }

  @Test
  void paying_portion_by_portion_comes_to_the_charge_of_the_total() {
    for (int i = 0; i < RUNS; i++) {
      var any = tariff();
      var total = bytes(0);
      var paid = tusd(0);
      for (int portion = 0; portion < 20; portion++) {
        total = total.plus(bytes(chance.nextLong(0, 1 << 21)));
        paid = paid.plus(new Usage(new Reading(total, Instant.EPOCH), paid).owed(any));
      }
      assertThat(paid).isEqualTo(any.due(total));
    }
  }

  @Test
  void who_pays_what_is_due_at_the_ceiling_is_served_on_where_the_tariff_is_payable() {
    int payable = 0;
    for (int i = 0; i < RUNS; i++) {
      var any = tariff();
      var paid = tusd(chance.nextLong(0, 1L << 40));
      var ceiling = any.ceiling(paid);
      if (any.isPayable()) {
        payable++;
        assertThat(any.due(ceiling)).isGreaterThan(paid);
        assertThat(Verdict.ofSeller(any, ceiling, paid)).isInstanceOf(Verdict.Behind.class);
      }
    }
    assertThat(payable).isBetween(RUNS / 10, RUNS);
  }

  @Test
  void a_lag_that_is_worth_less_than_one_unit_is_not_payable() {
    assertThat(tariff.isPayable()).isTrue();
    assertThat(new Tariff(price(1, 1000), bytes(10), bytes(999)).isPayable()).isFalse();
    assertThat(new Tariff(price(1, 1000), bytes(10), bytes(1000)).isPayable()).isTrue();
    assertThat(new Tariff(price(1, 1), bytes(1), bytes(1)).isPayable()).isTrue();
    assertThat(new Tariff(price(0, 1000), bytes(10), bytes(10)).isPayable()).isTrue();
  }

  @Test
  void a_free_service_has_no_ceiling_and_nothing_is_due() {
    var free = new Tariff(price(0, 1), bytes(1), bytes(1));
    assertThat(free.ceiling(tusd(0))).isEqualTo(bytes(Long.MAX_VALUE));
    assertThat(Verdict.ofSeller(free, bytes(Long.MAX_VALUE), tusd(0)))
        .isEqualTo(new Verdict.Fine(tusd(0)));
    assertThat(Verdict.ofBuyer(free, bytes(Long.MAX_VALUE), bytes(Long.MAX_VALUE)))
        .isEqualTo(new Verdict.Fine(tusd(0)));
  }

  @Test
  void a_portion_is_used_when_there_is_something_to_pay_for_it() {
    var used = new Usage(new Reading(bytes(1 << 20), Instant.EPOCH), tusd(0));
    assertThat(used.isPortionUsed(tariff)).isTrue();
    assertThat(used.owed(tariff)).isEqualTo(tusd(97));
    var paid = new Usage(used.reading(), tusd(97));
    assertThat(paid.isPortionUsed(tariff)).isFalse();
    assertThat(paid.lag(tariff).count()).isLessThan(10_738);
  }

  @Test
  void two_units_are_never_compared() {
    assertThatThrownBy(() -> Verdict.ofSeller(tariff, new Quantity(Unit.CALL, 1), tusd(0)))
        .isInstanceOf(ArithmeticException.class);
  }

  private Tariff tariff() {
    long portion = chance.nextLong(1, 1 << 20);
    return new Tariff(
        price(chance.nextInt(1, 1_000_000), chance.nextLong(1, 1L << 32)),
        bytes(portion),
        bytes(portion + chance.nextLong(0, 1 << 22)));
  }

  private static Price price(long units, long per) {
    return new Price(tusd(units), bytes(per));
  }

  private static Amount tusd(long units) {
    return Amount.of(TUSD, units);
  }

  private static Quantity bytes(long count) {
    return new Quantity(Unit.BYTE, count);
  }
}
