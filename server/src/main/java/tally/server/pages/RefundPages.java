package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tally.money.Amount;
import tally.party.Party;
import tally.server.internal.Assets;
import tally.server.internal.Problems;
import tally.server.internal.Refused;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// Money back to the cards that it came from: the exact sum, card by card, before it is sent.
@PageDoor
public class RefundPages {

  /// What goes back to one payment.
  public record Share(Amount paid, Amount amount) {}

  /// @param written what stands in the field
  /// @param amount what was understood of it
  /// @param left what is available afterwards
  public record Ask(
      Frame frame,
      UUID id,
      String written,
      Amount most,
      @Nullable Amount amount,
      List<Share> shares,
      @Nullable Amount left,
      @Nullable Said no) {}

  public record Going(Frame frame, Views.Refund refund) {

    /// Whether it goes on by itself. What waits for a person may do so for days.
    public boolean passes() {
      return switch (refund.state()) {
        case "requested", "sending", "unknown" -> true;
        default -> false;
      };
    }
  }

  private final Pages pages;
  private final Road road;
  private final Assets assets;
  private final Live live;

  RefundPages(Pages pages, Road road, Assets assets, Live live) {
    this.pages = pages;
    this.road = road;
    this.assets = assets;
    this.live = live;
  }

  /// The sum and where it goes. Nothing is sent by looking.
  @GetMapping("/refund")
  ResponseEntity<String> form(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable String amount,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    var most = balance(frame).available();
    var written = amount == null ? most.decimal() : amount;
    if (most.isZero()) {
      return pages.show(
          "refund", new Ask(frame, UUID.randomUUID(), written, most, null, List.of(), null, null));
    }
    try {
      return ask(frame, written);
    } catch (Refused refused) {
      return refused(frame, written, refused);
    }
  }

  @PostMapping("/refund")
  ResponseEntity<String> send(
      @AuthenticationPrincipal Party party,
      @RequestParam UUID id,
      @RequestParam String amount,
      HttpServletRequest request,
      HttpServletResponse response) {
    try {
      var exact = Optional.of(assets.readFiat(amount));
      return switch (road.refund(party.tenant(), party.holder(), id, exact)) {
        case Road.Answer.Done<Views.Refund> done -> Pages.to("/refund/" + done.view().id());
        case Road.Answer.Refused<Views.Refund> refused -> throw new Refused(refused);
      };
    } catch (Refused refused) {
      return refused(pages.frame(request, response, party, "home"), amount, refused);
    }
  }

  @GetMapping("/refund/{id}")
  ResponseEntity<String> going(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    return pages.show("refunding", new Going(frame, refund(party, id)));
  }

  @GetMapping("/refund/{id}/live")
  SseEmitter watch(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    refund(party, id);
    return live.send(() -> {
      var now = new Going(pages.anew(frame, party), refund(party, id));
      return new Live.Part(pages.part("refunding", now.frame(), now), !now.passes());
    });
  }

  private Views.Refund refund(Party party, UUID id) {
    return road.refund(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }

  private ResponseEntity<String> ask(Frame frame, String written) {
    var balance = balance(frame);
    var amount = assets.readFiat(written);
    if (balance.available().isLessThan(amount)) {
      throw new Refused("above_refundable", "");
    }
    var page =
        new Ask(
            frame,
            UUID.randomUUID(),
            written,
            balance.available(),
            amount,
            shares(balance, amount),
            balance.available().minus(amount),
            null);
    return pages.show("refund", page);
  }

  private ResponseEntity<String> refused(Frame frame, String written, Refused refused) {
    var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
    var no = Said.of(frame.words(), refused.code());
    var most = balance(frame).available();
    return pages.show(
        status,
        "refund",
        new Ask(frame, UUID.randomUUID(), written, most, null, List.of(), null, no));
  }

  /// The oldest payments first, as the refund itself takes them.
  private static List<Share> shares(Views.Balance balance, Amount amount) {
    var shares = new ArrayList<Share>();
    var left = amount;
    for (var lot : balance.lots()) {
      if (lot.amount().asset().equals(amount.asset()) && lot.source().payment() != null) {
        var take = lot.available().min(left);
        if (!take.isZero()) {
          shares.add(new Share(lot.amount(), take));
          left = left.minus(take);
        }
      }
    }
    return shares;
  }

  private static Views.Balance balance(Frame frame) {
    var who = frame.who();
    if (who == null) {
      throw new Refused("sign_in_needed", "Sign in first.");
    }
    return who.balance();
  }
}
