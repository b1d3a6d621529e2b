package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.HtmlUtils;
import tally.money.Amount;
import tally.party.Parties;
import tally.party.Party;

/// The page: the road that a person's money takes, with the ids of everything on it. No script.
@Controller
class PageDoor {

  private static final int SHOWN = 20;
  private static final String FRAME =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>%s · Tally</title>
      <link rel="stylesheet" href="/tally.css">
      </head>
      <body>
      <a class="skip" href="#main">Skip to content</a>
      <header><b class="brand">Tally</b><span>%s</span></header>
      <main id="main">
      %s
      </main>
      </body>
      </html>
      """;

  private final Parties parties;
  private final Road road;
  private final Balances balances;
  private final Tries tries;

  PageDoor(Parties parties, Road road, Balances balances, Tries tries) {
    this.parties = parties;
    this.road = road;
    this.balances = balances;
    this.tries = tries;
  }

  @GetMapping("/")
  ResponseEntity<String> home(@AuthenticationPrincipal @Nullable Party party) {
    if (party == null) {
      return page(
          HttpStatus.OK,
          "Sign in",
          "",
          "<h1>Pay for what you use. Get the rest back.</h1>"
              + "<p>Open the sign-in link of this node to come in. It stands in the file"
              + " <code>sign-in-link</code> of the node’s data folder.</p>");
    }
    return page(HttpStatus.OK, "Home", text(party.name()), road(party));
  }

  /// Follows a one-time link: the session's cookie, and on to the page.
  @GetMapping("/sign-in")
  ResponseEntity<String> follow(@RequestParam String link, HttpServletRequest request) {
    tries.count(request.getRemoteAddr());
    return switch (parties.follow(link)) {
      case Parties.Entrance.Open open ->
          ResponseEntity.status(HttpStatus.SEE_OTHER)
              .location(URI.create("/"))
              .header(HttpHeaders.SET_COOKIE, PartyDoor.cookie(open.token()))
              .header(HttpHeaders.CACHE_CONTROL, "no-store")
              .build();
      case Parties.Entrance.Refused refused ->
          page(
              HttpStatus.UNAUTHORIZED,
              "Sign in",
              "",
              "<h1>This link does not open</h1><p>"
                  + text(refused.text())
                  + " Ask for a new one.</p>");
    };
  }

  private String road(Party party) {
    var money = balances.of(party.tenant(), party.holder());
    var topUps = road.topUps(party.tenant(), party.holder(), SHOWN);
    var purchases = road.purchases(party.tenant(), party.holder(), SHOWN);
    var refunds = road.refunds(party.tenant(), party.holder(), SHOWN);
    var figures =
        figure("Available", money.available())
            + figure("In use", money.inUse())
            + figure("Yours", money.yours());
    return "<h1>Your money</h1><section class=\"figures\">"
        + figures
        + "</section>"
        + table(
            "From the card",
            List.of("Top-up", "State", "Amount"),
            topUps.stream()
                .map(it -> List.of(id(it.id()), text(it.state()), text(it.amount())))
                .toList())
        + table(
            "On the balance",
            List.of("Lot", "Paid in", "Available"),
            money.lots().stream()
                .map(it -> List.of(id(it.id()), text(it.amount()), text(it.available())))
                .toList())
        + table(
            "In use, used, and back",
            List.of("Purchase", "State", "Set aside", "Received", "Used", "Back"),
            purchases.stream().map(PageDoor::row).toList())
        + table(
            "Back to the card",
            List.of("Refund", "State", "Amount"),
            refunds.stream()
                .map(it -> List.of(id(it.id()), text(it.state()), text(it.amount())))
                .toList());
  }

  private static List<String> row(Views.Purchase purchase) {
    return List.of(
        id(purchase.id()),
        text(purchase.state()),
        text(purchase.pays()),
        text(purchase.received()),
        text(purchase.spent()),
        text(purchase.back()));
  }

  private static String figure(String label, Amount amount) {
    return "<div class=\"figure\"><span>" + label + "</span><b>" + text(amount) + "</b></div>";
  }

  /// Cells are HTML already.
  private static String table(String title, List<String> heads, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return "<section class=\"panel\"><h2>"
          + title
          + "</h2><p class=\"mute\">Nothing yet.</p></section>";
    }
    var head =
        heads.stream().map(it -> "<th scope=\"col\">" + it + "</th>").collect(Collectors.joining());
    var body =
        rows.stream()
            .map(row -> row.stream().map(it -> "<td>" + it + "</td>").collect(Collectors.joining()))
            .map(row -> "<tr>" + row + "</tr>")
            .collect(Collectors.joining());
    return "<section class=\"panel\"><h2>%s</h2><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>%s</tr></thead><tbody>%s</tbody></table></div></section>"
        .formatted(title, head, body);
  }

  private static String id(UUID id) {
    return "<code>" + id + "</code>";
  }

  private static String text(@Nullable Object value) {
    return value == null
        ? "<span class=\"mute\">Not yet</span>"
        : HtmlUtils.htmlEscape(value.toString());
  }

  private static ResponseEntity<String> page(
      HttpStatus status, String title, String who, String main) {
    return ResponseEntity.status(status)
        .contentType(new MediaType(MediaType.TEXT_HTML, java.nio.charset.StandardCharsets.UTF_8))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .body(FRAME.formatted(title, who, main));
  }
}
