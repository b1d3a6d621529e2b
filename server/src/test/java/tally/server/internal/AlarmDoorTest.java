package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.when;

import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.escrow.Alarm;
import tally.escrow.Alarms;
import tally.money.Tenant;
import tally.network.Follower;
import tally.party.Party;

/// What a human must look at.
class AlarmDoorTest extends OpenDoors {

  @Test
  void an_operator_and_nobody_else_sees_all_alarms_and_closes_what_does_not_end_by_itself()
      throws Exception {
    var oscar =
        new Party(new Party.Id(new UUID(1, 2)), Tenant.HOUSE, "oscar", Set.of(Party.Role.OPERATOR));
    when(parties.session("oscar")).thenReturn(Optional.of(oscar));
    var early = Instant.parse("2026-11-01T00:00:00Z");
    var chain = new Follower.Alarm("evm", "DAILY_LIMIT_NEAR", "little is left", 7, early);
    when(follower.raised(eq(true), anyInt()))
        .thenReturn(List.of(new Follower.Raised(new UUID(0, 1), chain, Optional.empty())));
    var late =
        new Alarm(Tenant.HOUSE, "channel/0x12", "claim_too_late", "lost", early.plusSeconds(9));
    when(alarms.list(eq(Tenant.HOUSE), eq(true), anyInt()))
        .thenReturn(List.of(new Alarms.Kept(new UUID(0, 2), late, Optional.empty(), "", "")));
    when(alarms.close(Tenant.HOUSE, new UUID(0, 2), "oscar", "written off"))
        .thenReturn(new Alarms.Closing.Done());
    var first = json(send(as("oscar", "/api/v1/alarms?open=true&limit=1")));
    assertThat(first.at("/items/0/code").asString()).isEqualTo("claim_too_late");
    var cursor = first.at("/next").asString();
    var second = json(send(as("oscar", "/api/v1/alarms?open=true&limit=1&after=" + cursor)));
    assertThat(second.at("/items/0/subject").asString()).isEqualTo("network/evm");
    assertThat(second.at("/next").isNull()).isTrue();
    assertThat(send(close(new UUID(0, 2), "oscar")).statusCode()).isEqualTo(204);
    assertProblem(send(close(new UUID(0, 1), "oscar")), 409, "alarm_ends_by_itself");
    assertProblem(send(close(new UUID(0, 2), "ann")), 403, "not_allowed");
    assertProblem(send(as("ann", "/api/v1/alarms")), 403, "not_allowed");
  }

  private HttpRequest.Builder as(String session, String path) {
    return HttpRequest.newBuilder(at(port, path)).header("Authorization", "Bearer " + session);
  }

  private HttpRequest.Builder close(UUID alarm, String session) {
    return as(session, "/api/v1/alarms/" + alarm + "/close")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString("{\"note\":\"written off\"}"));
  }
}
