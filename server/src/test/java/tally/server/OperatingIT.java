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
    for (var place : List.of("", "/payments", "/refunds", "/disputes", "/queue", "/reserve")) {
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
    var his = browser.as(sam);
    his.navigate(home + "/disputes");
    assertThat(his.locator("main section").first()).containsText("$20.06");
    browser.look(his, "disputes");
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/payments");
    assertThat(row(page, payment)).containsText("20.06\u00a0USD");
    browser.lookAtWork(page, "operator-payments");
    page.navigate(home + "/operate/disputes");
    assertThat(row(page, payment)).containsText("20.06\u00a0USD");
    browser.lookAtWork(page, "operator-disputes");
  }

  @Test
  void what_is_above_the_limit_of_a_day_goes_back_when_an_operator_says_so() {
    var uma = NODE.person("uma");
    uma.topUp("130.00");
    var refund = uma.refund(UUID.randomUUID(), "120.00").id();
    uma.awaitState("/api/v1/refunds/" + refund, "waiting");
    assertThat(uma.available()).isEqualTo("10.00");
    var hers = browser.as(uma);
    hers.navigate(home + "/refund/" + refund);
    assertThat(hers.locator("#live")).containsText("$120.00 waits for approval.");
    assertThat(hers.locator("#live")).containsText("nothing was sent");
    browser.look(hers, "refund-waiting");
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/refunds");
    var waits = waiting(page, refund);
    assertThat(waits).containsText("Ever paid in $130.00, used $0.00");
    browser.lookAtWork(page, "operator-approvals");
    waits.getByRole(AriaRole.BUTTON, named("Approve $120.00")).click();
    assertThat(waits).isVisible();
    waits.getByRole(AriaRole.CHECKBOX).check();
    waits.getByRole(AriaRole.BUTTON, named("Approve $120.00")).click();
    assertThat(waits).hasCount(0);
    assertThat(row(page, refund)).containsText("Approved by operator");
    uma.awaitState("/api/v1/refunds/" + refund, "completed");
  }

  @Test
  void what_an_operator_declines_is_available_again_and_says_why() {
    var uwe = NODE.person("uwe");
    uwe.topUp("110.00");
    var refund = uwe.refund(UUID.randomUUID(), "100.01").id();
    uwe.awaitState("/api/v1/refunds/" + refund, "waiting");
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/refunds");
    var waits = waiting(page, refund);
    waits.locator("input[name=note]").fill("The card is reported stolen.");
    waits.getByRole(AriaRole.BUTTON, named("Decline")).click();
    assertThat(waits).hasCount(0);
    uwe.awaitState("/api/v1/refunds/" + refund, "declined");
    assertThat(uwe.available()).isEqualTo("110.00");
    var his = browser.as(uwe);
    his.navigate(home + "/refund/" + refund);
    assertThat(his.locator("#live")).containsText("The reason: The card is reported stolen.");
    var late = Map.of("note", "Fine.");
    var approve = "/api/v1/refunds/" + refund + "/approve";
    var again = NODE.operator().post(approve, UUID.randomUUID(), late);
    assertThat(again.status() + again.code()).isEqualTo("409refund_decided");
    var stranger = uwe.post(approve, UUID.randomUUID(), late);
    assertThat(stranger.status() + stranger.code()).isEqualTo("403not_allowed");
    assertThat(uwe.get("/api/v1/refunds/waiting").status()).isEqualTo(403);
  }

  @Test
  void an_operator_does_not_approve_what_he_asked_for_himself() {
    NODE.operator().topUp("105.00");
    var refund = NODE.operator().refund(UUID.randomUUID(), "105.00").id();
    var path = "/api/v1/refunds/" + refund;
    NODE.operator().awaitState(path, "waiting");
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/refunds");
    assertThat(waiting(page, refund).getByRole(AriaRole.CHECKBOX)).hasCount(0);
    var no = NODE.operator().post(path + "/approve", UUID.randomUUID(), Map.of());
    assertThat(no.status() + no.code()).isEqualTo("403own_request");
    var id = UUID.randomUUID();
    var given = Map.of("note", "I keep it here.");
    assertThat(NODE.operator().post(path + "/decline", id, given).need(201)).isNotEmpty();
    assertThat(NODE.operator().post(path + "/decline", id, given).replayed()).isTrue();
    NODE.operator().awaitState(path, "declined");
  }

  private static Locator waiting(Page page, String refund) {
    return page.locator("section[data-refund='" + refund + "']");
  }

  private static Locator.GetByRoleOptions named(String name) {
    return new Locator.GetByRoleOptions().setName(name).setExact(true);
  }

  @Test
  void the_evidence_of_a_dispute_is_shown_before_it_is_sent_and_sent_once() {
    var dispute = disputed("tess", "21.06");
    var path = "/api/v1/disputes/" + dispute;
    var guess = Map.of("version", UUID.randomUUID().toString());
    var changed = NODE.operator().post(path + "/contest", UUID.randomUUID(), guess);
    assertThat(changed.status() + changed.code()).isEqualTo("409evidence_changed");
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/disputes");
    page.locator("a[href='/operate/disputes/" + dispute + "']").click();
    assertThat(page.locator("main")).containsText("captured 21.06 USD");
    browser.lookAtWork(page, "operator-dispute");
    var form = page.locator("form[action$='/contest']");
    form.getByRole(AriaRole.CHECKBOX).check();
    form.getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator("main")).containsText("operator sent the evidence");
    assertThat(page.locator(".head .tag")).hasText("Contested");
    assertThat(page.locator("main form")).hasCount(0);
    var sent = NODE.operator().get(path).need(200);
    assertThat(sent.path("answered").path("kind").asString()).isEqualTo("contest");
    var version = Map.of("version", sent.path("version").asString());
    NODE.operator().post(path + "/contest", UUID.randomUUID(), version).need(200);
    var other = NODE.operator().post(path + "/accept", UUID.randomUUID(), Map.of());
    assertThat(other.status() + other.code()).isEqualTo("409dispute_answered");
    var stranger = NODE.person("tim").post(path + "/accept", UUID.randomUUID(), Map.of());
    assertThat(stranger.status() + stranger.code()).isEqualTo("403not_allowed");
  }

  @Test
  void an_operator_who_gives_in_is_told_what_it_costs() {
    var dispute = disputed("theo", "22.06");
    var path = "/api/v1/disputes/" + dispute;
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/disputes/" + dispute);
    var form = page.locator("form[action$='/accept']");
    assertThat(form).containsText("we lose $0.00, and the fee of $15.00");
    form.getByRole(AriaRole.CHECKBOX).check();
    form.getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator("main")).containsText("operator gave in");
    assertThat(page.locator(".head .tag")).hasText("Accepted");
    var late = Map.of("version", NODE.operator().get(path).need(200).path("version").asString());
    var no = NODE.operator().post(path + "/contest", UUID.randomUUID(), late);
    assertThat(no.status() + no.code()).isEqualTo("409dispute_answered");
  }

  /// Pays a sum that is disputed later; answers the dispute, once its money is frozen.
  private static String disputed(String name, String amount) {
    var person = NODE.person(name);
    var payment = person.topUp(amount).path("payment").asString();
    Caller.until("frozen", () -> person.balance("frozen"), amount::equals);
    for (var line : NODE.operator().get("/api/v1/disputes").need(200).path("items")) {
      if (line.path("payment").asString().equals(payment)) {
        return line.path("id").asString();
      }
    }
    throw new AssertionError("no dispute of " + payment);
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
    var paid = "of_" + WholeNode.part();
    NODE.jdbc()
        .sql(
            """
            insert into payment.alarm (tenant, subject, code, text, at)
            values ('house', 'payment/1', :code, 'The gateway says otherwise.', clock_timestamp())
            """)
        .param("code", paid)
        .update();
    var page = browser.as(NODE.operator());
    page.navigate(home + "/operate/queue");
    browser.lookAtWork(page, "operator-queue");
    row(page, paid).locator("input[name=note]").fill("Asked the bank.");
    row(page, paid).getByRole(AriaRole.BUTTON).click();
    assertThat(row(page, paid)).hasCount(0);
    row(page, flow).getByRole(AriaRole.BUTTON).click();
    assertThat(row(page, flow)).hasCount(0);
    row(page, code).locator("input[name=note]").fill("Written off.");
    row(page, code).getByRole(AriaRole.BUTTON).click();
    assertThat(row(page, code)).hasCount(0);
    page.navigate(home + "/operate/queue?closed=true");
    assertThat(row(page, code)).containsText("operator: Written off.");
    assertThat(row(page, paid)).containsText("operator: Asked the bank.");
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
