package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tally.metering.Reading;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Unit;
import tally.server.internal.Recent;

class SpeedTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Asset TUSD = Asset.of("TUSD/6");
  private static final Figures ENGLISH =
      new Figures(Words.in("en"), Asset.of("USD/2"), ZoneOffset.UTC);

  @Test
  void a_speed_is_what_came_between_two_readings_over_their_time() {
    var speed = of(List.of(at(0, 0), at(2, 4_000_000), at(4, 5_000_000)), List.of());
    assertThat(speed.steps()).extracting(Speed.Step::until).containsExactly(after(2), after(4));
    assertThat(speed.most()).isEqualByComparingTo("2000000");
    assertThat(speed.yoursNow()).isEqualByComparingTo("500000");
    assertThat(speed.bothCount()).isFalse();
    assertThat(series(speed)).isEqualTo("[[1772359202,1772359204],[16,4]]");
  }

  @Test
  void where_one_side_has_no_reading_its_line_has_a_gap() {
    var speed =
        of(
            List.of(at(0, 0), at(2, 1_000_000), at(4, 3_000_000)),
            List.of(at(2, 1_000_000), at(4, 2_500_000), at(6, 2_500_000)));
    assertThat(series(speed))
        .isEqualTo("[[1772359202,1772359204,1772359206],[4,8,null],[null,6,0]]");
  }

  @Test
  void an_hour_at_this_speed_costs_what_the_price_says() {
    var speed = of(List.of(at(0, 0), at(2, 2_000_000)), List.of());
    assertThat(speed.anHour()).isEqualTo(Amount.of(TUSD, 360_000));
  }

  @Test
  void a_side_without_a_reading_of_the_last_moment_has_no_speed_now_not_none() {
    var speed =
        of(
            List.of(at(0, 0), at(2, 1_000_000)),
            List.of(at(0, 0), at(2, 1_000_000), at(4, 1_000_000)));
    assertThat(speed.yoursNow()).isNull();
    assertThat(speed.anHour()).isNull();
    assertThat(speed.theirsNow()).isZero();
    assertThat(rate(speed, speed.yoursNow()))
        .isEqualTo("<span aria-hidden=\"true\">–</span><span class=\"sr\">unknown</span>");
    assertThat(rate(speed, speed.theirsNow())).isEqualTo("0.0\u00a0Mbit/s");
    assertThat(of(List.of(at(0, 0)), List.of(at(2, 0))).most()).isNull();
  }

  @Test
  void one_reading_makes_no_line() {
    assertThat(of(List.of(at(0, 5)), List.of()).isKnown()).isFalse();
    assertThat(of(List.of(), List.of()).most()).isNull();
  }

  @Test
  void the_table_has_every_count_and_what_it_costs() {
    var speed = of(List.of(at(0, 0), at(2, 2_000_000)), List.of(at(2, 2_500_000)));
    assertThat(speed.csv())
        .isEqualTo(
            """
            time,yours,theirs,unit,cost,asset\r
            2026-03-01T10:00:00Z,0,,byte,0.000000,TUSD\r
            2026-03-01T10:00:02Z,2000000,2500000,byte,0.000200,TUSD\r
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "byte,100,400.0 bit/s",
    "byte,2000000,8.0 Mbit/s",
    "byte,9000,36.0 kbit/s",
    "call,3,90.0 calls/min"
  })
  void a_speed_is_written_in_what_people_think_in(String unit, long count, String written) {
    var price = new Price(Amount.of(TUSD, 100), new Quantity(new Unit(unit), 1_000_000));
    var readings =
        List.of(
            new Reading(new Quantity(new Unit(unit), 0), START),
            new Reading(new Quantity(new Unit(unit), count), after(2)));
    var speed = Speed.of(new Recent.Counts(readings, List.of()), price);
    assertThat(ENGLISH.scale(speed).say(speed.yoursNow()).replace('\u00a0', ' '))
        .isEqualTo(written);
  }

  private static String rate(Speed speed, @Nullable BigDecimal now) {
    var out = new StringOutput();
    var values = new HashMap<String, @Nullable Object>();
    values.put("scale", ENGLISH.scale(speed));
    values.put("speed", now);
    TemplateEngine.createPrecompiled(ContentType.Html).render("rate.jte", values, out);
    return out.toString().strip();
  }

  private static String series(Speed speed) {
    return Chart.of(speed, ENGLISH.scale(speed)).series();
  }

  private static Speed of(List<Reading> yours, List<Reading> theirs) {
    var price = new Price(Amount.of(TUSD, 100), new Quantity(Unit.BYTE, 1_000_000));
    return Speed.of(new Recent.Counts(yours, theirs), price);
  }

  private static Reading at(long seconds, long count) {
    return new Reading(new Quantity(Unit.BYTE, count), after(seconds));
  }

  private static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }
}
