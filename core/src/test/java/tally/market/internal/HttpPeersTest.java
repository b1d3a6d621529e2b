package tally.market.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.delivery.DeliveryId;
import tally.delivery.port.Adapter.Access;
import tally.market.Offering;
import tally.market.Peers.Admission;
import tally.market.Peers.Payment;
import tally.market.Peers.Unreachable;
import tally.money.Quantity;
import tally.money.Unit;
import tally.x402.Address;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HttpPeersTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static TestDatabase database;

  private final DeliveryId delivery = new DeliveryId(UUID.randomUUID());
  private final List<Heard> heard = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private HttpPeers peers;
  private Offering offering;
  private Said says = new Said(404, "", Map.of());

  private record Heard(String method, String path, String body, String payment) {}

  private record Said(int status, String body, Map<String, String> headers) {}

  @BeforeAll
  static void open() {
    database = TestDatabase.fresh();
  }

  @AfterAll
  static void shut() {
    database.close();
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    offering = Fixtures.anOffering(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    peers = peers(Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    hanging.countDown();
    peers.close();
    server.stop(0);
    threads.close();
  }

  private HttpPeers peers(Duration patience) {
    return new HttpPeers(
        new JdbcProofs(database.jdbc()),
        network -> Map.of("fake", "eip155:31337").get(network),
        patience,
        () -> Instant.parse("2026-11-01T12:00:00Z"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      var payment = exchange.getRequestHeaders().getFirst("PAYMENT-SIGNATURE");
      heard.add(
          new Heard(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              body,
              payment == null ? "" : payment));
      says.headers().forEach(exchange.getResponseHeaders()::set);
      var bytes = says.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(says.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static Said problem(int status, String code, String detail) {
    return new Said(
        status,
        "{\"type\":\"about:blank\",\"title\":\"No\",\"status\":%d,\"detail\":\"%s\",\"code\":\"%s\",\"more\":{}}"
            .formatted(status, detail, code),
        Map.of("Content-Type", "application/problem+json"));
  }

  private Admission ask() {
    return peers.ask(offering, delivery, Fixtures.CONFIG, Fixtures.aVoucher(0));
  }

  private Payment pay() {
    return peers.pay(offering, delivery, Fixtures.CONFIG, Fixtures.aVoucher(77));
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  @Test
  void access_is_asked_for_with_the_channel_and_its_proof() {
    says =
        new Said(
            200, "{\"access\":{\"url\":\"http://127.0.0.1:9/s/1\",\"token\":\"t0k\"}}", Map.of());
    assertThat(ask())
        .isEqualTo(new Admission.Admitted(new Access(URI.create("http://127.0.0.1:9/s/1"), "t0k")));
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst().method()).isEqualTo("POST");
    assertThat(heard.getFirst().path()).isEqualTo("/peer/access");
    var said = json(heard.getFirst().body());
    assertThat(said.get("offering").asString()).isEqualTo(offering.id().value().toString());
    assertThat(said.get("delivery").asString()).isEqualTo(delivery.value().toString());
    var config = said.get("channelConfig");
    assertThat(config.get("withdrawDelay").isNumber()).isTrue();
    assertThat(new Address(config.get("payerAuthorizer").asString()))
        .isEqualTo(Fixtures.CONFIG.payerAuthorizer());
    assertThat(config.get("receiver").asString()).isEqualTo(Fixtures.SELLER.checksummed());
    assertThat(said.get("proof").get("maxClaimableAmount").asString()).isEqualTo("0");
    assertThat(said.get("proof").get("channelId").asString()).isEqualTo(Fixtures.CHANNEL.hex());
  }

  @Test
  void a_refused_access_answers_the_sellers_code_and_words() {
    says = problem(422, "offering_unknown", "There is no such offering.");
    assertThat(ask())
        .isEqualTo(new Admission.Refused("offering_unknown", "There is no such offering."));
    says = problem(402, "deposit_too_small", "x".repeat(10_000));
    assertThat(((Admission.Refused) ask()).text()).hasSize(PeerWire.TEXT_MAX);
  }

  @Test
  void a_voucher_travels_in_the_header_of_the_protocol_and_the_sellers_count_comes_back() {
    says = new Said(200, "{\"claimed\":1048576}", Map.of());
    assertThat(pay()).isEqualTo(new Payment.Taken(new Quantity(Unit.BYTE, 1_048_576)));
    assertThat(heard.getFirst().path()).isEqualTo("/pay/" + delivery.value());
    var payload = json(new String(Base64.getDecoder().decode(heard.getFirst().payment()), UTF_8));
    assertThat(payload.get("x402Version").asInt()).isEqualTo(2);
    var accepted = payload.get("accepted");
    assertThat(accepted.get("scheme").asString()).isEqualTo("batch-settlement");
    assertThat(accepted.get("network").asString()).isEqualTo("eip155:31337");
    assertThat(accepted.get("amount").asString()).isEqualTo("98");
    assertThat(accepted.get("payTo").asString()).isEqualTo(Fixtures.SELLER.checksummed());
    assertThat(payload.get("payload").get("type").asString()).isEqualTo("voucher");
    var voucher = payload.get("payload").get("voucher");
    assertThat(voucher.get("maxClaimableAmount").asString()).isEqualTo("77");
    assertThat(voucher.get("signature").asString())
        .isEqualTo(Fixtures.aVoucher(77).signature().hex());
  }

  @Test
  void a_refused_voucher_answers_what_the_seller_holds() {
    var code = "invalid_batch_settlement_evm_cumulative_amount_mismatch";
    var required =
        "{\"x402Version\":2,\"error\":\"%s\",\"accepts\":[{\"scheme\":\"batch-settlement\",\"extra\":{\"channelState\":{\"chargedCumulativeAmount\":\"4200\"}}}]}"
            .formatted(code);
    var header = Base64.getEncoder().encodeToString(required.getBytes(UTF_8));
    var problem = problem(402, code, "Behind.");
    says = new Said(402, problem.body(), Map.of("PAYMENT-REQUIRED", header));
    assertThat(pay()).isEqualTo(new Payment.Refused(code, "Behind.", BigInteger.valueOf(4_200)));
    says = new Said(402, problem.body(), Map.of("PAYMENT-REQUIRED", "not base64!"));
    assertThat(pay()).isEqualTo(new Payment.Refused(code, "Behind.", BigInteger.ZERO));
    says = problem;
    assertThat(pay()).isEqualTo(new Payment.Refused(code, "Behind.", BigInteger.ZERO));
  }

  @Test
  void finishing_shows_the_proof_again_also_after_a_restart() {
    says =
        new Said(200, "{\"access\":{\"url\":\"http://127.0.0.1:9/\",\"token\":\"t\"}}", Map.of());
    ask();
    peers.close();
    peers = peers(Duration.ofSeconds(5));
    says = new Said(200, "{\"claimed\":12}", Map.of());
    assertThat(peers.finish(offering, delivery)).isEqualTo(new Quantity(Unit.BYTE, 12));
    var said = json(heard.getLast().body());
    assertThat(heard.getLast().path()).isEqualTo("/peer/finish");
    assertThat(said.get("delivery").asString()).isEqualTo(delivery.value().toString());
    assertThat(said.get("voucher").get("maxClaimableAmount").asString()).isEqualTo("0");
    says = problem(422, "delivery_unknown", "");
    assertThatThrownBy(() -> peers.finish(offering, delivery))
        .isInstanceOf(Unreachable.class)
        .hasMessageContaining("delivery_unknown");
  }

  @Test
  void what_is_not_an_answer_of_the_protocol_is_no_answer() {
    var strange =
        List.of(
            new Said(200, "", Map.of()),
            new Said(200, "<html>", Map.of()),
            new Said(200, "[]", Map.of()),
            new Said(
                200,
                "{\"claimed\":-1,\"access\":{\"url\":\"file:///etc/passwd\",\"token\":\"t\"}}",
                Map.of()),
            new Said(200, "{\"claimed\":1,\"claimed\":2}", Map.of()),
            new Said(302, "", Map.of("Location", "http://127.0.0.1:9/")),
            new Said(402, "no document", Map.of()),
            problem(422, "NOT A CODE", ""),
            problem(429, "slow_down", ""),
            problem(503, "offering_unknown", ""),
            new Said(
                200,
                "{\"claimed\":1,\"pad\":\"" + "x".repeat(HttpPeers.BODY_MAX) + "\"}",
                Map.of()));
    for (var said : strange) {
      says = said;
      assertThatThrownBy(this::ask).as("ask: %s", said.status()).isInstanceOf(Unreachable.class);
      assertThatThrownBy(this::pay).as("pay: %s", said.status()).isInstanceOf(Unreachable.class);
    }
  }

  @Test
  void a_closed_door_and_one_that_never_answers_are_both_unreachable() throws IOException {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    offering = Fixtures.anOffering(URI.create("http://127.0.0.1:" + free + "/"));
    assertThatThrownBy(this::pay).isInstanceOf(Unreachable.class);

    offering =
        Fixtures.anOffering(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
    server.removeContext("/");
    server.createContext("/", this::hang);
    peers.close();
    peers = peers(Duration.ofMillis(200));
    assertThatThrownBy(this::pay).isInstanceOf(Unreachable.class);
  }

  /// Sends the headers and half of the body, then nothing more.
  private void hang(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, 100);
      exchange.getResponseBody().write("{\"claimed\":".getBytes(UTF_8));
      exchange.getResponseBody().flush();
      hanging.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
