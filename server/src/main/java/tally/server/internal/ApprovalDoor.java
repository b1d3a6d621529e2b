package tally.server.internal;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tally.party.Party;

/// Refunds above a limit: what waits, what was decided, and an operator's yes or no. The route
/// table lets nobody else in.
@RestController
@RequestMapping("/api/v1/refunds")
public class ApprovalDoor {

  /// @param note why; an approval needs none
  public record Word(@Nullable String note) {}

  private final RefundDesk desk;

  ApprovalDoor(RefundDesk desk) {
    this.desk = desk;
  }

  /// Oldest first.
  @GetMapping("/waiting")
  public Page<DeskViews.WaitingRefund> waiting(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return desk.waiting(party, limit, after);
  }

  /// How many wait, for pages that say no more of them.
  public int waits(Party party) {
    return desk.waits(party.tenant());
  }

  @GetMapping("/decided")
  public Page<DeskViews.DecidedRefund> decided(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return desk.decided(party.tenant(), limit, after);
  }

  /// Sends it. Refused with `own_request` to whoever asked for it.
  @PostMapping("/{id}/approve")
  public ResponseEntity<DeskViews.DecidedRefund> approve(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestHeader(Ids.KEY) String key,
      @RequestBody Word word) {
    var note = word.note() == null ? "" : word.note();
    return Ids.created(desk.decide(party, id, Ids.of(key), true, note));
  }

  /// Puts the money back into the balance.
  @PostMapping("/{id}/decline")
  public ResponseEntity<DeskViews.DecidedRefund> decline(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestHeader(Ids.KEY) String key,
      @RequestBody Word word) {
    var note = Json.need("note", word.note());
    return Ids.created(desk.decide(party, id, Ids.of(key), false, note));
  }
}
