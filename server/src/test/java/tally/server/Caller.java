package tally.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody at a door: JSON over HTTP, with a session or without.
final class Caller {

  static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private final URI base;
  private final String token;

  private Caller(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  static Caller at(URI base) {
    return new Caller(base, "");
  }

  /// An answer, good or not.
  record Answer(int status, JsonNode body, HttpHeaders headers) {

    /// Headers are many and say little.
    @Override
    public String toString() {
      return status + " " + body;
    }

    String code() {
      return body.path("code").asString("");
    }

    boolean replayed() {
      return headers.firstValue("Idempotency-Replayed").isPresent();
    }

    /// The body, of an answer with this status.
    JsonNode need(int wanted) {
      assertThat(status).as("%s", body).isEqualTo(wanted);
      return body;
    }

    /// The id of what was made.
    String id() {
      return need(201).path("id").asString();
    }
  }

  String session() {
    return token;
  }

  Caller as(String session) {
    return new Caller(base, session);
  }

  /// Follows a one-time link into its session.
  Caller follow(URI link) {
    var answer = send(HttpRequest.newBuilder(link).GET());
    return as(
        answer.headers().allValues("set-cookie").stream()
            .filter(cookie -> cookie.startsWith("tally_session="))
            .map(cookie -> cookie.substring("tally_session=".length()).split(";", 2)[0])
            .findFirst()
            .orElseThrow());
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  Answer post(String path, UUID id, Object body) {
    return post(path, id.toString(), JSON.writeValueAsString(body));
  }

  /// @param key empty for none
  Answer post(String path, String key, String body) {
    var request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return send(key.isEmpty() ? request : request.header("Idempotency-Key", key));
  }

  /// The pay door of x402.
  Answer pay(UUID delivery, String header) {
    return send(
        request("/pay/" + delivery)
            .header("PAYMENT-SIGNATURE", header)
            .POST(BodyPublishers.noBody()));
  }

  JsonNode awaitState(String path, String state) {
    return until(path + " is " + state, () -> get(path).need(200), it -> state(it).equals(state));
  }

  static String state(JsonNode thing) {
    return thing.path("state").asString("");
  }

  /// Asks again until the answer is as wanted.
  static <T> T until(String what, Supplier<T> ask, Predicate<T> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var now = ask.get();
      if (wanted.test(now)) {
        return now;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain until " + what + "; last: " + now);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  static Map<String, String> money(String amount, String asset) {
    return Map.of("amount", amount, "asset", asset);
  }

  // What a person does.

  Answer orderTopUp(UUID id, String amount) {
    return post("/api/v1/topups", id, Map.of("amount", money(amount, "USD"), "gateway", "card"));
  }

  /// Orders, and pays on the bank's page; answers where to look at it.
  String payIn(String amount) {
    var path = "/api/v1/topups/" + orderTopUp(UUID.randomUUID(), amount).id();
    var waiting =
        until(
            "the pay page of " + amount,
            () -> get(path).need(200),
            it -> it.path("action").hasNonNull("url"));
    press(waiting.path("action").path("url").asString());
    return path;
  }

  JsonNode topUp(String amount) {
    return awaitState(payIn(amount), "credited");
  }

  /// Presses a button of the bank's page; the bank may keep its answer to itself.
  static void press(String page) {
    var request = HttpRequest.newBuilder(URI.create(page)).POST(BodyPublishers.noBody());
    try {
      var answer = HTTP.send(request.build(), BodyHandlers.discarding());
      assertThat(answer.statusCode()).isLessThan(400);
      var next = answer.headers().firstValue("Location").orElse("");
      if (next.endsWith("/secure")) {
        press(URI.create(page).resolve(next).toString());
      }
    } catch (IOException lost) {
      assertThat(lost).hasMessageContaining("no bytes");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Of one MiB a portion, at 0.01 TUSD.
  Answer offer(UUID id, String title, String folder) {
    return post(
        "/api/v1/offerings",
        id,
        Map.of(
            "title",
            title,
            "adapter",
            "http",
            "source",
            Map.of("folder", folder),
            "unit",
            "byte",
            "price",
            money("0.01", "TUSD"),
            "per",
            1 << 20,
            "portion",
            1 << 20,
            "lagMax",
            4 << 20));
  }

  Answer quote(UUID id, String offering, String pays) {
    return post("/api/v1/quotes", id, Map.of("offering", offering, "pays", money(pays, "USD")));
  }

  Answer purchase(UUID id, String quote) {
    return post("/api/v1/purchases", id, Map.of("quote", quote));
  }

  Answer refund(UUID id, String amount) {
    return post("/api/v1/refunds", id, Map.of("amount", money(amount, "USD")));
  }

  String available() {
    return balance("available");
  }

  String balance(String part) {
    return get("/api/v1/balance").need(200).path(part).path("amount").asString();
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(base.resolve(path));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      var answer = HTTP.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
      var type = answer.headers().firstValue("content-type").orElse("");
      var body =
          type.contains("json") && !answer.body().isEmpty()
              ? JSON.readTree(answer.body())
              : JSON.createObjectNode();
      return new Answer(answer.statusCode(), body, answer.headers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
