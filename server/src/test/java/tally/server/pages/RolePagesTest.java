package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.server.internal.Roles;
import tally.server.internal.Views;

/// What people see on a node that was started for a part of the work.
class RolePagesTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Asset TOKEN = Asset.of("TUSD/6");
  private static final TemplateEngine ENGINE = TemplateEngine.createPrecompiled(ContentType.Html);

  @Test
  void a_node_that_only_buys_says_why_money_is_neither_added_nor_given_back() {
    var home = home("consumer");
    assertThat(home)
        .contains("This node takes no money and gives none back.", "href=\"/market\"")
        .contains("disabled aria-describedby=\"no-money\"")
        .doesNotContain("href=\"/money\"", "href=\"/refund\"");
    assertThat(selling("consumer"))
        .contains("Nothing is sold from this node.", "disabled aria-describedby=\"no-selling\"")
        .doesNotContain("href=\"/sell/offer\"");
    assertThat(welcome("consumer")).contains("href=\"/register\"");
  }

  @Test
  void a_node_that_only_takes_money_says_that_nothing_is_bought_there() {
    assertThat(home("processor"))
        .contains("Nothing is bought on this node.", "href=\"/money\"", "href=\"/refund\"")
        .doesNotContain("href=\"/market\"", "href=\"/services\"");
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

  private static String queue(String roles) {
    var waits =
        new OperatingPages.Queue(
            frame(roles, who(), "queue"), 1, 1, List.of(), List.of(), false, null);
    return render("operator/queue", waits);
  }

  private static String home(String roles) {
    var page =
        new HomePages.Home(
            frame(roles, who()),
            who().balance().whereabouts(),
            List.of(),
            List.of(),
            Amount.zero(TOKEN),
            Amount.of(USD, 500),
            List.of(new Buys("/market/1", "Films", "500 MiB")),
            List.of());
    return render("home", page);
  }

  private static String selling(String roles) {
    var none = Amount.zero(TOKEN);
    var trade =
        new Trade(
            who(),
            new Views.Income(none, none, none, none),
            List.of(),
            new Takings(List.of()),
            0,
            List.of(),
            List.of());
    return render("selling", new SellingPages.Selling(frame(roles, who()), trade, null));
  }

  private static String welcome(String roles) {
    return render("welcome", new HomePages.Welcome(frame(roles, null)));
  }

  private static String render(String template, Object page) {
    var out = new StringOutput();
    ENGINE.render(template + ".jte", page, out);
    return out.toString();
  }

  private static Frame frame(String roles, Frame.@Nullable Who who) {
    return frame(roles, who, "home");
  }

  private static Frame frame(String roles, Frame.@Nullable Who who, String here) {
    var words = Words.in("en");
    var figures = new Figures(words, USD, ZoneOffset.UTC);
    return new Frame(
        words, figures, here, "/", true, who, "mark", "", new Roles(roles), new Shelf());
  }

  private static Frame.Who who() {
    var five = Amount.of(USD, 500);
    var none = Amount.zero(USD);
    var where = new Views.Whereabouts(five, five, none, none, none, none, none);
    return new Frame.Who(
        "ann", false, new Views.Balance(five, none, none, none, five, List.of(), where));
  }
}
