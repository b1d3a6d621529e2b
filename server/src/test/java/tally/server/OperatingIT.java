package tally.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The operator's pages in a real browser, and the door that nobody else passes.
@Tag("node")
class OperatingIT {

  private static final WholeNode NODE = WholeNode.shared();

  @RegisterExtension static final Visit browser = new Visit();

  private static final String home = browser.home();

  @Test
  void nobody_but_an_operator_comes_to_the_operators_pages() {
    var page = browser.as(NODE.person("pia"));
    for (var place : List.of("", "/payments", "/disputes", "/queue", "/reserve")) {
      assertThat(page.navigate(home + "/operate" + place).status()).as(place).isEqualTo(403);
      assertThat(page.locator("main")).containsText("This is not yours to do.");
      assertThat(page.locator("main")).containsText("No money moved.");
    }
    browser.look(page, "not-allowed");
    assertThat(page.locator(".menu a[href='/operate']")).hasCount(0);
    browser.pardon();
  }

  @Test
  void an_operator_reads_the_book_and_has_it_verified() {
    NODE.person("quin").topUp("25.00");
    NODE.quiet();
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate");
    assertThat(page.locator(".head .tag")).hasText("Every asset sums to zero");
    assertThat(row(page, "gateway-receivable").first().locator(".sum")).containsText("−");
    browser.lookAtWork(page, "operator-book");
    page.getByRole(AriaRole.BUTTON, button("Verify now")).click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("The book is sound.");
    page.locator("a[href='/operate?account=available']").click();
    assertThat(page.locator("h1")).hasText("available");
    assertThat(page.locator(".panel").nth(1)).containsText("topup captured");
    assertOlderEntriesFollow(page);
  }

  /// Each page goes on where the last one ended.
  private static void assertOlderEntriesFollow(Page page) {
    var order = Map.of("gateway", "card", "amount", Caller.money("5.00", "USD"));
    for (int i = 0; i < 30; i++) {
      NODE.operator().post("/api/v1/reserve", UUID.randomUUID(), order).need(201);
    }
    NODE.quiet();
    page.navigate(home + "/operate?account=gateway-receivable");
    int last = seq(page.locator(".panel").nth(1).locator("tbody tr").last());
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Older")).click();
    assertThat(seq(page.locator(".panel").nth(1).locator("tbody tr").first())).isLessThan(last);
  }

  private static int seq(Locator row) {
    return Integer.parseInt(row.locator("td").first().innerText().split("\\s", 2)[0]);
  }

  @Test
  void an_operator_sees_what_banks_ask_back() {
    var sam = NODE.person("sam");
    var payment = sam.topUp("20.06").path("payment").asString();
    Caller.until("frozen", () -> sam.balance("frozen"), "20.06"::equals);
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/payments");
    assertThat(row(page, payment)).containsText("20.06\u00a0USD");
    browser.lookAtWork(page, "operator-payments");
    page.navigate(home + "/operate/disputes");
    assertThat(row(page, payment)).containsText("20.06\u00a0USD");
    browser.lookAtWork(page, "operator-disputes");
  }

  @Test
  void what_stalls_is_tried_again_and_an_alarm_is_closed_with_a_note() {
    var tom = NODE.person("tom");
    var flow = tom.orderTopUp(UUID.randomUUID(), "9.00").id();
    NODE.quiet();
    NODE.jdbc()
        .sql("update flow.flow set stalled = 'It was tried in vain.' where id = :id")
        .param("id", UUID.fromString(flow))
        .update();
    var code = "of_" + WholeNode.part();
    NODE.jdbc()
        .sql(
            """
            insert into escrow.alarm (tenant, subject, code, text, at)
            values ('house', 'channel/0x12', :code, 'A claim came too late.', clock_timestamp())
            """)
        .param("code", code)
        .update();
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/queue");
    browser.lookAtWork(page, "operator-queue");
    row(page, flow).getByRole(AriaRole.BUTTON).click();
    assertThat(row(page, flow)).hasCount(0);
    row(page, code).locator("input[name=note]").fill("Written off.");
    row(page, code).getByRole(AriaRole.BUTTON).click();
    assertThat(row(page, code)).hasCount(0);
    page.navigate(home + "/operate/queue?closed=true");
    assertThat(row(page, code)).containsText("operator: Written off.");
  }

  @Test
  void the_reserve_of_each_network_is_shown_by_book_and_chain() {
    NODE.caughtUp();
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/reserve");
    assertThat(page.locator(".panel h2")).hasText("fake");
    var listed = NODE.operator().get("/api/v1/reserve").need(200).path("items").path(0);
    assertThat(listed.path("free")).isEqualTo(listed.path("onChain"));
    assertThat(page.locator(".panel .tag")).hasText("Book and chain agree");
    assertThat(page.locator(".panel .stick")).isVisible();
    browser.lookAtWork(page, "operator-reserve");
  }

  private static Locator row(Page page, String text) {
    return page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText(text));
  }

  private static Page.GetByRoleOptions button(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
