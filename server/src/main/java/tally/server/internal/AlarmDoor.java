package tally.server.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tally.escrow.Alarms;
import tally.network.Follower;
import tally.party.Party;

/// What a human must look at, of chains, channels and payments, on one page.
@RestController
@RequestMapping("/api/v1/alarms")
public class AlarmDoor {

  /// @param subject what it is about, such as `network/evm` or `channel/0x12…`
  /// @param closedBy who closed it; absent where it is open, or ended with its cause
  public record Line(
      UUID id,
      String subject,
      String code,
      String text,
      Instant at,
      @Nullable Instant closedAt,
      @Nullable String closedBy,
      @Nullable String note) {}

  public record Close(@Nullable String note) {}

  private final Alarms channels;
  private final tally.payment.Alarms payments;
  private final Follower networks;

  AlarmDoor(Alarms channels, tally.payment.Alarms payments, Follower networks) {
    this.channels = channels;
    this.payments = payments;
    this.networks = networks;
  }

  @GetMapping
  public Page<Line> alarms(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = "true") boolean open,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = new ArrayList<Line>();
    networks.raised(open, Page.REACH).forEach(one -> all.add(line(one)));
    channels.list(party.tenant(), open, Page.REACH).forEach(one -> all.add(line(one)));
    payments.list(party.tenant(), open, Page.REACH).forEach(one -> all.add(line(one)));
    all.sort(Comparator.comparing(Line::at).reversed().thenComparing(Line::id));
    return Page.of(all.subList(0, Math.min(all.size(), Page.REACH)), Line::id, limit, after);
  }

  /// An operator says why it is no matter any more. A network's alarm ends with its cause alone.
  @PostMapping("/{id}/close")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  public void close(
      @AuthenticationPrincipal Party party, @PathVariable UUID id, @RequestBody Close close) {
    if (networks.raised(true, Page.REACH).stream().anyMatch(one -> one.id().equals(id))) {
      throw new Refused("alarm_ends_by_itself", "This alarm ends with its cause.");
    }
    var note = Json.need("note", close.note());
    if (payments.find(party.tenant(), id).isPresent()) {
      if (payments.close(party.tenant(), id, party.name(), note)
          instanceof tally.payment.Alarms.Closing.Refused refusal) {
        throw new Refused(refusal);
      }
      return;
    }
    if (channels.close(party.tenant(), id, party.name(), note)
        instanceof Alarms.Closing.Refused refusal) {
      throw new Refused(refusal);
    }
  }

  private static Line line(Follower.Raised raised) {
    var alarm = raised.alarm();
    return new Line(
        raised.id(),
        "network/" + alarm.network(),
        alarm.code(),
        alarm.text(),
        alarm.at(),
        raised.cleared().orElse(null),
        null,
        null);
  }

  private static Line line(tally.payment.Alarms.Kept kept) {
    var alarm = kept.alarm();
    return new Line(
        kept.id(),
        alarm.subject(),
        alarm.code(),
        alarm.text(),
        alarm.at(),
        kept.closedAt().orElse(null),
        kept.closedBy().isEmpty() ? null : kept.closedBy(),
        kept.note().isEmpty() ? null : kept.note());
  }

  private static Line line(Alarms.Kept kept) {
    var alarm = kept.alarm();
    return new Line(
        kept.id(),
        alarm.subject(),
        alarm.code(),
        alarm.text(),
        alarm.at(),
        kept.closedAt().orElse(null),
        kept.closedBy().isEmpty() ? null : kept.closedBy(),
        kept.note().isEmpty() ? null : kept.note());
  }
}
