package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tally.party.Party;
import tally.server.internal.DeskViews;
import tally.server.internal.DisputeDoor;
import tally.server.internal.Problems;
import tally.server.internal.Refused;

/// One dispute to answer: the evidence before it is sent, and what giving in costs.
@PageDoor
public class AnswerPages {

  /// @param no why the last answer was refused
  public record Answering(Frame frame, DeskViews.DisputeCase dispute, @Nullable Said no) {

    /// Whether a first answer, or the same once more, may be sent.
    public boolean open() {
      return dispute.answerable();
    }

    public boolean may(String kind) {
      var answered = dispute.answered();
      return open() && (answered == null || answered.kind().equals(kind));
    }
  }

  private final Pages pages;
  private final DisputeDoor door;

  AnswerPages(Pages pages, DisputeDoor door) {
    this.pages = pages;
    this.door = door;
  }

  @GetMapping("/operate/disputes/{id}")
  ResponseEntity<String> dispute(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "disputes");
    return pages.show("operator/dispute", new Answering(frame, door.dispute(party, id), null));
  }

  /// @param version of the evidence that was shown
  /// @param looked the mark that he sets
  @PostMapping("/operate/disputes/{id}/contest")
  ResponseEntity<String> contest(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam UUID version,
      @RequestParam boolean looked,
      HttpServletRequest request,
      HttpServletResponse response) {
    var contest = new DisputeDoor.Contest(version);
    return act(party, id, looked, request, response, () -> door.contest(party, id, contest));
  }

  @PostMapping("/operate/disputes/{id}/accept")
  ResponseEntity<String> accept(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam boolean looked,
      HttpServletRequest request,
      HttpServletResponse response) {
    return act(party, id, looked, request, response, () -> door.accept(party, id));
  }

  private ResponseEntity<String> act(
      Party party,
      UUID id,
      boolean looked,
      HttpServletRequest request,
      HttpServletResponse response,
      Runnable act) {
    if (!looked) {
      throw new Refused("request_malformed", "An answer needs its mark.");
    }
    try {
      act.run();
      return Pages.to("/operate/disputes/" + id);
    } catch (Refused refused) {
      var frame = pages.frame(request, response, party, "disputes");
      var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
      var no = Said.toOperator(frame.words(), refused.code());
      return pages.show(
          status, "operator/dispute", new Answering(frame, door.dispute(party, id), no));
    }
  }
}
