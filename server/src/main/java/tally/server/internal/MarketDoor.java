package tally.server.internal;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tally.market.Offering;
import tally.market.Offerings;
import tally.party.Party;

/// Offerings, quotes and purchases.
@RestController
@RequestMapping("/api/v1")
class MarketDoor {

  record QuoteOrder(@Nullable String offering, @Nullable Money pays) {}

  record PurchaseOrder(@Nullable String quote) {}

  record Vouchers(List<Views.SignedVoucher> items) {}

  private final Road road;
  private final Offerings offerings;
  private final Publications publications;
  private final Assets assets;

  MarketDoor(Road road, Offerings offerings, Publications publications, Assets assets) {
    this.road = road;
    this.offerings = offerings;
    this.publications = publications;
    this.assets = assets;
  }

  @PostMapping("/offerings")
  ResponseEntity<Views.Offering> publish(
      @AuthenticationPrincipal Party party,
      @RequestHeader(Ids.KEY) String key,
      @RequestBody OfferingForm.Order order) {
    var published = publications.publish(party, Ids.of(key), order);
    return Ids.created(published.view(), published.replayed());
  }

  @GetMapping("/offerings")
  Page<Views.Offering> offerings(
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = offerings.list(Page.REACH).stream().map(OfferingForm::view).toList();
    return Page.of(all, Views.Offering::id, limit, after);
  }

  @GetMapping("/offerings/{id}")
  Views.Offering offering(@PathVariable UUID id) {
    return offerings
        .find(new Offering.Id(id))
        .map(OfferingForm::view)
        .orElseThrow(Refused::notFound);
  }

  @DeleteMapping("/offerings/{id}")
  Views.Offering remove(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return publications.remove(party, id);
  }

  @PostMapping("/quotes")
  ResponseEntity<Views.Quote> quote(
      @AuthenticationPrincipal Party party,
      @RequestHeader(Ids.KEY) String key,
      @RequestBody QuoteOrder order) {
    var id = Ids.of(key);
    var offering = Ids.named("offering", Json.need("offering", order.offering()));
    var pays = assets.read(order.pays());
    return Ids.created(
        road.quote(party.tenant(), party.holder(), id, new Offering.Id(offering), pays));
  }

  @GetMapping("/quotes/{id}")
  Views.Quote quote(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return road.quote(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }

  @PostMapping("/purchases")
  ResponseEntity<Views.Purchase> purchase(
      @AuthenticationPrincipal Party party,
      @RequestHeader(Ids.KEY) String key,
      @RequestBody PurchaseOrder order) {
    var id = Ids.of(key);
    var quote = Ids.named("quote", Json.need("quote", order.quote()));
    return Ids.created(road.purchase(party.tenant(), party.holder(), id, quote));
  }

  @GetMapping("/purchases")
  Page<Views.Purchase> purchases(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = road.purchases(party.tenant(), party.holder(), Page.REACH);
    return Page.of(all, Views.Purchase::id, limit, after);
  }

  @GetMapping("/purchases/{id}")
  Views.Purchase purchase(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return road.purchase(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }

  @PostMapping("/purchases/{id}/pause")
  Views.Purchase pause(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return turn(party, id, Road.Turn.PAUSE);
  }

  @PostMapping("/purchases/{id}/resume")
  Views.Purchase resume(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return turn(party, id, Road.Turn.RESUME);
  }

  @PostMapping("/purchases/{id}/finish")
  Views.Purchase finish(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return turn(party, id, Road.Turn.FINISH);
  }

  @GetMapping("/purchases/{id}/vouchers")
  Vouchers vouchers(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return new Vouchers(
        road.vouchers(party.tenant(), party.holder(), id, Page.LIMIT_MAX)
            .orElseThrow(Refused::notFound));
  }

  private Views.Purchase turn(Party party, UUID id, Road.Turn turn) {
    return switch (road.turn(party.tenant(), party.holder(), id, turn)
        .orElseThrow(Refused::notFound)) {
      case Road.Answer.Done<Views.Purchase>(var view, var _) -> view;
      case Road.Answer.Refused<Views.Purchase> refused -> throw new Refused(refused);
    };
  }
}
