package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FiguresTest {

  @Test
  void nothing_judged_is_not_all_well() {
    assertThat(new Figures().allHold()).isFalse();
  }

  @Test
  void one_broken_law_breaks_the_demo() {
    var figures = new Figures();
    figures.laws.add(new Figures.Law(1, "one", true, ""));
    assertThat(figures.allHold()).isTrue();
    figures.laws.add(new Figures.Law(2, "two", false, "a unit is missing"));
    assertThat(figures.allHold()).isFalse();
  }

  @Test
  void the_written_figures_have_the_fields_that_readers_rely_on() {
    var figures = new Figures();
    figures.refunded = new Figures.Money("USD", BigInteger.valueOf(2388));
    var json =
        JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(figures.asMap()));
    assertThat(json.propertyNames())
        .contains(
            "laws",
            "seconds",
            "bytes",
            "vouchers",
            "refunded",
            "chargeback",
            "transactions",
            "book",
            "chain");
    assertThat(json.path("refunded").path("units").asInt()).isEqualTo(2388);
    assertThat(json.path("chargeback").propertyNames())
        .contains("granted", "spent", "reclaimed", "loss");
  }
}
