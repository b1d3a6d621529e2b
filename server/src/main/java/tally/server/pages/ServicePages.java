package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tally.party.Party;
import tally.server.internal.Page;
import tally.server.internal.Recent;
import tally.server.internal.Refused;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// What was bought: how it runs, what it costs, and its end.
@PageDoor
public class ServicePages {

  public record All(Frame frame, List<Service> services) {}

  /// @param finishing whether he is asked if it shall end
  /// @param asked what he last asked for, or empty; it is done a moment later
  public record One(Frame frame, Service service, Speed speed, boolean finishing, String asked) {

    /// Whether what he asked for is not done yet.
    public boolean waits() {
      return switch (asked) {
        case "pause" -> service.runs();
        case "resume" -> service.isPaused();
        case "finish" -> service.isLive();
        default -> false;
      };
    }
  }

  private final Pages pages;
  private final Services services;
  private final Road road;
  private final Recent recent;
  private final Live live;

  ServicePages(Pages pages, Services services, Road road, Recent recent, Live live) {
    this.recent = recent;
    this.pages = pages;
    this.services = services;
    this.road = road;
    this.live = live;
  }

  @GetMapping("/services")
  ResponseEntity<String> all(
      @AuthenticationPrincipal Party party,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "services");
    return pages.show("services", new All(frame, services.of(party, Page.LIMIT_MAX)));
  }

  /// Buys at a quote.
  @PostMapping("/services")
  ResponseEntity<String> buy(
      @AuthenticationPrincipal Party party, @RequestParam UUID id, @RequestParam UUID quote) {
    return switch (road.purchase(party.tenant(), party.holder(), id, quote)) {
      case Road.Answer.Done<Views.Purchase> done -> Pages.to("/services/" + done.view().id());
      case Road.Answer.Refused<Views.Purchase> refused -> throw new Refused(refused);
    };
  }

  @GetMapping("/services/{id}")
  ResponseEntity<String> one(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam(defaultValue = "false") boolean finish,
      @RequestParam(defaultValue = "") String asked,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "services");
    var service = service(party, id);
    return pages.show(
        "service",
        new One(frame, service, speed(party, service), finish && service.isLive(), asked));
  }

  @GetMapping("/services/{id}/live")
  SseEmitter watch(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "services");
    service(party, id);
    return live.send(() -> {
      var now = service(party, id);
      var part = new One(pages.anew(frame, party), now, speed(party, now), false, "");
      return new Live.Part(pages.part("service", part.frame(), part), now.isOver());
    });
  }

  /// What both sides counted in the last minutes, for a spreadsheet.
  @GetMapping("/services/{id}/readings.csv")
  ResponseEntity<String> readings(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return Pages.table("tally-readings.csv", speed(party, service(party, id)).csv());
  }

  private Speed speed(Party party, Service service) {
    var id = service.purchase().id();
    var counts = recent.purchase(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
    return Speed.of(counts, service.price());
  }

  /// Pauses, goes on, or finishes.
  @PostMapping("/services/{id}")
  ResponseEntity<String> turn(
      @AuthenticationPrincipal Party party, @PathVariable UUID id, @RequestParam String turn) {
    var wish = read(turn);
    return switch (road.turn(party.tenant(), party.holder(), id, wish)
        .orElseThrow(Refused::notFound)) {
      case Road.Answer.Done<Views.Purchase> done ->
          Pages.to(
              "/services/" + done.view().id() + "?asked=" + wish.name().toLowerCase(Locale.ROOT));
      case Road.Answer.Refused<Views.Purchase> refused -> throw new Refused(refused);
    };
  }

  private static Road.Turn read(String turn) {
    try {
      return Road.Turn.valueOf(turn.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw Refused.notFound();
    }
  }

  private Service service(Party party, UUID id) {
    return services.of(party, id).orElseThrow(Refused::notFound);
  }
}
