package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Quantity;
import tally.money.Unit;
import tally.server.internal.AlarmDoor;
import tally.server.internal.Roles;
import tally.server.internal.Views;

/// What people see on a node that was started for a part of the work.
class RolePagesTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Asset TOKEN = Asset.of("TUSD/6");
  private static final TemplateEngine ENGINE = TemplateEngine.createPrecompiled(ContentType.Html);
  private static final UUID PURCHASE = new UUID(0, 1);
  private static final UUID OFFERING = new UUID(0, 2);
  private static final UUID TOP_UP = new UUID(0, 3);
  private static final UUID STALLED = new UUID(0, 4);
  private static final UUID ALARM = new UUID(0, 5);
  private static final UUID NETWORK_ALARM = new UUID(0, 6);
  private static final String BOUGHT = "/services/" + PURCHASE;
  private static final String OFFERED = "/market/" + OFFERING;
  private static final String PAID = "/money/" + TOP_UP;

  @Test
  void a_node_that_only_buys_says_why_money_is_neither_added_nor_given_back() {
    var home = home("consumer");
    assertThat(home)
        .contains("This node takes no money and gives none back.", "href=\"/market\"")
        .contains("disabled aria-describedby=\"no-money\"")
        .contains("Your bank waits for your word on $7.00.", "href=\"" + BOUGHT + "\"", "+$7.00")
        .doesNotContain("href=\"/money\"", "href=\"/refund\"", "href=\"" + PAID + "\"");
    assertThat(selling("consumer"))
        .contains("Nothing is sold from this node.", "disabled aria-describedby=\"no-selling\"")
        .contains("href=\"" + OFFERED + "\">Films</a>", "Waits to be paid", "Collected")
        .doesNotContain("href=\"/sell/offer\"");
    assertThat(welcome("consumer")).contains("href=\"/register\"");
  }

  @Test
  void a_node_that_only_takes_money_says_that_nothing_is_bought_there() {
    assertThat(home("processor"))
        .contains("Nothing is bought on this node.", "href=\"/money\"", "href=\"/refund\"")
        .contains("href=\"" + PAID + "\"", "<b>Films</b><small>nora · $0.01 / call</small>")
        .doesNotContain("href=\"/market\"", "href=\"/services\"", "href=\"" + BOUGHT + "\"");
  }

  @Test
  void a_node_that_only_sells_shows_what_it_serves_and_leads_to_no_market() {
    assertThat(selling("provider"))
        .contains("<td role=\"cell\"><b>Films</b></td>", "2 connected")
        .contains("Active", "Waits to be paid", "Collected", "300\u00a0calls", "100\u00a0calls")
        .contains("href=\"/sell?remove=" + OFFERING + "\"")
        .doesNotContain("href=\"" + OFFERED + "\"");
  }

  @Test
  void a_node_with_all_roles_has_nothing_to_excuse() {
    assertThat(home("processor,provider,consumer"))
        .contains("href=\"/money\"", "href=\"/refund\"", "href=\"/market\"")
        .doesNotContain("This node", "on this node", "disabled");
    assertThat(selling("provider")).contains("href=\"/sell/offer\"").doesNotContain("disabled");
    assertThat(welcome("processor")).contains("href=\"/register?to=/money\"");
  }

  @Test
  void an_operator_is_led_only_to_what_is_open_on_his_node() {
    var links =
        List.of(
            "href=\"/operate/payments\"",
            "href=\"/operate/refunds\"",
            "href=\"/operate/disputes\"",
            "href=\"/operate/reserve\"");
    assertThat(queue("processor")).contains(links).contains("href=\"/operate/queue\"");
    assertThat(queue("provider,consumer"))
        .doesNotContain(links)
        .contains("href=\"/operate\"", "href=\"/operate/queue\"");
  }

  @Test
  void what_waits_for_an_operator_stands_there_with_its_end_on_every_node() {
    for (var roles : List.of("processor", "provider,consumer")) {
      assertThat(queue(roles))
          .contains("action=\"/operate/flows/" + STALLED + "/retry\"", "the vault reverted")
          .contains("action=\"/operate/alarms/" + ALARM + "/close\"", "channel/0x12")
          .contains("network/evm", "by itself")
          .doesNotContain("/operate/alarms/" + NETWORK_ALARM);
    }
  }

  private static String queue(String roles) {
    var waits =
        new OperatingPages.Queue(
            frame(roles, who(), "queue"),
            1,
            1,
            List.of(new Views.Story(STALLED, "purchase", "Opening", true, "the vault reverted")),
            List.of(alarm(ALARM, "channel/0x12"), alarm(NETWORK_ALARM, "network/evm")),
            false,
            null);
    return render("operator/queue", waits);
  }

  private static String home(String roles) {
    var page =
        new HomePages.Home(
            frame(roles, who()),
            who().balance().whereabouts(),
            List.of(new Service(running(), offering(), "nora")),
            List.of(new Views.TopUp(TOP_UP, "waiting", Amount.of(USD, 700), TOP_UP, null, null)),
            Amount.zero(TOKEN),
            Amount.of(USD, 500),
            List.of(new Buys("/market/1", "Films", "500 MiB")),
            List.of(new Lines.Line(added(), "added", "Added money", "", "/history/" + TOP_UP)));
    return render("home", page);
  }

  private static String selling(String roles) {
    var none = Amount.zero(TOKEN);
    var trade =
        new Trade(
            who(),
            new Views.Income(none, none, none, none),
            List.of(offering()),
            new Takings(List.of()),
            0,
            List.of(sold("serving", 100), sold("serving", 300)),
            List.of(sold("settled", 100)));
    return render("selling", new SellingPages.Selling(frame(roles, who()), trade, null));
  }

  private static String welcome(String roles) {
    return render("welcome", new HomePages.Welcome(frame(roles, null)));
  }

  private static AlarmDoor.Line alarm(UUID id, String subject) {
    return new AlarmDoor.Line(id, subject, "any", "any", Instant.EPOCH, null, null, null);
  }

  private static Views.HistoryLine added() {
    var sum = Amount.of(USD, 700);
    return new Views.HistoryLine(
        1, Instant.EPOCH, new UUID(0, 7), "topup captured", true, sum, sum, TOP_UP);
  }

  private static Views.Purchase running() {
    return new Views.Purchase(
        PURCHASE,
        "running",
        new UUID(0, 8),
        OFFERING,
        Amount.of(USD, 500),
        Amount.zero(TOKEN),
        null,
        null,
        null,
        calls(100),
        null,
        null,
        0,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        Amount.of(USD, 400));
  }

  /// At 0.01 a call.
  private static Views.Offering offering() {
    var cent = Amount.of(TOKEN, 10_000);
    var endpoint = URI.create("http://127.0.0.1/");
    return new Views.Offering(
        OFFERING,
        "Films",
        "party:1",
        "http",
        "call",
        cent,
        1,
        1,
        4,
        endpoint,
        "0x12",
        cent,
        "published");
  }

  /// Vouchers pay for 100; the seller waits where 200 more were served.
  private static Sold sold(String state, long served) {
    var paid = Amount.of(TOKEN, 1_000_000);
    return new Sold(
        new Views.Sale(
            new UUID(1, served),
            state,
            "Films",
            Instant.EPOCH,
            calls(served),
            calls(100),
            calls(served - 100),
            calls(1),
            calls(200),
            Amount.of(TOKEN, 10_000),
            1,
            Amount.of(TOKEN, 5_000_000),
            paid,
            paid,
            "0x00"));
  }

  private static Quantity calls(long count) {
    return new Quantity(new Unit("call"), count);
  }

  private static String render(String template, Object page) {
    var out = new StringOutput();
    ENGINE.render(template + ".jte", page, out);
    return out.toString();
  }

  static Frame frame(String roles, Frame.@Nullable Who who) {
    return frame(roles, who, "home");
  }

  private static Frame frame(String roles, Frame.@Nullable Who who, String here) {
    var words = Words.in("en");
    var figures = new Figures(words, USD, ZoneOffset.UTC);
    return new Frame(
        words, figures, here, "/", true, who, "mark", "", new Roles(roles), new Shelf());
  }

  static Frame.Who who() {
    var five = Amount.of(USD, 500);
    var none = Amount.zero(USD);
    var where = new Views.Whereabouts(five, five, none, none, none, none, none);
    return new Frame.Who(
        "ann", false, new Views.Balance(five, none, none, none, five, List.of(), where));
  }
}
