package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tally.custody.Approval;
import tally.flow.Releasings;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;
import tally.party.Parties;

/// What is one's own is shown, and leaves only with a fresh proof.
class PowerDoorTest extends OpenDoors {

  private HttpRequest.Builder release(String password) {
    return post(
        "/api/v1/me/power/evm/release",
        """
        {"id":"%s","to":"0x%s","amount":{"amount":"2.50","asset":"TUSD"}%s}
        """
            .formatted(new UUID(5, 5), "44".repeat(20), password));
  }

  @Test
  void a_session_alone_releases_nothing() throws Exception {
    when(road.release(any(), any()))
        .thenAnswer(it -> {
          Releasings.Wish wish = it.getArgument(0);
          Supplier<Approval.StepUp> proof = it.getArgument(1);
          assertThat(proof.get())
              .isEqualTo(
                  new Approval.StepUp(ann.id().value(), new UUID(5, 5), "password", Instant.EPOCH));
          assertThat(wish.owner()).isEqualTo(ann.holder());
          return new Road.Answer.Done<>(
              new Views.Release(
                  wish.id().value(),
                  "requested",
                  wish.network(),
                  wish.to(),
                  wish.amount(),
                  null,
                  null,
                  null),
              false);
        });
    when(parties.prove(ann, "right")).thenReturn(new Parties.Proof.Proven(Instant.EPOCH));
    when(parties.prove(ann, "wrong"))
        .thenReturn(new Parties.Proof.Refused("step_up_required", "No."));
    assertProblem(send(release("")), 403, "step_up_required");
    assertProblem(send(release(",\"password\":\"wrong\"")), 403, "step_up_required");
    var asked = send(release(",\"password\":\"right\""));
    assertThat(asked.statusCode()).isEqualTo(201);
    assertThat(json(asked).at("/network").asString()).isEqualTo("evm");
    assertThat(json(asked).at("/amount/amount").asString()).isEqualTo("2.500000");
  }

  @Test
  void a_release_that_is_off_is_refused_before_any_password_is_asked_for() throws Exception {
    when(road.release(any(), any()))
        .thenReturn(new Road.Answer.Refused<>("release_off", "Not here."));
    assertProblem(send(release("")), 403, "release_off");
  }

  @Test
  void what_is_ones_own_is_shown_network_by_network() throws Exception {
    var token = Asset.of("TUSD/6");
    when(road.power(Tenant.HOUSE, ann.holder()))
        .thenReturn(
            List.of(
                new Views.Power(
                    "evm", Amount.of(token, 5), Amount.of(token, 3), Amount.of(token, 2), false)));
    var shown = json(send(get(port, "/api/v1/me/power"))).at("/items/0");
    assertThat(shown.at("/own/amount").asString()).isEqualTo("0.000005");
    assertThat(shown.at("/free/amount").asString()).isEqualTo("0.000003");
    assertThat(shown.at("/releasable/amount").asString()).isEqualTo("0.000002");
    assertThat(shown.at("/release").asBoolean()).isFalse();
  }
}
