package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.metering.Reading;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Quantity;
import tally.money.Unit;
import tally.server.internal.Views;

class TakingsTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Asset TUSD = Asset.of("TUSD/6");
  private final Views.Sale one = sale();
  private final Views.Sale other = sale();

  @Test
  void what_was_served_before_does_not_count_and_what_began_since_does() {
    var takings =
        of(Map.of(one.id(), List.of(at(0, 500), at(2, 700)), other.id(), List.of(at(2, 30))));
    assertThat(takings.moments()).containsExactly(moment(0, 0, 1), moment(2, 2_300, 2));
    assertThat(takings.sum()).isEqualTo(Amount.of(TUSD, 2_300));
    assertThat(takings.most()).isEqualTo(2);
  }

  @Test
  void what_ended_stays_earned() {
    var takings =
        of(
            Map.of(
                one.id(),
                List.of(at(0, 0), at(2, 100)),
                other.id(),
                List.of(at(2, 10), at(4, 20))));
    assertThat(takings.moments())
        .containsExactly(moment(0, 0, 1), moment(2, 1_100, 2), moment(4, 1_200, 1));
  }

  @Test
  void nobody_served_makes_no_line() {
    assertThat(of(Map.of()).isKnown()).isFalse();
    assertThat(of(Map.of()).csv()).isEqualTo("time,served,worth,asset\r\n");
  }

  @Test
  void the_table_has_every_moment() {
    assertThat(of(Map.of(one.id(), List.of(at(0, 0), at(2, 100)))).csv())
        .isEqualTo(
            """
            time,served,worth,asset\r
            2026-03-01T10:00:00Z,1,0.000000,TUSD\r
            2026-03-01T10:00:02Z,1,0.001000,TUSD\r
            """);
  }

  private Takings of(Map<UUID, List<Reading>> counts) {
    return Takings.of(List.of(one, other), counts, TUSD);
  }

  private static Takings.Moment moment(long seconds, long units, int served) {
    return new Takings.Moment(START.plusSeconds(seconds), Amount.of(TUSD, units), served);
  }

  private static Reading at(long seconds, long count) {
    return new Reading(new Quantity(Unit.BYTE, count), START.plusSeconds(seconds));
  }

  /// At 10 units a byte.
  private static Views.Sale sale() {
    var none = Quantity.zero(Unit.BYTE);
    var nothing = Amount.zero(TUSD);
    return new Views.Sale(
        UUID.randomUUID(),
        "serving",
        "Films",
        START,
        none,
        none,
        none,
        none,
        none,
        Amount.of(TUSD, 10),
        1,
        nothing,
        nothing,
        nothing,
        "0x00");
  }
}
