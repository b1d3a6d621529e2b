package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.util.List;
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
import tally.server.internal.Ways;

/// Money in: the sum and the way to pay, then the bank's page, then what became of it.
@PageDoor
public class MoneyPages {

  private static final int BUYS = 3;
  private static final String USUAL = "25.00";
  private static final List<Integer> COMMON = List.of(10, 25, 50, 100);

  /// @param id of the top-up, made by us so that pressing twice pays once
  /// @param written what stands in the field
  /// @param amount what was understood of it
  /// @param no why the last try was refused
  public record Add(
      Frame frame,
      UUID id,
      List<Views.Way> ways,
      String way,
      String written,
      @Nullable Amount amount,
      @Nullable Said no) {

    public List<Integer> common() {
      return COMMON;
    }

    /// Whether just so many wholes are written.
    public boolean is(int wholes) {
      return amount != null
          && new BigDecimal(amount.units(), amount.asset().scale())
                  .compareTo(BigDecimal.valueOf(wholes))
              == 0;
    }

    public Views.@Nullable Way chosen() {
      return ways.stream().filter(one -> one.name().equals(way)).findFirst().orElse(null);
    }
  }

  /// @param leads whether he just pressed, and goes on to his bank by himself
  /// @param buys what the sum buys, once it is there
  public record Paying(Frame frame, Views.TopUp topUp, boolean leads, List<Buys> buys) {

    public boolean passes() {
      return switch (topUp.state()) {
        case "requested", "waiting", "unknown" -> true;
        default -> false;
      };
    }
  }

  private final Pages pages;
  private final Road road;
  private final Ways ways;
  private final Assets assets;
  private final Live live;
  private final Worth worth;

  MoneyPages(Pages pages, Road road, Ways ways, Assets assets, Live live, Worth worth) {
    this.pages = pages;
    this.road = road;
    this.ways = ways;
    this.assets = assets;
    this.live = live;
    this.worth = worth;
  }

  /// The form, and what the sum costs. Nothing is ordered by looking.
  @GetMapping("/money")
  ResponseEntity<String> form(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = USUAL) String amount,
      @RequestParam(required = false) @Nullable String common,
      @RequestParam(defaultValue = "") String way,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    var written = common == null ? amount : common;
    try {
      return pages.show("money", add(frame, UUID.randomUUID(), written, way, read(written), null));
    } catch (Refused refused) {
      return refused(frame, UUID.randomUUID(), written, way, refused);
    }
  }

  @PostMapping("/money")
  ResponseEntity<String> pay(
      @AuthenticationPrincipal Party party,
      @RequestParam UUID id,
      @RequestParam String amount,
      @RequestParam String way,
      HttpServletRequest request,
      HttpServletResponse response) {
    try {
      return switch (road.topUp(party.tenant(), party.holder(), id, read(amount), way)) {
        case Road.Answer.Done<Views.TopUp> done ->
            Pages.to("/money/" + done.view().id() + "?leads=true");
        case Road.Answer.Refused<Views.TopUp> refused -> throw new Refused(refused);
      };
    } catch (Refused refused) {
      var frame = pages.frame(request, response, party, "home");
      return refused(frame, UUID.randomUUID(), amount, way, refused);
    }
  }

  @GetMapping("/money/{id}")
  ResponseEntity<String> paying(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam(defaultValue = "false") boolean leads,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    return pages.show("paying", paying(frame, party, id, leads));
  }

  @GetMapping("/money/{id}/live")
  SseEmitter watch(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam(defaultValue = "false") boolean leads,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    topUp(party, id);
    return live.send(() -> {
      var now = paying(pages.anew(frame, party), party, id, leads);
      return new Live.Part(pages.part("paying", now.frame(), now), !now.passes());
    });
  }

  private Paying paying(Frame frame, Party party, UUID id, boolean leads) {
    var topUp = topUp(party, id);
    var buys =
        topUp.state().equals("credited") ? worth.of(frame, topUp.amount(), BUYS) : List.<Buys>of();
    return new Paying(frame, topUp, leads, buys);
  }

  private Views.TopUp topUp(Party party, UUID id) {
    return road.topUp(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }

  private Amount read(String written) {
    return assets.readFiat(written);
  }

  private ResponseEntity<String> refused(
      Frame frame, UUID id, String written, String way, Refused refused) {
    var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
    var no = Said.of(frame.words(), refused.code());
    return pages.show(status, "money", add(frame, id, written, way, null, no));
  }

  private Add add(
      Frame frame,
      UUID id,
      String written,
      String way,
      @Nullable Amount amount,
      @Nullable Said no) {
    var taking = ways.all().stream().filter(one -> one.minimum() != null).toList();
    var chosen =
        taking.stream().anyMatch(one -> one.name().equals(way))
            ? way
            : taking.stream().map(Views.Way::name).findFirst().orElse("");
    return new Add(frame, id, taking, chosen, written, amount, no);
  }
}
