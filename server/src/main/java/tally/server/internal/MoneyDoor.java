package tally.server.internal;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tally.party.Party;

/// Money in and money back.
@RestController
@RequestMapping("/api/v1")
class MoneyDoor {

  record TopUpOrder(@Nullable Money amount, @Nullable String gateway) {}

  record RefundOrder(@Nullable Money amount) {}

  private final Road road;
  private final Balances balances;
  private final Assets assets;

  MoneyDoor(Road road, Balances balances, Assets assets) {
    this.road = road;
    this.balances = balances;
    this.assets = assets;
  }

  @GetMapping("/balance")
  Views.Balance balance(@AuthenticationPrincipal Party party) {
    return balances.of(party.tenant(), party.holder());
  }

  /// What moved his money, newest first.
  @GetMapping("/history")
  Page<Views.HistoryLine> history(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = road.history(party.tenant(), party.holder());
    return Page.of(all, Views.HistoryLine::seq, limit, after);
  }

  /// What book and chain have of one top-up, purchase or refund.
  @GetMapping("/history/{id}")
  Views.Receipt receipt(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return road.receipt(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }

  @PostMapping("/topups")
  ResponseEntity<Views.TopUp> topUp(
      @AuthenticationPrincipal Party party,
      @RequestHeader(Ids.KEY) String key,
      @RequestBody TopUpOrder order) {
    var id = Ids.of(key);
    var amount = assets.read(order.amount());
    var gateway = Json.need("gateway", order.gateway());
    return Ids.created(road.topUp(party.tenant(), party.holder(), id, amount, gateway));
  }

  @GetMapping("/topups")
  Page<Views.TopUp> topUps(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = road.topUps(party.tenant(), party.holder(), Page.REACH);
    return Page.of(all, Views.TopUp::id, limit, after);
  }

  @GetMapping("/topups/{id}")
  Views.TopUp topUp(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return road.topUp(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }

  @PostMapping("/topups/{id}/look")
  Views.TopUp look(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return road.look(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }

  /// What is being claimed back from him by his bank.
  @GetMapping("/me/disputes")
  Page<Views.Chargeback> disputes(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = road.chargebacks(party.tenant(), party.holder(), Page.REACH);
    return Page.of(all, Views.Chargeback::id, limit, after);
  }

  /// His own key signs the appeal; the council then has its time to decide. Refused with
  /// `nothing_frozen` before the freeze is on chain.
  @PostMapping("/me/disputes/{id}/appeal")
  @ResponseStatus(HttpStatus.ACCEPTED)
  void appeal(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    road.appeal(party.tenant(), party.holder(), id)
        .ifPresent(refusal -> {
          throw new Refused(refusal);
        });
  }

  @PostMapping("/refunds")
  ResponseEntity<Views.Refund> refund(
      @AuthenticationPrincipal Party party,
      @RequestHeader(Ids.KEY) String key,
      @RequestBody RefundOrder order) {
    var id = Ids.of(key);
    var amount = Optional.ofNullable(order.amount()).map(assets::read);
    return Ids.created(road.refund(party.tenant(), party.holder(), id, amount));
  }

  @GetMapping("/refunds")
  Page<Views.Refund> refunds(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = road.refunds(party.tenant(), party.holder(), Page.REACH);
    return Page.of(all, Views.Refund::id, limit, after);
  }

  @GetMapping("/refunds/{id}")
  Views.Refund refund(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return road.refund(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }
}
