package tally.server.internal;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/// The doors of a node that only sells.
@TestPropertySource(properties = {"tally.roles=provider", "tally.pages=false"})
class RoleDoorsTest extends OpenDoors {

  @Test
  void a_door_of_another_role_says_that_it_is_closed_here() throws Exception {
    var body = "{\"amount\":{\"amount\":\"5.00\",\"asset\":\"USD\"},\"gateway\":\"card\"}";
    var answer = send(post("/api/v1/topups", body).header(Ids.KEY, UUID.randomUUID().toString()));
    assertProblem(answer, 404, "role_closed");
    assertProblem(send(publicPost("/webhooks/card", "{}")), 404, "role_closed");
  }

  @Test
  void there_is_no_page() throws Exception {
    assertProblem(send(get(port, "/")), 404, "not_found");
  }
}
