package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.when;

import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.money.Tenant;
import tally.party.Parties;
import tally.party.Party;
import tally.payment.Inbox;

/// Who comes in where, and what is open to all.
class DoorsTest extends OpenDoors {

  @Test
  void a_body_above_its_bound_is_refused() throws Exception {
    var body = "{\"name\":\"" + "a".repeat(Walls.BODY_MAX_BYTES) + "\"}";
    assertProblem(send(post("/api/v1/topups", body)), 413, "body_too_large");
    var chunked =
        HttpRequest.newBuilder(at(port, "/api/v1/session"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(body.getBytes())));
    assertProblem(send(chunked), 413, "body_too_large");
  }

  @Test
  void each_route_is_open_on_its_own_listener_alone() throws Exception {
    assertProblem(send(get(listener.port(), "/api/v1/me")), 404, "not_found");
    assertProblem(send(get(listener.port(), "/actuator/health")), 404, "not_found");
    assertProblem(send(get(listener.port(), "/")), 404, "not_found");
    assertProblem(send(post("/webhooks/card", "{}")), 404, "not_found");
    assertProblem(send(get(port, "/nowhere")), 404, "not_found");
    assertProblem(send(get(port, "/error")), 404, "not_found");
    assertProblem(send(get(port, "/actuator/env")), 404, "not_found");
    assertProblem(send(get(port, "/api/v1/session")), 405, "method_not_allowed");
    assertThat(send(get(port, "/actuator/health")).statusCode()).isEqualTo(200);
  }

  @Test
  void nobody_comes_in_without_a_session_and_only_operators_see_the_book() throws Exception {
    assertProblem(send(HttpRequest.newBuilder(at(port, "/api/v1/me"))), 401, "sign_in_needed");
    assertProblem(
        send(HttpRequest.newBuilder(at(port, "/api/v1/me")).header("Authorization", "Bearer no")),
        401,
        "sign_in_needed");
    assertProblem(send(get(port, "/api/v1/book")), 403, "not_allowed");
    assertThat(json(send(get(port, "/api/v1/me"))).at("/name").asString()).isEqualTo("ann");
  }

  @Test
  void an_operator_and_nobody_else_has_a_stalled_flow_tried_again() throws Exception {
    var oscar =
        new Party(new Party.Id(new UUID(1, 2)), Tenant.HOUSE, "oscar", Set.of(Party.Role.OPERATOR));
    when(parties.session("oscar")).thenReturn(Optional.of(oscar));
    var stalled = UUID.randomUUID();
    when(road.retry(Tenant.HOUSE, stalled)).thenReturn(true);
    assertThat(send(retry(stalled, "oscar")).statusCode()).isEqualTo(204);
    assertProblem(send(retry(UUID.randomUUID(), "oscar")), 409, "not_stalled");
    assertProblem(send(retry(stalled, "ann")), 403, "not_allowed");
  }

  private HttpRequest.Builder retry(UUID flow, String session) {
    return HttpRequest.newBuilder(at(port, "/api/v1/flows/" + flow + "/retry"))
        .header("Authorization", "Bearer " + session)
        .POST(HttpRequest.BodyPublishers.noBody());
  }

  @Test
  void signing_in_sets_a_cookie_that_scripts_cannot_read() throws Exception {
    when(parties.signIn(Tenant.HOUSE, "ann", "right"))
        .thenReturn(new Parties.Entrance.Open("token", ann, Instant.EPOCH));
    when(parties.signIn(Tenant.HOUSE, "ann", "wrong"))
        .thenReturn(new Parties.Entrance.Refused("sign_in_refused", "No."));
    var open = send(post("/api/v1/session", "{\"name\":\"ann\",\"password\":\"right\"}"));
    assertThat(open.statusCode()).isEqualTo(201);
    assertThat(open.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("tally_session=token", "HttpOnly", "SameSite=Lax");
    assertProblem(
        send(post("/api/v1/session", "{\"name\":\"ann\",\"password\":\"wrong\"}")),
        401,
        "sign_in_refused");
  }

  @Test
  void a_webhook_reaches_the_inbox_byte_for_byte() throws Exception {
    when(inbox.receive(eq("card"), eq("{ \"a\": 1 }".getBytes()), any()))
        .thenReturn(new Inbox.Receipt.Taken());
    when(inbox.receive(eq("other"), any(), any())).thenReturn(new Inbox.Receipt.NoSuchGateway());
    assertThat(send(publicPost("/webhooks/card", "{ \"a\": 1 }")).statusCode()).isEqualTo(200);
    assertProblem(send(publicPost("/webhooks/other", "{}")), 404, "not_found");
  }

  @Test
  void the_openapi_document_lists_every_route_of_the_api() throws Exception {
    var paths = json(send(get(port, "/api/v1/openapi.json"))).at("/paths");
    for (var route : Routes.PROGRAMS) {
      if (route.pattern().startsWith("/api/v1") && !route.pattern().endsWith("openapi.json")) {
        var method = route.method().name().toLowerCase(java.util.Locale.ROOT);
        assertThat(paths.path(route.pattern()).has(method))
            .as("%s %s", method, route.pattern())
            .isTrue();
      }
    }
  }
}
