package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tally.party.Party;
import tally.server.internal.Accounts;
import tally.server.internal.Assets;
import tally.server.internal.Problems;
import tally.server.internal.Publications;
import tally.server.internal.Recent;
import tally.server.internal.Refused;
import tally.server.internal.Sales;
import tally.server.internal.Views;

/// What a provider sells: his offerings, who is served now, and what it brings.
@PageDoor
public class SellingPages {

  private static final int LOOKED_AT = 40;
  private static final int LATELY = 20;

  /// @param removing the offering of which he is asked if it shall go
  public record Selling(Frame frame, Trade trade, Views.@Nullable Offering removing) {}

  /// @param id of the offering, made by us so that pressing twice publishes once
  /// @param preview what buyers would see; absent where something has to be put right first
  public record Offer(
      Frame frame,
      UUID id,
      Draft draft,
      List<String> adapters,
      Views.@Nullable Offering preview,
      @Nullable Said no) {

    public Draft.Each[] measures() {
      return Draft.Each.values();
    }
  }

  private final Pages pages;
  private final Publications publications;
  private final Sales sales;
  private final Recent recent;
  private final Accounts accounts;
  private final Assets assets;
  private final Live live;
  private final Glances<Party, Trade> watched;

  SellingPages(
      Pages pages,
      Publications publications,
      Sales sales,
      Recent recent,
      Accounts accounts,
      Assets assets,
      Live live,
      InstantSource clock) {
    this.pages = pages;
    this.publications = publications;
    this.sales = sales;
    this.recent = recent;
    this.accounts = accounts;
    this.assets = assets;
    this.live = live;
    this.watched = new Glances<>(this::trade, clock);
  }

  @GetMapping("/sell")
  ResponseEntity<String> selling(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable UUID remove,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "income");
    var trade = trade(party);
    var removing = trade.offerings().stream().filter(one -> one.id().equals(remove)).findFirst();
    return pages.show("selling", new Selling(frame, trade, removing.orElse(null)));
  }

  private Trade trade(Party party) {
    var offered =
        publications.of(party).stream().filter(one -> one.state().equals("published")).toList();
    var sales = lately(party);
    var sold = sales.stream().map(Sold::new).toList();
    return new Trade(
        pages.who(party),
        this.sales.income(party.tenant(), party.holder()),
        offered,
        takings(party, sales),
        sales.size() < LOOKED_AT ? 0 : LOOKED_AT,
        sold.stream().filter(Sold::isNow).toList(),
        sold.stream().filter(one -> !one.isNow()).limit(LATELY).toList());
  }

  private List<Views.Sale> lately(Party party) {
    return sales.list(party.tenant(), party.holder(), LOOKED_AT);
  }

  private Takings takings(Party party, List<Views.Sale> sold) {
    var token = assets.token();
    var priced = sold.stream().filter(sale -> sale.price().asset().equals(token)).toList();
    var ids = priced.stream().map(Views.Sale::id).collect(Collectors.toSet());
    return Takings.of(priced, recent.sales(party.tenant(), ids), token);
  }

  /// What he served in the last minutes, for a spreadsheet.
  @GetMapping("/sell/readings.csv")
  ResponseEntity<String> readings(@AuthenticationPrincipal Party party) {
    return Pages.table("tally-sales.csv", takings(party, lately(party)).csv());
  }

  /// All windows that a person has open on it show one read.
  @GetMapping("/sell/live")
  SseEmitter watch(
      @AuthenticationPrincipal Party party,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "income");
    return live.send(() -> {
      var trade = watched.of(party);
      var now = new Selling(frame.with(trade.purse()), trade, null);
      return new Live.Part(pages.part("selling", now.frame(), now), false);
    });
  }

  /// The form, and how buyers would see it. Nothing is published by looking.
  @GetMapping("/sell/offer")
  ResponseEntity<String> form(
      @AuthenticationPrincipal Party party,
      @RequestParam Map<String, String> typed,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "offer");
    var draft = Draft.of(typed);
    var id = UUID.randomUUID();
    if (!draft.isBegun()) {
      return pages.show("offer", new Offer(frame, id, draft, adapters(), null, null));
    }
    try {
      var preview = publications.preview(party, id, draft.order(assets.token()));
      return pages.show("offer", new Offer(frame, id, draft, adapters(), preview, null));
    } catch (Refused refused) {
      return refused(frame, draft, refused);
    }
  }

  @PostMapping("/sell/offer")
  ResponseEntity<String> publish(
      @AuthenticationPrincipal Party party,
      @RequestParam UUID id,
      @RequestParam Map<String, String> typed,
      HttpServletRequest request,
      HttpServletResponse response) {
    var draft = Draft.of(typed);
    try {
      publications.publish(party, id, draft.order(assets.token()));
      return Pages.to("/sell");
    } catch (Refused refused) {
      return refused(pages.frame(request, response, party, "offer"), draft, refused);
    }
  }

  @PostMapping("/sell/{id}/remove")
  ResponseEntity<String> remove(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    publications.remove(party, id);
    return Pages.to("/sell");
  }

  private ResponseEntity<String> refused(Frame frame, Draft draft, Refused refused) {
    var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
    var no = Said.of(frame.words(), refused.code());
    return pages.show(
        status, "offer", new Offer(frame, UUID.randomUUID(), draft, adapters(), null, no));
  }

  private List<String> adapters() {
    return List.copyOf(accounts.adapters().keySet());
  }
}
