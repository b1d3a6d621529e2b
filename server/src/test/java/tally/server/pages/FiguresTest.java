package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Quantity;
import tally.money.Unit;
import tally.server.internal.Views;

class FiguresTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Asset TUSD = Asset.of("TUSD/6");
  private final Figures english = new Figures(Words.in("en"), USD, ZoneOffset.UTC);
  private final Figures german = new Figures(Words.in("de"), USD, ZoneOffset.UTC);

  @Test
  void money_is_written_as_each_language_writes_it() {
    var sum = Amount.of(USD, 120_418);
    assertThat(english.money(sum)).isEqualTo("$1,204.18");
    assertThat(german.money(sum)).isEqualTo("1.204,18\u00a0$");
    assertThat(english.less(sum)).isEqualTo("−$1,204.18");
    assertThat(english.cut(sum)).isEqualTo(new Figures.Cut("$1,204", ".18"));
    assertThat(german.cut(sum)).isEqualTo(new Figures.Cut("1.204", ",18\u00a0$"));
    assertThat(german.typed("25.00")).isEqualTo("25,00");
  }

  @ParameterizedTest
  @CsvSource({
    "2210000,$2.21",
    "60000,$0.06",
    "56300,$0.0563",
    "1,$0.00",
    "123456,$0.1235",
    "0,$0.00"
  })
  void tokens_are_shown_as_money_with_as_many_decimals_as_are_true_but_four_at_most(
      long units, String written) {
    assertThat(english.worth(Amount.of(TUSD, units))).isEqualTo(written);
  }

  @Test
  void a_guess_is_no_finer_than_a_cent_where_it_is_more_than_one() {
    assertThat(english.about(Amount.of(TUSD, 32_343_812))).isEqualTo("$32.34");
    assertThat(english.about(Amount.of(TUSD, 56_300))).isEqualTo("$0.0563");
  }

  @Test
  void tokens_in_their_fold_lose_nothing() {
    assertThat(english.exact(Amount.of(TUSD, 16_240_550_000L)))
        .isEqualTo("16,240.550000\u00a0TUSD");
  }

  @ParameterizedTest
  @CsvSource({
    "byte,1048576,10000,$10.24,GiB",
    "byte,1000000,100,$0.10,GB",
    "second,1,5,$0.018,hour",
    "call,1000,4000000,$0.004,call"
  })
  void a_price_is_for_a_unit_that_people_think_in(
      String unit, long per, long units, String amount, String of) {
    assertThat(english.price(offering(unit, per, units))).isEqualTo(new Figures.Price(amount, of));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          byte   | 1048576 | 6291456    | 6.00 MiB
          byte   | 1048576 | 1048575    | 1,023.99 KiB
          byte   | 1000000 | 18421300   | 18.42 MB
          byte   | 1000000 | 999        | 999 B
          second | 60      | 22140      | 6 h 9 min
          second | 60      | 1263600    | 14 d 15 h
          second | 60      | 59         | 0 min 59 s
          call   | 1       | 1204       | 1,204 calls
          """)
  void a_count_is_rounded_down_and_never_promises_more(
      String unit, long per, long count, String written) {
    var counted = new Quantity(new Unit(unit), count);
    assertThat(english.count(counted, offering(unit, per, 1)).replace('\u00a0', ' '))
        .isEqualTo(written);
  }

  @Test
  void a_moment_is_written_in_the_zone_of_the_node() {
    var at = Instant.parse("2026-11-21T14:32:08Z");
    assertThat(english.moment(at)).isEqualTo("21 Nov 2026, 14:32");
    assertThat(german.moment(at)).isEqualTo("21 Nov. 2026, 14:32");
    assertThat(english.clock(at)).isEqualTo("14:32:08");
  }

  private static Views.Offering offering(String unit, long per, long units) {
    return new Views.Offering(
        new UUID(0, 1),
        "Films",
        "party:x",
        "http",
        unit,
        Amount.of(TUSD, units),
        per,
        per,
        per,
        URI.create("http://127.0.0.1"),
        "0x",
        Amount.of(TUSD, units),
        "published");
  }
}
