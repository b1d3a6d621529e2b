package tally.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tally.delivery.Readings;

/// The person's road in a real browser: he comes, pays, buys, uses, finishes, and sees his money
/// back.
@Tag("node")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PersonsRoadIT {

  private static final int CSV_FIELDS = 6;

  @RegisterExtension static final Visit browser = new Visit();
  private static Viewer viewer;

  /// He watches while the other roads are gone, so that there is a while to see.
  @BeforeAll
  static void watch() {
    viewer = Viewer.of(WholeNode.shared(), "Series " + WholeNode.part(), browser.films());
  }

  @AfterAll
  static void leave() {
    viewer.close();
  }

  @Test
  void a_person_pays_buys_uses_and_has_the_rest_back_on_his_card() throws Exception {
    var films = browser.offerFilms("Films");
    var page = browser.person("en-GB");
    page.navigate(browser.home());
    browser.look(page, "welcome");
    register(page);
    browser.look(page, "home-empty");
    addMoney(page, "25.00", true);
    browser.look(page, "money-credited");

    link(page, "Market").click();
    browser.look(page, "market");
    page.getByRole(AriaRole.LINK, name(films)).first().click();
    buy(page);
    assertThat(page.locator("#live .tag")).hasText("Active");
    use(page);
    pauseAndGoOn(page);
    finish(page);
    browser.look(page, "service-finished");
    page.navigate(browser.home() + "/own");
    assertThat(page.locator("h1")).hasText("Yours for good");
    browser.look(page, "own");
    link(page, "Services").click();
    assertThat(page.locator("tbody tr")).containsText(films);
    assertThat(page.locator("tbody [data-l]")).hasText("$4.94");
    browser.look(page, "services");

    link(page, "Home").click();
    assertThat(page.locator(".figure.big")).hasText("$24.94");
    assertThat(page.locator(".where .used b")).hasText("$0.06");
    browser.look(page, "home");
    refundAll(page);
    assertThat(page.locator("#purse b")).hasText("$0.00");

    link(page, "History").click();
    assertThat(page.locator("tbody tr")).hasCount(4);
    assertThat(page.locator("tbody .sum").first()).hasText("−$24.94");
    browser.look(page, "history");
    page.locator("tbody a").nth(1).click();
    assertThat(page.locator(".steps li").last()).containsText("The rest is on your balance again");
    browser.look(page, "receipt");
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void a_running_service_draws_both_speeds_and_goes_on_drawing() {
    var page = browser.as(viewer.buyer);
    page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.NO_PREFERENCE));
    page.navigate(browser.home() + "/services/" + viewer.purchase);
    var plot = page.locator("#live .plot");
    assertThat(plot.locator("canvas")).isVisible();
    assertThat(plot)
        .hasAttribute(
            "aria-label",
            Pattern.compile(
                "Speed of the last ten minutes: [0-9.]+\u00a0[kM]bit/s at most, [0-9.]+\u00a0[kM]bit/s now"
                    + " by your count and [0-9.]+\u00a0[kM]bit/s by the seller’s\\."));
    var before = picture(page);
    Caller.until("the chart is drawn anew", () -> picture(page), now -> !now.equals(before));
    page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
    browser.look(page, "service-running");

    var sells = browser.as(viewer.seller);
    sells.navigate(browser.home() + "/sell");
    assertThat(sells.locator("#live .plot canvas")).isVisible();
    assertThat(sells.locator("#live .plot"))
        .hasAttribute("aria-label", Pattern.compile("What you served .* is worth \\$0\\..*"));
    browser.look(sells, "selling-now");
  }

  private static String picture(Page page) {
    return (String) page.evaluate("document.querySelector('.plot canvas').toDataURL()");
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void without_a_script_the_figures_and_the_table_stay() {
    var page = browser.signIn(browser.plain(), viewer.buyer);
    page.navigate(browser.home() + "/services/" + viewer.purchase);
    assertThat(page.locator("#live .chart .key.them b")).containsText("bit/s");
    assertThat(page.locator("#live .plot")).isHidden();
    var link = page.getByRole(AriaRole.LINK, name("As a table (CSV)")).getAttribute("href");
    var table = page.request().get(browser.home() + link);
    assertThat(table.headers().get("content-type")).startsWith("text/csv");
    var rows = table.text().lines().map(row -> row.split(",", -1)).toList();
    assertThat(rows.getFirst()).containsExactly("time", "yours", "theirs", "unit", "cost", "asset");
    assertThat(rows.size()).isBetween(3, Readings.OF_ONE_MAX + 1);
    assertThat(rows).allMatch(row -> row.length == CSV_FIELDS);
    // One side's reading of the newest moment may be there before the other's.
    var yours = rows.stream().skip(1).map(row -> row[1]).filter(count -> !count.isEmpty()).toList();
    assertThat(Long.parseLong(yours.getLast())).isGreaterThan(Long.parseLong(yours.getFirst()));
  }

  @Test
  void who_reads_german_is_spoken_to_in_german() {
    var page = browser.person("de-DE");
    page.navigate(browser.home());
    assertThat(page.getByRole(AriaRole.HEADING).first()).containsText("Den Rest zurück.");
    browser.look(page, "welcome-de");
    page.navigate(browser.home() + "/sign-in");
    browser.look(page, "sign-in-de");
    page.locator("input[name=name]").fill("nobody");
    page.locator("input[name=password]").fill("not the password");
    page.locator("button.primary").click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Name oder Passwort ist falsch.");
    browser.pardon();
    page.navigate(browser.home() + "/register");
    browser.signUp(page, "ida");
    page.navigate(browser.home() + "/money");
    assertThat(page.locator("aside .total dd")).hasText("25,00\u00a0$");
    browser.look(page, "money-de");
  }

  /// Every form works without a script; only the figures do not move by themselves.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_browser_without_scripts_buys_as_well() {
    var films = browser.offerFilms("Plain films");
    var page = browser.plain();
    page.navigate(browser.home() + "/register");
    browser.signUp(page, "ida");
    addMoney(page, "12.00", false);
    page.navigate(browser.home() + "/market");
    page.getByRole(AriaRole.LINK, name(films)).first().click();
    page.locator("form[method=post] button.primary").click();
    page.locator("form[action='/services'] button").click();
    comesTo(page.locator("#live .tag"), "Active");
    page.locator("#live a.primary").click();
    page.locator("dialog button.primary").click();
    comesTo(page.locator("#live .tag"), "Finished");
    assertThat(page.locator("#purse b")).hasText("$12.00");
  }

  @Test
  void whatever_the_bank_does_is_said_with_what_it_means_for_the_money() {
    var page = browser.person("en-GB");
    page.navigate(browser.home() + "/register");
    browser.signUp(page, "ida");
    order(page, "20.05");
    assertThat(page.locator("#live [role=status]"))
        .containsText("Nothing was charged, and your balance is unchanged.");
    browser.look(page, "money-declined");
    order(page, "20.07");
    assertThat(page.locator("#live h2").first()).hasText("$20.07 is ready to spend");
    page.navigate(browser.home() + "/money?amount=30.00");
    payFor(page, "30.00");
    page.getByRole(AriaRole.BUTTON, name("Cancel")).click();
    assertThat(page.locator("#live [role=status]")).containsText("The payment was called off.");
  }

  /// The bank may keep its answer to itself: then he goes back by himself.
  private static void order(Page page, String amount) {
    page.navigate(browser.home() + "/money?amount=" + amount);
    var paying = payFor(page, amount);
    Caller.press(page.url());
    page.navigate(paying);
  }

  @Test
  void what_is_nowhere_and_what_is_refused_has_a_page() {
    var page = browser.person("en-GB");
    page.navigate(browser.home() + "/services");
    assertThat(page.getByRole(AriaRole.HEADING).first()).hasText("Sign in");
    page.navigate(browser.home() + "/register?to=/services");
    browser.signUp(page, "ida");
    assertThat(page.getByRole(AriaRole.HEADING).first()).hasText("Services");
    var nowhere = page.navigate(browser.home() + "/services/" + UUID.randomUUID());
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(page.locator("main")).containsText("No money moved.");
    browser.look(page, "not-found");
    page.navigate(browser.home() + "/money?amount=1.005");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Two decimals at most.");
    browser.look(page, "money-refused");
    page.navigate(browser.home() + "/refund");
    assertThat(page.locator("main")).containsText("There is nothing to give back now");
    browser.look(page, "refund-nothing");
    browser.pardon();
  }

  private static void register(Page page) {
    page.getByRole(AriaRole.LINK, name("Get started")).click();
    browser.look(page, "register");
    browser.signUp(page, "ida");
    assertThat(page.getByRole(AriaRole.HEADING).first()).hasText("Add money");
    page.navigate(browser.home());
    assertThat(page.locator(".figure.big")).hasText("$0.00");
  }

  private static void addMoney(Page page, String amount, boolean live) {
    page.navigate(browser.home() + "/money?amount=" + amount);
    if (live) {
      browser.look(page, "money");
    }
    var bank = page.getByRole(AriaRole.LINK, name("Continue at your bank"));
    if (live) {
      page.navigate(payFor(page, amount));
      assertThat(bank).isVisible();
      browser.look(page, "money-asks");
    } else {
      page.getByRole(AriaRole.BUTTON, name("Pay $" + amount)).click();
      comesTo(page.locator("#live"), "Continue at your bank");
    }
    bank.click();
    page.getByRole(AriaRole.BUTTON, name("Pay").setExact(true)).click();
    page.waitForURL(browser.home() + "/money/*");
    if (live) {
      assertThat(page.locator("#live h2").first()).hasText("$" + amount + " is ready to spend");
    } else {
      comesTo(page.locator("#live"), "is ready to spend");
    }
    assertThat(page.locator("#purse b")).hasText("$" + amount);
  }

  /// Presses Pay, which leads to the bank by itself; answers where to look at it.
  private static String payFor(Page page, String amount) {
    var id = page.locator("aside form input[name=id]").inputValue();
    page.getByRole(AriaRole.BUTTON, name("Pay $" + amount)).click();
    page.waitForURL(url -> !url.startsWith(browser.home()));
    return browser.home() + "/money/" + id;
  }

  private static void buy(Page page) {
    browser.look(page, "offering");
    var ask = page.locator("form.panel button");
    ask.click();
    assertThat(page.locator("aside .kv").first()).containsText("500.00\u00a0MiB");
    browser.look(page, "quote");
    // The price of this node stands for three seconds: it ran out while it was looked at.
    assertThat(page.locator("form[action='/services'] button")).isDisabled();
    ask.click();
    page.getByRole(AriaRole.BUTTON, name("Buy for $5.00")).click();
  }

  /// The person's own program fetches; his page shows it without being asked.
  private static void use(Page page) throws Exception {
    Visit.fetchFilm(page.locator("a.address").getAttribute("href"));
    assertThat(page.locator("#live .stat .figure").first()).hasText("6.00\u00a0MiB");
    assertThat(page.getByRole(AriaRole.LINK, name("Finish, $4.94 back"))).isVisible();
  }

  private static void pauseAndGoOn(Page page) {
    page.getByRole(AriaRole.BUTTON, name("Pause")).click();
    assertThat(page.locator("#live .tag")).hasText("Paused");
    page.getByRole(AriaRole.BUTTON, name("Go on")).click();
    assertThat(page.locator("#live .tag")).hasText("Active");
  }

  private static void finish(Page page) {
    page.getByRole(AriaRole.LINK, name("Finish, $4.94 back")).click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("$4.94");
    browser.look(page, "service-finish");
    page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator("#live h2").first()).hasText("$4.94 is back on your balance");
  }

  private static void refundAll(Page page) {
    page.getByRole(AriaRole.LINK, name("Refund").setExact(true)).click();
    assertThat(page.locator("aside .total dd")).hasText("$24.94");
    browser.look(page, "refund");
    page.getByRole(AriaRole.BUTTON, name("Refund $24.94")).click();
    assertThat(page.locator("#live h2")).hasText("$24.94 is back on your card");
    browser.look(page, "refund-done");
  }

  private static Page.GetByRoleOptions name(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.NAVIGATION, name("Main"))
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name));
  }

  /// A page that waits asks again by itself.
  private static void comesTo(Locator place, String text) {
    assertThat(place.first()).containsText(text);
  }
}
