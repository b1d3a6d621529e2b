package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SaidTest {

  @ParameterizedTest
  @CsvSource({
    "en,Choose another.,in the settings again",
    "de,Wählen Sie einen anderen.,Einstellungen"
  })
  void a_gateway_that_is_gone_is_anothers_choice_for_a_payer_and_an_operators_to_mend(
      String language, String payers, String operators) {
    var words = Words.in(language);
    assertThat(Said.of(words, "gateway_unknown").doing()).isEqualTo(payers);
    var said = Said.toOperator(words, "gateway_unknown");
    assertThat(said.doing()).contains(operators);
    assertThat(said.what()).isNotEqualTo(Said.of(words, "gateway_unknown").what());
    assertThat(said.money()).isNotEqualTo(Said.of(words, "gateway_unknown").money());
  }

  @Test
  void what_is_the_same_for_both_is_said_in_the_same_words() {
    var words = Words.in("en");
    assertThat(Said.toOperator(words, "dispute_too_late"))
        .isEqualTo(Said.of(words, "dispute_too_late"));
  }
}
