package tally.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

  private static final Asset USD = new Asset("USD", 2);
  private static final Asset JPY = new Asset("JPY", 0);
  private static final Asset AKT = new Asset("AKT", 6);
  private static final Asset WEI = new Asset("ETH", 18);
  private static final Unit BYTE = Unit.BYTE;
  private static final int CASES = 20_000;

  private final Random random = new Random(20_261_121);

  // ---- what is read

  @ParameterizedTest
  @CsvSource({
    "25.00, 2500",
    "25, 2500",
    "0.01, 1",
    "007.5, 750",
    "25.1000, 2510",
    "0.010000, 1",
    "92233720368547758080, 9223372036854775808000",
  })
  void a_plain_decimal_is_read_in_units(String written, BigInteger units) {
    assertThat(Amount.parse(USD, written))
        .isEqualTo(new Amount.Parsed.Good(new Amount(USD, units)));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, amount_negative",
    "-0.01, amount_negative",
    "0, amount_zero",
    "0.00, amount_zero",
    "-0, amount_zero",
    "0.001, amount_too_precise",
    "25.005, amount_too_precise",
    "NaN, amount_malformed",
    "Infinity, amount_malformed",
    "1e5, amount_malformed",
    "1E5, amount_malformed",
    "'', amount_malformed",
    "' ', amount_malformed",
    "' 1', amount_malformed",
    "'1 ', amount_malformed",
    "+1, amount_malformed",
    "--1, amount_malformed",
    "1., amount_malformed",
    ".5, amount_malformed",
    "1.2.3, amount_malformed",
    "'1,50', amount_malformed",
    "0x10, amount_malformed",
    "1_000, amount_malformed",
    "١٢, amount_malformed",
    "１２, amount_malformed",
    "$5, amount_malformed",
    "1d, amount_malformed",
  })
  void what_is_not_a_positive_plain_decimal_of_the_scale_is_refused(String written, String code) {
    assertRefused(USD, written, code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1\n", "1\u0000", "1\r\n", "\t1"})
  void no_control_character_slips_through(String written) {
    assertRefused(USD, written, "amount_malformed");
  }

  @Test
  void seventy_eight_digits_of_units_are_an_amount_and_one_more_is_not() {
    assertThat(Amount.parse(JPY, "9".repeat(78))).isInstanceOf(Amount.Parsed.Good.class);
    assertThat(Amount.parse(USD, "9".repeat(76) + ".99")).isInstanceOf(Amount.Parsed.Good.class);
    assertRefused(JPY, "9".repeat(79), "amount_too_large");
    assertRefused(JPY, "9".repeat(80), "amount_too_large");
    assertRefused(USD, "9".repeat(80), "amount_too_large");
    assertRefused(USD, "1" + "0".repeat(76), "amount_too_large");
    assertRefused(WEI, "9".repeat(61), "amount_too_large");
    assertThat(Amount.parse(JPY, "0".repeat(100) + "1"))
        .isEqualTo(new Amount.Parsed.Good(Amount.of(JPY, 1)));
  }

  @Test
  void a_huge_text_is_refused_without_being_counted() {
    assertRefused(USD, "9".repeat(201), "amount_malformed");
    assertRefused(USD, "1." + "0".repeat(201), "amount_malformed");
    assertRefused(USD, "9".repeat(5_000_000), "amount_malformed");
    assertRefused(USD, "-".repeat(5_000_000), "amount_malformed");
  }

  @Test
  void an_asset_without_decimals_takes_no_decimals() {
    assertThat(Amount.parse(JPY, "500")).isEqualTo(new Amount.Parsed.Good(Amount.of(JPY, 500)));
    assertThat(Amount.parse(JPY, "500.0")).isEqualTo(new Amount.Parsed.Good(Amount.of(JPY, 500)));
    assertRefused(JPY, "500.5", "amount_too_precise");
  }

  @Test
  void whatever_is_written_is_read_back() {
    for (int i = 0; i < CASES; i++) {
      var asset = new Asset("X" + i % 10, random.nextInt(Asset.SCALE_MAX + 1));
      var amount =
          new Amount(
              asset,
              units().add(BigInteger.ONE).min(BigInteger.TEN.pow(78).subtract(BigInteger.ONE)));
      assertThat(Amount.parse(asset, amount.decimal())).isEqualTo(new Amount.Parsed.Good(amount));
      assertThat(new BigDecimal(amount.decimal()).scale()).isEqualTo(asset.scale());
      assertThat(Asset.of(asset.toString())).isEqualTo(asset);
    }
  }

  @Test
  void random_texts_are_read_as_the_decimal_they_are_or_refused() {
    var letters = "0123456789.-+eE ,N";
    int good = 0;
    for (int i = 0; i < CASES; i++) {
      var text = new StringBuilder();
      IntStream.range(0, random.nextInt(8))
          .forEach(_ -> text.append(letters.charAt(random.nextInt(letters.length()))));
      if (Amount.parse(USD, text.toString()) instanceof Amount.Parsed.Good(var amount)) {
        good++;
        assertThat(new BigDecimal(amount.units(), 2))
            .isEqualByComparingTo(new BigDecimal(text.toString()));
        assertThat(amount.units()).isPositive();
      }
    }
    assertThat(good).as("the generator makes good ones too").isGreaterThan(100);
  }

  // ---- sums

  @Test
  void an_amount_is_never_negative_nor_longer_than_78_digits() {
    assertThatThrownBy(() -> Amount.of(USD, -1)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Amount.of(USD, 1).minus(Amount.of(USD, 2)))
        .isInstanceOf(ArithmeticException.class);
    var most = new Amount(USD, BigInteger.TEN.pow(78).subtract(BigInteger.ONE));
    assertThatThrownBy(() -> most.plus(Amount.of(USD, 1))).isInstanceOf(ArithmeticException.class);
    var word = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
    assertThat(new Amount(WEI, word).units())
        .as("every 256-bit number is an amount")
        .isEqualTo(word);
  }

  @Test
  void two_assets_never_meet() {
    var dollar = Amount.of(USD, 1);
    for (var other : new Asset[] {AKT, JPY, new Asset("USD", 6), new Asset("USDC", 2)}) {
      var stranger = Amount.of(other, 1);
      assertThatThrownBy(() -> dollar.plus(stranger)).isInstanceOf(ArithmeticException.class);
      assertThatThrownBy(() -> dollar.minus(stranger)).isInstanceOf(ArithmeticException.class);
      assertThatThrownBy(() -> dollar.min(stranger)).isInstanceOf(ArithmeticException.class);
      assertThatThrownBy(() -> dollar.lessAtMost(stranger)).isInstanceOf(ArithmeticException.class);
      assertThatThrownBy(() -> dollar.isLessThan(stranger)).isInstanceOf(ArithmeticException.class);
      assertThatThrownBy(() -> dollar.compareTo(stranger)).isInstanceOf(ArithmeticException.class);
    }
  }

  @Test
  void sums_and_differences_undo_each_other() {
    for (int i = 0; i < CASES; i++) {
      var a = new Amount(USD, units().shiftRight(1));
      var b = new Amount(USD, units().shiftRight(1));
      assertThat(a.plus(b)).isEqualTo(b.plus(a));
      assertThat(a.plus(b).minus(b)).isEqualTo(a);
      assertThat(a.lessAtMost(b).plus(a.min(b))).isEqualTo(a);
      assertThat(a.isLessThan(b)).isEqualTo(a.units().compareTo(b.units()) < 0);
      assertThat(a.min(b).isLessThan(a) || a.min(b).equals(a)).isTrue();
    }
  }

  // ---- prices

  @Test
  void a_cost_and_its_remainder_are_the_exact_product() {
    for (int i = 0; i < CASES; i++) {
      var price =
          new Price(
              Amount.of(AKT, random.nextLong(1L << 40)),
              new Quantity(BYTE, 1 + random.nextLong(1L << 32)));
      var quantity = new Quantity(BYTE, random.nextLong(1L << 50));
      var exact = price.amount().units().multiply(BigInteger.valueOf(quantity.count()));
      var per = BigInteger.valueOf(price.per().count());

      var down = price.of(quantity, Rounding.DOWN);
      var up = price.of(quantity, Rounding.UP);
      assertThat(down.amount().units().multiply(per).add(down.remainder())).isEqualTo(exact);
      assertThat(up.amount().units().multiply(per).subtract(up.remainder())).isEqualTo(exact);
      assertThat(down.remainder()).isBetween(BigInteger.ZERO, per.subtract(BigInteger.ONE));
      assertThat(up.remainder()).isBetween(BigInteger.ZERO, per.subtract(BigInteger.ONE));
      assertThat(up.amount().minus(down.amount()).units())
          .isEqualTo(down.remainder().signum() == 0 ? BigInteger.ZERO : BigInteger.ONE);
    }
  }

  @Test
  void what_a_sum_buys_costs_no_more_than_the_sum_and_one_more_would() {
    for (int i = 0; i < CASES; i++) {
      var price =
          new Price(
              Amount.of(AKT, 1 + random.nextLong(1L << 30)),
              new Quantity(BYTE, 1 + random.nextLong(1L << 30)));
      var sum = Amount.of(AKT, random.nextLong(1L << 30));
      var bought = price.buys(sum);
      assertThat(sum.isLessThan(price.of(bought, Rounding.UP).amount())).isFalse();
      assertThat(sum.isLessThan(price.of(bought.plus(new Quantity(BYTE, 1)), Rounding.UP).amount()))
          .isTrue();
    }
  }

  @Test
  void a_free_service_and_a_vast_sum_buy_the_most_that_can_be_counted() {
    var most = new Quantity(BYTE, Long.MAX_VALUE);
    assertThat(new Price(Amount.zero(AKT), new Quantity(BYTE, 1)).buys(Amount.zero(AKT)))
        .isEqualTo(most);
    assertThat(
            new Price(Amount.of(AKT, 1), new Quantity(BYTE, 9))
                .buys(new Amount(AKT, BigInteger.TEN.pow(77))))
        .isEqualTo(most);
  }

  @Test
  void a_price_is_for_something_and_answers_only_for_its_own_unit_and_asset() {
    assertThatThrownBy(() -> new Price(Amount.of(AKT, 1), Quantity.zero(BYTE)))
        .isInstanceOf(ArithmeticException.class);
    var price = new Price(Amount.of(AKT, 1), new Quantity(BYTE, 1));
    assertThatThrownBy(() -> price.of(new Quantity(Unit.SECOND, 1), Rounding.UP))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> price.buys(Amount.of(USD, 1))).isInstanceOf(ArithmeticException.class);
  }

  // ---- rates

  @Test
  void a_conversion_and_its_remainder_are_exact() {
    for (int i = 0; i < CASES; i++) {
      var rate = rate();
      var amount = new Amount(USD, BigInteger.valueOf(random.nextLong(1L << 50)));
      var exact = amount.units().multiply(rate.numerator());
      var down = rate.convert(amount, Rounding.DOWN);
      var up = rate.convert(amount, Rounding.UP);
      assertThat(down.amount().asset()).isEqualTo(AKT);
      assertThat(down.amount().units().multiply(rate.denominator()).add(down.remainder()))
          .isEqualTo(exact);
      assertThat(up.amount().units().multiply(rate.denominator()).subtract(up.remainder()))
          .isEqualTo(exact);
      assertThat(up.amount().isLessThan(down.amount())).isFalse();
    }
  }

  @Test
  void there_and_back_rounded_down_never_gains() {
    for (int i = 0; i < 100_000; i++) {
      var rate = rate();
      var amount = new Amount(USD, BigInteger.valueOf(random.nextLong(1L << 40)));
      var back =
          rate.inverse()
              .convert(rate.convert(amount, Rounding.DOWN).amount(), Rounding.DOWN)
              .amount();
      assertThat(amount.isLessThan(back)).isFalse();
    }
  }

  @Test
  void one_whole_stands_for_one_whole_whatever_the_scales() {
    assertThat(Rate.wholeForWhole(USD, AKT).convert(Amount.of(USD, 2500), Rounding.DOWN).amount())
        .isEqualTo(Amount.of(AKT, 25_000_000));
    assertThat(Rate.wholeForWhole(AKT, JPY).convert(Amount.of(AKT, 1_999_999), Rounding.DOWN))
        .isEqualTo(new Rate.Converted(Amount.of(JPY, 1), BigInteger.valueOf(999_999)));
  }

  @Test
  void a_rate_is_above_zero_and_converts_only_what_it_is_from() {
    assertThatThrownBy(() -> new Rate(USD, AKT, BigInteger.ZERO, BigInteger.ONE))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Rate(USD, AKT, BigInteger.ONE, BigInteger.ZERO))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Rate(USD, AKT, BigInteger.ONE.negate(), BigInteger.ONE))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Rate.wholeForWhole(USD, AKT).convert(Amount.of(AKT, 1), Rounding.DOWN))
        .isInstanceOf(ArithmeticException.class);
  }

  // ---- quantities

  @Test
  void a_quantity_is_never_negative_never_wraps_and_keeps_to_its_unit() {
    assertThatThrownBy(() -> new Quantity(BYTE, -1)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Quantity(BYTE, Long.MAX_VALUE).plus(new Quantity(BYTE, 1)))
        .isInstanceOf(ArithmeticException.class);
    var second = new Quantity(Unit.SECOND, 1);
    assertThatThrownBy(() -> second.plus(new Quantity(BYTE, 1)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> second.lessAtMost(new Quantity(BYTE, 1)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> second.compareTo(new Quantity(BYTE, 1)))
        .isInstanceOf(ArithmeticException.class);
    for (int i = 0; i < CASES; i++) {
      var a = new Quantity(BYTE, random.nextLong(Long.MAX_VALUE / 2));
      var b = new Quantity(BYTE, random.nextLong(Long.MAX_VALUE / 2));
      assertThat(a.plus(b).lessAtMost(b)).isEqualTo(a);
      assertThat(a.lessAtMost(b).isLessThan(a) || a.count() == 0 || b.count() == 0).isTrue();
    }
  }

  // ---- names

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "USD",
        "USD/",
        "/2",
        "usd/2",
        "U/2",
        "USD/-1",
        "USD/31",
        "USD/x",
        "USD/+2",
        "USD/02",
        "USD/2/3",
        "USD/ 2",
        "US D/2",
        "USD/٢",
        "TOOLONGACODEX/2"
      })
  void what_is_not_an_asset_is_refused(String written) {
    assertThatThrownBy(() -> Asset.of(written)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "/", "-a", "a\n", "ä", "a%"})
  void what_is_not_a_name_is_refused(String name) {
    assertThatThrownBy(() -> new Holder(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Tenant(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Unit(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_derived_id_follows_from_parent_and_step_alone() {
    var parent = UUID.fromString("018f3b1c-0000-7000-8000-000000000001");
    var id = Derived.id(parent, "capture");
    assertThat(Derived.id(parent, "capture")).isEqualTo(id);
    assertThat(Derived.id(parent, "credit")).isNotEqualTo(id);
    assertThat(id.version()).isEqualTo(8);
    assertThat(id.variant()).isEqualTo(2);
  }

  private static void assertRefused(Asset asset, String written, String code) {
    assertThat(Amount.parse(asset, written))
        .isInstanceOfSatisfying(
            Amount.Parsed.Bad.class,
            bad -> {
              assertThat(bad.code()).isEqualTo(code);
              assertThat(bad.text()).isNotBlank().hasSizeLessThan(500);
            });
  }

  private BigInteger units() {
    return new BigInteger(random.nextInt(258), random).mod(BigInteger.TEN.pow(78));
  }

  private Rate rate() {
    return new Rate(
        USD,
        AKT,
        BigInteger.valueOf(1 + random.nextLong(1L << 40)),
        BigInteger.valueOf(1 + random.nextLong(1L << 40)));
  }
}
