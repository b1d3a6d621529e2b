package tally.server.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tally.party.Party;

/// The payment channels of one's own, of the side that pays and of the side that is paid.
@RestController
@RequestMapping("/api/v1")
class ChannelDoor {

  private final Road road;

  ChannelDoor(Road road) {
    this.road = road;
  }

  @GetMapping("/channels")
  Page<Views.Channel> channels(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    List<Views.Channel> all = road.channels(party.tenant(), party.holder(), Page.REACH);
    return Page.of(all, it -> it.id() + " " + it.side(), limit, after);
  }
}
