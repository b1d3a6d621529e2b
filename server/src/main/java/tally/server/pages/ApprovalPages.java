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
import tally.party.Party;
import tally.server.internal.ApprovalDoor;
import tally.server.internal.DeskViews;
import tally.server.internal.Page;
import tally.server.internal.Problems;
import tally.server.internal.Refused;

/// Refunds that wait for an operator's word, and what was decided lately.
@PageDoor
public class ApprovalPages {

  private static final int SHOWN = 20;
  private static final int LATELY = 10;

  /// One that waits, with the id that a decision about it will have.
  public record Case(DeskViews.WaitingRefund refund, UUID decision) {}

  /// @param no why the last decision was refused
  public record Approvals(
      Frame frame,
      List<Case> cases,
      @Nullable String next,
      List<DeskViews.DecidedRefund> decided,
      @Nullable Said no) {}

  private final Pages pages;
  private final ApprovalDoor door;

  ApprovalPages(Pages pages, ApprovalDoor door) {
    this.pages = pages;
    this.door = door;
  }

  @GetMapping("/operate/refunds")
  ResponseEntity<String> refunds(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable String after,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "approvals");
    return pages.show("operator/approvals", approvals(frame, party, after, null));
  }

  private Approvals approvals(Frame frame, Party party, @Nullable String after, @Nullable Said no) {
    Page<DeskViews.WaitingRefund> waiting = door.waiting(party, SHOWN, after);
    return new Approvals(
        frame,
        waiting.items().stream().map(one -> new Case(one, UUID.randomUUID())).toList(),
        waiting.next(),
        door.decided(party, LATELY, null).items(),
        no);
  }

  /// @param looked the mark that he sets: nobody approves by one stray click
  @PostMapping("/operate/refunds/{id}/approve")
  ResponseEntity<String> approve(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam UUID decision,
      @RequestParam boolean looked,
      @RequestParam(defaultValue = "") String note,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (!looked) {
      throw new Refused("request_malformed", "An approval needs its mark.");
    }
    var word = new ApprovalDoor.Word(note.strip());
    return act(party, request, response, () -> door.approve(party, id, decision.toString(), word));
  }

  @PostMapping("/operate/refunds/{id}/decline")
  ResponseEntity<String> decline(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam UUID decision,
      @RequestParam String note,
      HttpServletRequest request,
      HttpServletResponse response) {
    var word = new ApprovalDoor.Word(note.strip());
    return act(party, request, response, () -> door.decline(party, id, decision.toString(), word));
  }

  private ResponseEntity<String> act(
      Party party, HttpServletRequest request, HttpServletResponse response, Runnable act) {
    try {
      act.run();
      return Pages.to("/operate/refunds");
    } catch (Refused refused) {
      var frame = pages.frame(request, response, party, "approvals");
      var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
      var no = Said.toOperator(frame.words(), refused.code());
      return pages.show(status, "operator/approvals", approvals(frame, party, null, no));
    }
  }
}
