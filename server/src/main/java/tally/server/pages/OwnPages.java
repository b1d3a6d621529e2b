package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
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
import tally.flow.FlowId;
import tally.flow.Releasings;
import tally.party.Party;
import tally.server.internal.Assets;
import tally.server.internal.Entrances;
import tally.server.internal.Problems;
import tally.server.internal.Refused;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// What is a person's own for good, and its way to an address of his.
@PageDoor
public class OwnPages {

  private static final int SHOWN = 20;

  /// @param id of the next release, made by us so that pressing twice releases once
  /// @param to and `amount`: what stands in the fields
  /// @param no why the last try was refused
  public record Own(
      Frame frame,
      List<Views.Power> powers,
      List<Views.Release> releases,
      UUID id,
      String to,
      String amount,
      @Nullable Said no) {

    /// Whether any of it could be released now.
    public boolean mayRelease(Views.Power power) {
      var releasable = power.releasable();
      return power.release() && releasable != null && !releasable.isZero();
    }

    /// The shape of a release's tag.
    public String tag(Views.Release release) {
      return switch (release.state()) {
        case "released" -> "ok";
        case "failed", "refused" -> "bad";
        case "stalled" -> "warn";
        default -> "live";
      };
    }
  }

  private final Pages pages;
  private final Road road;
  private final Entrances entrances;
  private final Assets assets;

  OwnPages(Pages pages, Road road, Entrances entrances, Assets assets) {
    this.pages = pages;
    this.road = road;
    this.entrances = entrances;
    this.assets = assets;
  }

  @GetMapping("/own")
  ResponseEntity<String> own(
      @AuthenticationPrincipal Party party,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    return pages.show("own", own(frame, party, "", "", null));
  }

  /// Releases, with the password as the proof that it is he.
  @PostMapping("/own/{network}")
  ResponseEntity<String> release(
      @AuthenticationPrincipal Party party,
      @PathVariable String network,
      @RequestParam UUID id,
      @RequestParam String to,
      @RequestParam String amount,
      @RequestParam String password,
      HttpServletRequest request,
      HttpServletResponse response) {
    try {
      var wish =
          new Releasings.Wish(
              party.tenant(),
              party.holder(),
              new FlowId(id),
              network,
              to.strip(),
              assets.readToken(amount));
      return switch (road.release(wish, () -> entrances.prove(request, party, id, password))) {
        case Road.Answer.Done<Views.Release> _ -> Pages.to("/own");
        case Road.Answer.Refused<Views.Release> refused -> throw new Refused(refused);
      };
    } catch (Refused refused) {
      var frame = pages.frame(request, response, party, "home");
      var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
      var no = Said.of(frame.words(), refused.code());
      return pages.show(status, "own", own(frame, party, to, amount, no));
    }
  }

  private Own own(Frame frame, Party party, String to, String amount, @Nullable Said no) {
    return new Own(
        frame,
        road.power(party.tenant(), party.holder()),
        road.releases(party.tenant(), party.holder(), SHOWN),
        UUID.randomUUID(),
        to,
        amount,
        no);
  }
}
