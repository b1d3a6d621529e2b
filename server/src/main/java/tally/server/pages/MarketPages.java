package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tally.market.Offering;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Rate;
import tally.money.Rounding;
import tally.party.Party;
import tally.server.internal.Assets;
import tally.server.internal.Problems;
import tally.server.internal.Refused;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// What there is to buy, at which price, and the quote for it.
@PageDoor
public class MarketPages {

  private static final int SHOWN = 50;
  private static final int TEN = 10;
  private static final int USUAL = 5;

  /// @param buys what ten of the node's money buy
  public record Row(Services.Offered offered, Figures.Price price, String buys) {}

  /// @param more the number of the next page, or 0
  public record Market(Frame frame, List<Row> rows, int all, String search, int more) {}

  /// @param written what stands in the field of the deposit
  /// @param quote a price that stands for a while, once it was asked for
  /// @param purchase the id of what would be bought, made by us so that pressing twice buys once
  public record Buying(
      Frame frame,
      Row row,
      String written,
      Views.@Nullable Quote quote,
      UUID purchase,
      @Nullable Said no) {}

  private final Pages pages;
  private final Services services;
  private final Road road;
  private final Assets assets;

  MarketPages(Pages pages, Services services, Road road, Assets assets) {
    this.pages = pages;
    this.services = services;
    this.road = road;
    this.assets = assets;
  }

  @GetMapping("/market")
  ResponseEntity<String> market(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = "") String search,
      @RequestParam(defaultValue = "0") int page,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "market");
    var wanted = search.strip().toLowerCase(Locale.ROOT);
    var all = services.offered();
    var found =
        all.stream()
            .filter(one ->
                one.offering().title().toLowerCase(Locale.ROOT).contains(wanted)
                    || one.seller().toLowerCase(Locale.ROOT).contains(wanted))
            .toList();
    int from = Math.min(Math.max(0, page), found.size() / SHOWN) * SHOWN;
    var rows = found.stream().skip(from).limit(SHOWN).map(one -> row(frame, one)).toList();
    int more = from + SHOWN < found.size() ? from / SHOWN + 1 : 0;
    return pages.show("market", new Market(frame, rows, all.size(), search, more));
  }

  @GetMapping("/market/{id}")
  ResponseEntity<String> offering(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam(required = false) @Nullable UUID quote,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "market");
    var found = services.offered(id).orElseThrow(Refused::notFound);
    var asked =
        quote == null
            ? null
            : road.quote(party.tenant(), party.holder(), quote)
                .filter(one -> one.offering().equals(id))
                .orElseThrow(Refused::notFound);
    var written = asked == null ? usual(frame, found) : asked.pays().decimal();
    return pages.show("buying", buying(frame, found, written, asked, null));
  }

  /// Asks for a price, which stands for a while and charges nothing.
  @PostMapping("/market/{id}")
  ResponseEntity<String> ask(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam UUID quote,
      @RequestParam String amount,
      HttpServletRequest request,
      HttpServletResponse response) {
    var found = services.offered(id).orElseThrow(Refused::notFound);
    try {
      var of = new Offering.Id(id);
      var pays = assets.readFiat(amount);
      return switch (road.quote(party.tenant(), party.holder(), quote, of, pays)) {
        case Road.Answer.Done<Views.Quote> done ->
            Pages.to("/market/" + id + "?quote=" + done.view().id());
        case Road.Answer.Refused<Views.Quote> refused -> throw new Refused(refused);
      };
    } catch (Refused refused) {
      var frame = pages.frame(request, response, party, "market");
      var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
      var no = Said.of(frame.words(), refused.code());
      return pages.show(status, "buying", buying(frame, found, amount, null, no));
    }
  }

  private Buying buying(
      Frame frame,
      Services.Offered found,
      String written,
      Views.@Nullable Quote quote,
      @Nullable Said no) {
    return new Buying(frame, row(frame, found), written, quote, UUID.randomUUID(), no);
  }

  /// Five, or all that is there where that is less, or the least that the provider takes.
  private String usual(Frame frame, Services.Offered found) {
    var wanted = whole(assets.fiat(), USUAL);
    var who = frame.who();
    var there =
        who == null || who.balance().available().isZero() ? wanted : who.balance().available();
    var least =
        Rate.wholeForWhole(found.offering().depositMin().asset(), assets.fiat())
            .convert(found.offering().depositMin(), Rounding.UP)
            .amount();
    var usual = wanted.min(there);
    return (usual.isLessThan(least) ? least : usual).decimal();
  }

  private static Amount whole(Asset asset, int count) {
    return new Amount(asset, BigInteger.TEN.pow(asset.scale()).multiply(BigInteger.valueOf(count)));
  }

  private Row row(Frame frame, Services.Offered found) {
    var ten = whole(assets.token(), TEN);
    var offering = found.offering();
    var buys =
        offering.price().asset().equals(ten.asset()) && !offering.price().isZero()
            ? frame.figures().count(HomePages.buys(offering, ten), offering)
            : frame.say("market.free");
    return new Row(found, frame.figures().price(offering), buys);
  }
}
