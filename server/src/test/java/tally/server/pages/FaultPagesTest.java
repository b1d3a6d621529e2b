package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tally.money.Asset;
import tally.server.internal.Problems;
import tally.server.internal.Roles;

/// Whatever is refused to a person has a page, which says what happened, what it means for the
/// money, and what to do.
class FaultPagesTest {

  private static final TemplateEngine ENGINE = TemplateEngine.createPrecompiled(ContentType.Html);

  static Stream<Arguments> refusals() {
    return Stream.of("en", "de")
        .flatMap(language ->
            Problems.kinds().keySet().stream()
                .filter(code -> !WordsTest.NOT_A_PERSONS.contains(code))
                .sorted()
                .map(code -> Arguments.of(language, code)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void its_page_says_what_happened_and_what_it_means_for_the_money_and_what_to_do(
      String language, String code) {
    var words = Words.in(language);
    var what = words.find("no." + code).orElseThrow();
    var money = words.find("no." + code + ".money").orElseGet(() -> words.say("no.money"));
    var doing = words.find("no." + code + ".do").orElseThrow();
    assertThat(List.of(what, money, doing)).doesNotHaveDuplicates();

    var page = page(words, code);
    assertThat(page).contains("<h1>" + what + "</h1>", "<b>" + money + "</b>", doing);
    assertThat(page).contains(String.valueOf(Problems.kind(code).status()));
  }

  /// The page as `FaultPages` fills it in.
  private static String page(Words words, String code) {
    var figures = new Figures(words, Asset.of("USD/2"), ZoneOffset.UTC);
    var frame =
        new Frame(
            words,
            figures,
            "",
            "/",
            true,
            null,
            "mark",
            "",
            new Roles("processor,provider,consumer"),
            new Shelf());
    var said = Said.of(words, code);
    var fault =
        new FaultPages.Fault(
            frame, Problems.kind(code).status(), said.what(), said.money(), said.doing(), "", "");
    var out = new StringOutput();
    ENGINE.render("fault.jte", fault, out);
    return out.toString();
  }
}
