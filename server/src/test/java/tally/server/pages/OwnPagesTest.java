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
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Quantity;
import tally.money.Unit;
import tally.server.internal.Roles;
import tally.server.internal.Views;

/// What is a person's own, on its page and where it pays.
class OwnPagesTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Asset TOKEN = Asset.of("TUSD/6");
  private static final TemplateEngine ENGINE = TemplateEngine.createPrecompiled(ContentType.Html);
  private static final Frame FRAME = frame();

  @Test
  void what_can_be_paid_out_has_a_form_that_asks_for_the_password() {
    var page = own(new Views.Power("evm", token("7.50"), token("7.50"), token("5.00"), true));
    assertThat(page).contains("$7.50", "$5.00", "action=\"/own/evm\"", "name=\"password\"");
  }

  @Test
  void where_nothing_is_paid_out_it_says_so_kindly_and_has_no_form() {
    var page = own(new Views.Power("evm", token("7.50"), token("7.50"), token("5.00"), false));
    assertThat(page).contains("nothing is lost").doesNotContain("name=\"password\"");
  }

  @Test
  void while_the_chain_cannot_be_asked_nothing_is_promised() {
    var page = own(new Views.Power("evm", token("7.50"), token("7.50"), null, true));
    assertThat(page).contains("Known later").doesNotContain("name=\"password\"");
  }

  @Test
  void a_quote_says_how_much_ones_own_pays_and_how_much_leaves_the_balance() {
    var page = render("buying", buying(token("3.00"), Amount.parse(USD, "2.00")));
    assertThat(page).contains("From what is yours for good", "−$3.00", "<dd>$2.00</dd>");
    assertThat(page).contains("Buy for $2.00, and $3.00 that is yours for good</button>");
    var without = render("buying", buying(Amount.zero(TOKEN), Amount.parse(USD, "5.00")));
    assertThat(without).doesNotContain("yours for good</dt>").contains("<dd>$5.00</dd>");
    assertThat(without).contains("Buy for $5.00</button>");
    var owns = render("buying", buying(token("5.00"), new Amount.Parsed.Good(Amount.zero(USD))));
    assertThat(owns).contains("<dd>$0.00</dd>", "Buy with $5.00 that is yours for good</button>");
  }

  private static MarketPages.Buying buying(Amount own, Amount.Parsed money) {
    var offering =
        new Views.Offering(
            new UUID(0, 1),
            "Films",
            "party:1",
            "http",
            "byte",
            token("0.01"),
            1 << 20,
            1 << 20,
            4 << 20,
            URI.create("http://127.0.0.1/"),
            "0x12",
            token("0.01"),
            "published");
    var quote =
        new Views.Quote(
            new UUID(0, 2),
            offering.id(),
            good(Amount.parse(USD, "5.00")),
            token("5.00"),
            Amount.zero(USD),
            own,
            good(money),
            "1/1",
            Instant.EPOCH,
            new Quantity(Unit.BYTE, 500L << 20));
    var row =
        new MarketPages.Row(
            new Services.Offered(offering, "nora"), new Figures.Price("$10.24", "GiB"), "1 GiB");
    return new MarketPages.Buying(FRAME, row, "5.00", quote, new UUID(0, 3), null);
  }

  private static String own(Views.Power power) {
    return render(
        "own", new OwnPages.Own(FRAME, List.of(power), List.of(), new UUID(0, 4), "", "", null));
  }

  private static String render(String template, Object page) {
    var out = new StringOutput();
    ENGINE.render(template + ".jte", page, out);
    return out.toString();
  }

  private static Amount token(String decimal) {
    return good(Amount.parse(TOKEN, decimal));
  }

  private static Amount good(Amount.Parsed parsed) {
    return switch (parsed) {
      case Amount.Parsed.Good(var amount) -> amount;
      case Amount.Parsed.Bad bad -> throw new AssertionError(bad);
    };
  }

  private static Frame frame() {
    var words = Words.in("en");
    var figures = new Figures(words, USD, ZoneOffset.UTC);
    return new Frame(
        words,
        figures,
        "home",
        "/",
        true,
        null,
        "mark",
        "",
        new Roles("processor,provider,consumer"),
        new Shelf());
  }
}
