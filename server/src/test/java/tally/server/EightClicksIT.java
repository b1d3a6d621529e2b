package tally.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The shortest road from the first page to money back on the card: eight clicks, or keys alone.
@Tag("node")
class EightClicksIT {

  private static final int CLICKS_MAX = 8;

  private static final int SECONDS_MAX = 90;
  private static final Path FILM =
      Path.of(System.getProperty("basedir", ""), "target", "pages", "eight-clicks.webm");

  /// How many stops of the Tab key a page may have before what he wants.
  private static final int STOPS_MAX = 80;

  @RegisterExtension static final Visit browser = new Visit();
  private static String films;

  /// What money buys is listed by title.
  @BeforeAll
  static void offer() {
    films = browser.offerFilms("0 films");
  }

  @Test
  void from_the_first_page_to_money_back_it_takes_eight_clicks() throws Exception {
    var page = browser.person("en-GB");
    int[] clicks = {0};
    var film = Film.of(page);
    play(
        page,
        target -> {
          clicks[0]++;
          target.click();
        });
    assertThat(film.cut(FILM)).as("seconds of the film").isLessThanOrEqualTo(SECONDS_MAX);
    assertThat(FILM).isNotEmptyFile();
    assertThat(clicks[0]).isLessThanOrEqualTo(CLICKS_MAX);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void keys_alone_play_the_same_road() throws Exception {
    var page = browser.person("en-GB");
    play(page, target -> reach(page, target));
  }

  /// @param go how he presses what he sees
  private static void play(Page page, Consumer<Locator> go) throws Exception {
    page.navigate(browser.home());
    go.accept(page.getByRole(AriaRole.LINK, name("Get started")));
    page.locator("input[name=name]").fill("uma-" + WholeNode.part());
    page.locator("input[name=password]").fill(UUID.randomUUID().toString());
    page.locator("input[name=password]").press("Enter");

    go.accept(page.getByRole(AriaRole.BUTTON, name("Pay $25.00")));
    page.waitForURL(url -> !url.startsWith(browser.home()));
    go.accept(page.getByRole(AriaRole.BUTTON, name("Pay").setExact(true)));
    assertThat(page.locator("#live h2").first()).hasText("$25.00 is ready to spend");

    go.accept(page.locator("#live dl").getByRole(AriaRole.LINK, link(films)));
    go.accept(page.getByRole(AriaRole.BUTTON, name("Buy for $5.00")));
    assertThat(page.locator("#live .tag")).hasText("Active");
    Visit.fetchFilm(page.locator("a.address").getAttribute("href"));

    go.accept(page.getByRole(AriaRole.LINK, name("Finish, $4.94 back")));
    var dialog = page.getByRole(AriaRole.DIALOG);
    go.accept(dialog.getByRole(AriaRole.BUTTON));
    assertThat(page.locator("#live h2").first()).hasText("$4.94 is back on your balance");
    go.accept(page.getByRole(AriaRole.BUTTON, name("Refund $24.94 to the card")));
    assertThat(page.locator("#live h2")).hasText("$24.94 is back on your card");
    assertThat(page.locator("#purse b")).hasText("$0.00");
  }

  /// Goes there by Tab, and presses Enter.
  private static void reach(Page page, Locator target) {
    assertThat(target).isVisible();
    for (int stop = 0; stop < STOPS_MAX; stop++) {
      if ((boolean) target.evaluate("one => one === document.activeElement")) {
        page.keyboard().press("Enter");
        return;
      }
      page.keyboard().press("Tab");
    }
    throw new AssertionError("the Tab key does not come to " + target);
  }

  private static Page.GetByRoleOptions name(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Locator.GetByRoleOptions link(String name) {
    return new Locator.GetByRoleOptions().setName(name);
  }
}
