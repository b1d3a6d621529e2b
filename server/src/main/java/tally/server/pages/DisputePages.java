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
import tally.money.Amount;
import tally.party.Party;
import tally.payment.Dispute;
import tally.server.internal.Problems;
import tally.server.internal.Refused;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// What a person's bank asks back, what that means for his money, and his own word against it.
@PageDoor
public class DisputePages {

  private static final int SHOWN = 50;

  /// @param amount that the bank asks back; absent where it is not known
  public record Case(Views.Chargeback story, @Nullable Amount amount) {

    public boolean isOver() {
      return switch (story.state()) {
        case "lost", "won" -> true;
        default -> false;
      };
    }

    /// Whether there may be something to appeal against, and he has not.
    public boolean mayAppeal() {
      return !isOver()
          && !story.state().equals("thawing")
          && story.appeal() == null
          && !story.granted().isZero();
    }

    /// The shape of its tag.
    public String tag() {
      return switch (story.state()) {
        case "won" -> "ok";
        case "lost" -> "bad";
        default -> "warn";
      };
    }
  }

  /// @param no why the last appeal was refused
  public record Cases(Frame frame, List<Case> cases, @Nullable Said no) {}

  private final Pages pages;
  private final Road road;
  private final tally.payment.Disputes disputes;

  DisputePages(Pages pages, Road road, tally.payment.Disputes disputes) {
    this.pages = pages;
    this.road = road;
    this.disputes = disputes;
  }

  @GetMapping("/disputes")
  ResponseEntity<String> all(
      @AuthenticationPrincipal Party party,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    return pages.show("disputes", new Cases(frame, cases(party), null));
  }

  /// His own key signs the appeal; the council then has its time to decide.
  @PostMapping("/disputes/{id}/appeal")
  ResponseEntity<String> appeal(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      HttpServletRequest request,
      HttpServletResponse response) {
    var refusal = road.appeal(party.tenant(), party.holder(), id);
    if (refusal.isEmpty()) {
      return Pages.to("/disputes");
    }
    var refused = new Refused(refusal.get());
    var frame = pages.frame(request, response, party, "home");
    var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
    var no = Said.of(frame.words(), refused.code());
    return pages.show(status, "disputes", new Cases(frame, cases(party), no));
  }

  private List<Case> cases(Party party) {
    return road.chargebacks(party.tenant(), party.holder(), SHOWN).stream()
        .map(story -> new Case(story, amount(party, story)))
        .toList();
  }

  private @Nullable Amount amount(Party party, Views.Chargeback story) {
    return disputes
        .find(party.tenant(), new Dispute.Id(story.dispute()))
        .map(dispute -> dispute.about().amount())
        .orElse(null);
  }
}
