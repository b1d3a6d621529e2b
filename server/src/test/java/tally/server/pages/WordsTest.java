package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tally.server.internal.Problems;

class WordsTest {

  private static final Path TEMPLATES =
      Path.of(System.getProperty("basedir", ""), "src", "main", "jte");

  /// A key as a template or a door writes it, whole.
  private static final Pattern SAID = Pattern.compile("say\\(\"([a-z0-9._-]+[a-z0-9])\"");

  private static final Pattern CHAIN_WORDS =
      Pattern.compile(
          "\\b(gas|nonce|wallets?|blockchain|tokens?|channels?|vouchers?|contracts?|grants?"
              + "|Kanal|Gutscheine?|Gewährung)\\b",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);

  /// Refusals that only programs meet.
  static final Set<String> NOT_A_PERSONS =
      Set.of(
          "json_malformed",
          "idempotency_key_missing",
          "limit_malformed",
          "webhook_unproven",
          "not_acceptable",
          "media_type_refused",
          "hold_ended",
          "hold_expired",
          "hold_unknown",
          "network_not_stopped",
          "lot_mismatch",
          "above_hold",
          "above_deposit",
          "above_ceiling",
          "policy_refused",
          "approval_missing",
          "approval_foreign",
          "refund_amount_zero",
          "refund_asset_differs",
          "refund_exceeds_remaining",
          "channel_unknown",
          "channel_in_use",
          "channel_not_open",
          "voucher_below_last",
          "proof_refused",
          "delivery_unknown",
          "payment_required",
          "invalid_payload",
          "invalid_x402_version");

  @Test
  void both_languages_say_the_same_things() {
    assertThat(keys(Locale.GERMANY)).isEqualTo(keys(Locale.UK));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void every_refusal_that_a_person_may_meet_is_put_in_his_words(String language) {
    var words = Words.in(language);
    for (var code : Problems.kinds().keySet()) {
      if (!NOT_A_PERSONS.contains(code)) {
        assertThat(words.find("no." + code)).as("%s in %s", code, language).isPresent();
      }
    }
    assertThat(Problems.kinds().keySet()).containsAll(NOT_A_PERSONS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void words_of_the_chain_stand_in_its_fold_and_on_operators_pages_alone(String language) {
    var bundle = bundle(Words.in(language).locale());
    for (var key : bundle.keySet()) {
      boolean folded = key.startsWith("chain.") || key.startsWith("unit.");
      if (!folded && !key.startsWith("op.")) {
        assertThat(CHAIN_WORDS.matcher(bundle.getString(key)).find()).as(key).isFalse();
      }
    }
  }

  @Test
  void what_the_templates_say_is_there_to_be_said() {
    var known = keys(Locale.UK);
    for (var template : templates()) {
      var said = SAID.matcher(read(template));
      while (said.find()) {
        assertThat(known).as(template.toString()).contains(said.group(1));
      }
    }
  }

  @Test
  void a_sum_that_is_missing_is_no_reason_to_lose_the_page() {
    assertThat(Words.in("en").say("no.such.key")).isEqualTo("no.such.key");
    assertThat(Words.in("fr").language()).isEqualTo("en");
    assertThat(Words.in("de-AT,en;q=0.5").language()).isEqualTo("de");
  }

  private static Set<String> keys(Locale locale) {
    return new TreeSet<>(bundle(locale).keySet());
  }

  /// Of this language alone: what German lacks, it does not take from English.
  private static ResourceBundle bundle(Locale locale) {
    var file = locale.equals(Locale.GERMANY) ? "words_de" : "words";
    return ResourceBundle.getBundle(
        "tally.server.pages." + file,
        Locale.ROOT,
        Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  private static Iterable<Path> templates() {
    try (var files = Files.walk(TEMPLATES)) {
      return files.filter(file -> file.toString().endsWith(".jte")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
