package tally.server.internal;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tally.party.Party;

/// What a provider sees of his own trade.
@RestController
@RequestMapping("/api/v1/me")
class SalesDoor {

  private final Sales sales;
  private final Publications publications;

  SalesDoor(Sales sales, Publications publications) {
    this.sales = sales;
    this.publications = publications;
  }

  /// Also those that he has removed.
  @GetMapping("/offerings")
  Page<Views.Offering> offerings(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return Page.of(publications.of(party), Views.Offering::id, limit, after);
  }

  @GetMapping("/sales")
  Page<Views.Sale> sales(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = sales.list(party.tenant(), party.holder(), Page.REACH);
    return Page.of(all, Views.Sale::id, limit, after);
  }

  @GetMapping("/income")
  Views.Income income(@AuthenticationPrincipal Party party) {
    return sales.income(party.tenant(), party.holder());
  }
}
