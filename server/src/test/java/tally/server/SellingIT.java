package tally.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The provider's road in a real browser: he publishes, serves, is paid, and takes it off the list.
@Tag("node")
class SellingIT {

  private static final WholeNode NODE = WholeNode.shared();

  @RegisterExtension static final Visit browser = new Visit();

  @Test
  void a_provider_publishes_serves_is_paid_and_takes_it_back() throws Exception {
    var title = "Mirror " + WholeNode.part();
    var page = browser.person("en-GB");
    page.navigate(browser.home() + "/register?to=/sell");
    browser.signUp(page, "sol");
    assertThat(page.locator(".figure.big")).hasText("$0.00");
    browser.look(page, "selling-empty");
    publish(page, title, browser.films());

    var buyer = NODE.person("bo");
    buyer.topUp("5.00");
    var purchase = buy(buyer, title);
    Visit.fetchFilm(buyer.get(purchase).need(200).path("url").asString());
    assertThat(page.locator("#live .stick.pair")).isVisible();
    assertThat(page.locator("#live tbody .key b").first()).hasText("6.00\u00a0MiB");
    assertThat(page.locator("#live tbody .key.them b").first()).hasText("6.00\u00a0MiB");
    assertThat(page.locator("#live tbody .tag").first()).hasText("Active");

    buyer.post(purchase + "/finish", UUID.randomUUID(), java.util.Map.of()).need(200);
    buyer.awaitState(purchase, "finished");
    assertThat(page.locator("#live .stats .figure").first()).hasText("$0.06");
    assertThat(page.locator("#live tbody .tag").first()).hasText("Collected");
    assertThat(page.locator(".figure.big")).hasText("$0.06");
    browser.look(page, "selling-lately");

    page.getByRole(AriaRole.LINK, name("Remove " + title)).click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("you are paid for it");
    browser.look(page, "selling-remove");
    page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator("#live")).containsText("You sell nothing yet.");
    assertThat(NODE.anyone().as(buyer.session()).get("/api/v1/offerings").need(200).toString())
        .doesNotContain(title);
  }

  @Test
  void terms_that_do_not_fit_are_refused_at_the_form_and_nothing_is_published() {
    var page = browser.person("de-DE");
    page.navigate(browser.home() + "/register?to=/sell/offer");
    browser.signUp(page, "sol");
    fill(page, "Nichts", "/no/such/folder");
    page.getByRole(AriaRole.BUTTON, name("Anbieten").setExact(true)).click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Nichts wurde angeboten.");
    page.locator("#portion").fill("0");
    page.locator("#portion").press("Enter");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Diese Bedingungen passen nicht");
    page.navigate(browser.home() + "/market?search=Nichts");
    assertThat(page.locator("#offers tbody tr")).hasCount(0);
    browser.pardon();
  }

  private static void publish(Page page, String title, String folder) {
    page.getByRole(AriaRole.LINK, name("Publish an offering")).first().click();
    browser.look(page, "offer-empty");
    fill(page, title, folder);
    assertThat(page.locator("#preview .figure")).hasText("$10.24");
    browser.look(page, "offer");
    page.getByRole(AriaRole.BUTTON, name("Publish").setExact(true)).click();
    assertThat(page.locator("#live tbody a").first()).hasText(title);
  }

  /// At 0.01 a MiB.
  private static void fill(Page page, String title, String folder) {
    page.locator("#title").fill(title);
    page.locator("#place").fill(folder);
    page.locator("#price").fill("10.24");
    page.locator("#price").press("Enter");
    assertThat(page.locator("#preview form")).isVisible();
  }

  private static String buy(Caller buyer, String title) {
    var offered = buyer.get("/api/v1/offerings").need(200).path("items");
    String offering = "";
    for (var one : offered) {
      offering = one.path("title").asString().equals(title) ? one.path("id").asString() : offering;
    }
    var quote = buyer.quote(UUID.randomUUID(), offering, "1.00").id();
    var purchase = "/api/v1/purchases/" + buyer.purchase(UUID.randomUUID(), quote).id();
    buyer.awaitState(purchase, "running");
    return purchase;
  }

  private static Page.GetByRoleOptions name(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }
}
