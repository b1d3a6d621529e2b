package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.when;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tally.money.Amount;

/// Top-ups at the door: bodies, keys, replays, lists.
class TopUpDoorTest extends OpenDoors {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"amount":{"amount":"-5.00","asset":"USD"},"gateway":"card"}|422|amount_negative
          {"amount":{"amount":"0","asset":"USD"},"gateway":"card"}|422|amount_zero
          {"amount":{"amount":"1.005","asset":"USD"},"gateway":"card"}|422|amount_too_precise
          {"amount":{"amount":"99999999999999999999999999999999999999999999999999999999999999999999999999999999","asset":"USD"},"gateway":"card"}|422|amount_too_large
          {"amount":{"amount":"1e3","asset":"USD"},"gateway":"card"}|422|amount_malformed
          {"amount":{"amount":"5.00","asset":"XYZ"},"gateway":"card"}|422|asset_unknown
          {"amount":{"amount":5.00,"asset":"USD"},"gateway":"card"}|400|json_malformed
          {"amount":{"amount":5,"asset":"USD"},"gateway":"card"}|400|json_malformed
          {"amount":{"asset":"USD"},"gateway":"card"}|400|json_malformed
          {"gateway":"card"}|400|json_malformed
          {"amount":{"amount":"5.00","asset":"USD"},"gateway":"card","more":1}|400|json_malformed
          {"amount":{"amount":"5.00","asset":"USD"},"gateway":"card"} x|400|json_malformed
          {"amount":|400|json_malformed
          """)
  void a_wrong_top_up_is_refused_with_its_code(String body, int status, String code)
      throws Exception {
    var answer = send(post("/api/v1/topups", body).header(Ids.KEY, UUID.randomUUID().toString()));
    assertProblem(answer, status, code);
  }

  @Test
  void a_good_top_up_is_created_under_the_callers_id() throws Exception {
    var id = UUID.randomUUID();
    var answer = send(goodTopUp().header(Ids.KEY, id.toString()));
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(json(answer).at("/id").asString()).isEqualTo(id.toString());
    assertThat(json(answer).at("/amount/amount").asString()).isEqualTo("5.00");
    assertThat(json(answer).at("/amount/asset").asString()).isEqualTo("USD");
    assertThat(answer.headers().firstValue(Ids.REPLAYED)).isEmpty();
  }

  @Test
  void a_replay_says_so_and_another_content_is_refused() throws Exception {
    var view =
        new Views.TopUp(
            new UUID(3, 3), "credited", Amount.of(USD, 500), new UUID(4, 4), null, null);
    when(road.topUp(any(), any(), any(), any(), any()))
        .thenReturn(new Road.Answer.Done<>(view, true));
    var again = send(goodTopUp().header(Ids.KEY, view.id().toString()));
    assertThat(again.headers().firstValue(Ids.REPLAYED)).contains("true");
    when(road.topUp(any(), any(), any(), any(), any()))
        .thenReturn(new Road.Answer.Refused<>("id_reused", "Used before."));
    assertProblem(send(goodTopUp().header(Ids.KEY, view.id().toString())), 409, "id_reused");
  }

  @Test
  void a_key_is_needed_and_must_be_a_uuid() throws Exception {
    assertProblem(send(goodTopUp()), 400, "idempotency_key_missing");
    assertProblem(send(goodTopUp().header(Ids.KEY, "1-1-1-1-1")), 400, "idempotency_key_missing");
  }

  @Test
  void a_cookie_changes_nothing_without_the_header_that_no_foreign_page_can_send()
      throws Exception {
    var id = UUID.randomUUID().toString();
    var body = "{\"amount\":{\"amount\":\"5.00\",\"asset\":\"USD\"},\"gateway\":\"card\"}";
    assertProblem(send(byCookie(body, id)), 403, "csrf_header_missing");
    assertThat(send(byCookie(body, id).header("X-Tally", "1")).statusCode()).isEqualTo(201);
  }

  @Test
  void another_ones_thing_is_not_found() throws Exception {
    when(road.topUp(any(), any(), any(UUID.class))).thenReturn(Optional.empty());
    assertProblem(send(get(port, "/api/v1/topups/" + UUID.randomUUID())), 404, "not_found");
    assertProblem(send(get(port, "/api/v1/topups/not-a-uuid")), 404, "not_found");
  }

  @Test
  void a_list_comes_in_pages() throws Exception {
    var all =
        List.of(1, 2, 3).stream()
            .map(n ->
                new Views.TopUp(
                    new UUID(0, n), "credited", Amount.of(USD, n), new UUID(1, n), null, null))
            .toList();
    when(road.topUps(any(), any(), eq(Page.REACH))).thenReturn(all);
    var first = json(send(get(port, "/api/v1/topups?limit=2")));
    assertThat(first.at("/items").size()).isEqualTo(2);
    var second =
        json(send(get(port, "/api/v1/topups?limit=2&after=" + first.at("/next").asString())));
    assertThat(second.at("/items/0/id").asString()).isEqualTo(new UUID(0, 3).toString());
    assertThat(second.at("/next").isNull()).isTrue();
    assertProblem(send(get(port, "/api/v1/topups?limit=201")), 400, "limit_malformed");
    assertProblem(send(get(port, "/api/v1/topups?limit=x")), 400, "limit_malformed");
    assertProblem(send(get(port, "/api/v1/topups?after=x")), 400, "cursor_malformed");
  }

  private HttpRequest.Builder byCookie(String body, String id) {
    return HttpRequest.newBuilder(at(port, "/api/v1/topups"))
        .header("Cookie", "tally_session=ann")
        .header("Content-Type", "application/json")
        .header(Ids.KEY, id)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder goodTopUp() {
    return post(
        "/api/v1/topups",
        "{\"amount\":{\"amount\":\"5.00\",\"asset\":\"USD\"},\"gateway\":\"card\"}");
  }
}
