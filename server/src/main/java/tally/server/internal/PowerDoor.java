package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tally.flow.FlowId;
import tally.flow.Releasings;
import tally.party.Party;

/// What is a person's own for good, and its way to an address of his.
@RestController
@RequestMapping("/api/v1/me")
class PowerDoor {

  /// @param id a UUID that makes the request safe to repeat
  /// @param password the proof, made anew for just this
  record ReleaseOrder(
      @Nullable String id, @Nullable String to, @Nullable Money amount, @Nullable String password) {

    /// Without the password, which is nobody else's business.
    @Override
    public String toString() {
      return "ReleaseOrder[" + id + ", " + amount + " to " + to + "]";
    }
  }

  record Powers(List<Views.Power> items) {}

  private final Road road;
  private final Entrances entrances;
  private final Assets assets;

  PowerDoor(Road road, Entrances entrances, Assets assets) {
    this.road = road;
    this.entrances = entrances;
    this.assets = assets;
  }

  @GetMapping("/power")
  Powers power(@AuthenticationPrincipal Party party) {
    return new Powers(road.power(party.tenant(), party.holder()));
  }

  /// A session alone moves nothing out of the vault: refused with `step_up_required` where the
  /// password is missing or wrong.
  @PostMapping("/power/{network}/release")
  ResponseEntity<Views.Release> release(
      @AuthenticationPrincipal Party party,
      @PathVariable String network,
      @RequestBody ReleaseOrder order,
      HttpServletRequest request) {
    var id = Ids.of(Json.need("id", order.id()));
    var wish =
        new Releasings.Wish(
            party.tenant(),
            party.holder(),
            new FlowId(id),
            network,
            Json.need("to", order.to()),
            assets.read(order.amount()));
    return Ids.created(
        road.release(wish, () -> entrances.prove(request, party, id, order.password())));
  }

  @GetMapping("/releases")
  Page<Views.Release> releases(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = road.releases(party.tenant(), party.holder(), Page.REACH);
    return Page.of(all, Views.Release::id, limit, after);
  }

  @GetMapping("/releases/{id}")
  Views.Release release(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return road.release(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
  }
}
