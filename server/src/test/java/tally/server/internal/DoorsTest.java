package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.when;

import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import tally.custody.Custody;
import tally.ledger.Book;
import tally.market.Offerings;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;
import tally.network.Follower;
import tally.network.Transactions;
import tally.party.Parties;
import tally.party.Party;
import tally.payment.Disputes;
import tally.payment.Inbox;
import tally.payment.Payments;
import tally.x402.Address;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(
    classes = DoorsTest.App.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "tally.public.port=0")
class DoorsTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(
      exclude = {
        DataSourceAutoConfiguration.class,
        FlywayAutoConfiguration.class,
        UserDetailsServiceAutoConfiguration.class
      })
  @ComponentScan(
      basePackages = "tally.server.internal",
      excludeFilters =
          @ComponentScan.Filter(
              type = FilterType.ASSIGNABLE_TYPE,
              classes = {
                StorageConfiguration.class,
                WiringConfiguration.class,
                WorkersConfiguration.class
              }))
  static class App {}

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Asset USD = Asset.of("USD/2");
  private final Party ann =
      new Party(new Party.Id(new UUID(1, 1)), Tenant.HOUSE, "ann", Set.of(Party.Role.PERSON));
  private final HttpClient client = HttpClient.newHttpClient();

  @LocalServerPort int port;
  @Autowired PublicListener listener;
  @MockitoBean Road road;
  @MockitoBean Parties parties;
  @MockitoBean Book book;
  @MockitoBean Offerings offerings;
  @MockitoBean Custody custody;
  @MockitoBean Transactions transactions;
  @MockitoBean Follower follower;
  @MockitoBean Payments payments;
  @MockitoBean Disputes disputes;
  @MockitoBean Inbox inbox;
  @MockitoBean Accounts accounts;
  @MockitoBean Storage storage;

  @BeforeEach
  void ann_is_signed_in() {
    when(parties.session("ann")).thenReturn(Optional.of(ann));
    when(road.topUp(any(), any(), any(), any(), any()))
        .thenAnswer(it ->
            new Road.Answer.Done<>(
                new Views.TopUp(
                    it.getArgument(2), "waiting", it.getArgument(3), new UUID(0, 9), null, null),
                false));
  }

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
  void a_cookie_changes_nothing_without_the_header_that_no_foreign_page_can_send()
      throws Exception {
    var id = UUID.randomUUID().toString();
    var body = "{\"amount\":{\"amount\":\"5.00\",\"asset\":\"USD\"},\"gateway\":\"card\"}";
    assertProblem(send(byCookie(body, id)), 403, "csrf_header_missing");
    assertThat(send(byCookie(body, id).header("X-Tally", "1")).statusCode()).isEqualTo(201);
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

  @Test
  void an_unpaid_delivery_says_how_to_pay() throws Exception {
    when(road.due(any()))
        .thenReturn(
            Optional.of(
                new Road.Due(
                    "eip155:31337",
                    BigInteger.TEN,
                    Address.ZERO,
                    Address.ZERO,
                    900,
                    Address.ZERO)));
    var path = "/pay/" + UUID.randomUUID();
    var unpaid = send(publicPost(path, "{}"));
    assertProblem(unpaid, 402, "payment_required");
    var offer = decoded(unpaid, "PAYMENT-REQUIRED");
    assertThat(offer.at("/accepts/0/scheme").asString()).isEqualTo("batch-settlement");
    assertThat(offer.at("/accepts/0/amount").asString()).isEqualTo("10");
    assertProblem(
        send(publicPost(path, "").header("PAYMENT-SIGNATURE", "?")), 402, "invalid_payload");
    var standing =
        new Road.Standing(
            BigInteger.valueOf(100), BigInteger.ONE, BigInteger.TWO, Optional.empty());
    when(road.pay(any(), any(), any()))
        .thenReturn(
            new Road.Paid.Refused(
                "invalid_batch_settlement_evm_cumulative_amount_mismatch",
                "No.",
                Optional.of(standing)));
    var stale = send(publicPost(path, "").header("PAYMENT-SIGNATURE", payment()));
    assertProblem(stale, 402, "invalid_batch_settlement_evm_cumulative_amount_mismatch");
    assertThat(
            decoded(stale, "PAYMENT-REQUIRED")
                .at("/accepts/0/extra/channelState/balance")
                .asString())
        .isEqualTo("100");
    when(road.pay(any(), any(), any()))
        .thenReturn(new Road.Paid.Taken(new Quantity(Unit.BYTE, 42), BigInteger.ONE, standing));
    var paid = send(publicPost(path, "").header("PAYMENT-SIGNATURE", payment()));
    assertThat(paid.statusCode()).isEqualTo(200);
    assertThat(decoded(paid, "PAYMENT-RESPONSE").at("/extra/claimedCount").asLong()).isEqualTo(42);
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

  private static String payment() {
    var zero = "0x" + "0".repeat(40);
    var config =
        Map.of(
            "payer",
            zero,
            "payerAuthorizer",
            zero,
            "receiver",
            zero,
            "receiverAuthorizer",
            zero,
            "token",
            zero,
            "withdrawDelay",
            900,
            "salt",
            "0x" + "0".repeat(64));
    var voucher =
        Map.of(
            "channelId",
            "0x" + "1".repeat(64),
            "maxClaimableAmount",
            "7",
            "signature",
            "0x" + "2".repeat(130));
    var body =
        Map.of(
            "x402Version",
            2,
            "accepted",
            Map.of(),
            "payload",
            Map.of("type", "voucher", "channelConfig", config, "voucher", voucher));
    return Base64.getEncoder().encodeToString(MAPPER.writeValueAsBytes(body));
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

  private HttpRequest.Builder post(String path, String body) {
    return HttpRequest.newBuilder(at(port, path))
        .header("Authorization", "Bearer ann")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder publicPost(String path, String body) {
    return HttpRequest.newBuilder(at(listener.port(), path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static HttpRequest.Builder get(int port, String path) {
    return HttpRequest.newBuilder(at(port, path)).header("Authorization", "Bearer ann");
  }

  private static URI at(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return MAPPER.readTree(answer.body());
  }

  private static JsonNode decoded(HttpResponse<String> answer, String header) {
    return MAPPER.readTree(
        Base64.getDecoder().decode(answer.headers().firstValue(header).orElseThrow()));
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(json(answer).at("/code").asString()).isEqualTo(code);
    assertThat(json(answer).at("/status").asInt()).isEqualTo(status);
  }
}
