package tally.server.internal;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tally.party.Party;

/// One dispute, and an operator's answer to it. The dispute's own id makes an answer act once.
@RestController
@RequestMapping("/api/v1/disputes/{id}")
public class DisputeDoor {

  /// @param version of the evidence that was shown
  public record Contest(@Nullable UUID version) {}

  private final DisputeDesk desk;

  DisputeDoor(DisputeDesk desk) {
    this.desk = desk;
  }

  @GetMapping
  public DeskViews.DisputeCase dispute(
      @AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return desk.find(party.tenant(), id)
        .orElseThrow(() -> new Refused("dispute_unknown", "There is no such dispute."));
  }

  /// Sends the evidence that was shown. Said again where it is not known if it arrived, the same is
  /// sent again; the gateway takes it once.
  @PostMapping("/contest")
  public DeskViews.DisputeCase contest(
      @AuthenticationPrincipal Party party, @PathVariable UUID id, @RequestBody Contest contest) {
    return given(desk.contest(party, id, Json.need("version", contest.version())));
  }

  /// Gives in: the bank keeps the money, and the fee is not given back.
  @PostMapping("/accept")
  public DeskViews.DisputeCase accept(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return given(desk.accept(party, id));
  }

  private static DeskViews.DisputeCase given(Road.Answer<DeskViews.DisputeCase> answer) {
    return switch (answer) {
      case Road.Answer.Done<DeskViews.DisputeCase>(var view, _) -> view;
      case Road.Answer.Refused<DeskViews.DisputeCase> refused -> throw new Refused(refused);
    };
  }
}
