package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One person's way to a node: JSON over HTTP, with his session.
public final class Api {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private final HttpClient http;
  private final URI base;
  private final Duration patience;
  private final @Nullable String token;

  private Api(HttpClient http, URI base, Duration patience, @Nullable String token) {
    this.http = http;
    this.base = base;
    this.patience = patience;
    this.token = token;
  }

  public static Api at(URI base) {
    return at(base, PATIENCE);
  }

  /// @param patience for one answer
  static Api at(URI base, Duration patience) {
    var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    return new Api(http, base, patience, null);
  }

  /// How the query of a sign-in link begins.
  private static final String TOKEN = "token=";

  /// The node's no, by its stable code.
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    final int status;
    final String code;
    final String detail;

    Refused(int status, String code, String detail) {
      super(status + " " + code + ": " + detail);
      this.status = status;
      this.code = code;
      this.detail = detail;
    }
  }

  public Api as(String sessionToken) {
    return new Api(http, base, patience, sessionToken);
  }

  /// Follows a one-time sign-in link as a program does; answers the way of whom it signs in.
  Api follow(URI link) {
    var query = Optional.ofNullable(link.getQuery()).orElse("");
    if (!query.startsWith(TOKEN)) {
      throw new Refused(0, "link_unreadable", link + " is no sign-in link");
    }
    var opened = post("/session/follow", Map.of("token", query.substring(TOKEN.length())));
    return as(opened.at("/token").asString());
  }

  public JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  JsonNode delete(String path) {
    return send(request(path).DELETE().build());
  }

  /// Empty where the node says that there is nothing.
  Optional<JsonNode> find(String path) {
    try {
      return Optional.of(get(path));
    } catch (Refused refused) {
      if (refused.status == 404) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /// Whom the node lets in by this way; empty without a session.
  Optional<String> session() {
    return Optional.ofNullable(token);
  }

  /// Every item of a list, page by page; at most a hundred pages.
  List<JsonNode> all(String path) {
    var items = new ArrayList<JsonNode>();
    var after = "";
    for (int page = 0; page < 100; page++) {
      var answer = get(path + "?limit=200" + after);
      answer.path("items").forEach(items::add);
      if (!answer.hasNonNull("next")) {
        break;
      }
      after = "&after=" + URLEncoder.encode(answer.path("next").asString(), StandardCharsets.UTF_8);
    }
    return items;
  }

  public JsonNode post(String path, Map<String, ?> body) {
    return post(path, UUID.randomUUID(), body);
  }

  JsonNode post(String path, UUID id, Map<String, ?> body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", id.toString())
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build());
  }

  /// Says it again while it is refused with this code, at most 90 seconds.
  void postOnce(String path, String tooEarly) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        post(path, Map.of());
        return;
      } catch (Refused refused) {
        if (!refused.code.equals(tooEarly) || System.nanoTime() - end > 0) {
          throw refused;
        }
        rest();
      }
    }
  }

  /// Reads again until the answer is as wanted, at most 90 seconds.
  JsonNode await(String path, String what, Predicate<JsonNode> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    JsonNode last;
    do {
      last = get(path);
      if (wanted.test(last)) {
        return last;
      }
      rest();
    } while (System.nanoTime() < end);
    throw new IllegalStateException("waited in vain for " + what + "; last: " + last);
  }

  /// The state that is waited for, or one that never becomes it.
  JsonNode awaitState(String path, String state) {
    return await(
        path,
        state,
        node -> {
          var now = node.path("state").asString("");
          if (!now.equals(state) && (now.equals("stalled") || now.equals("refused"))) {
            throw new IllegalStateException(path + " is " + now + ": " + node);
          }
          return now.equals(state);
        });
  }

  static void rest() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    var builder = HttpRequest.newBuilder(base.resolve("/api/v1" + path)).timeout(patience);
    return token == null ? builder : builder.header("Authorization", "Bearer " + token);
  }

  private JsonNode send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofString());
      var body =
          response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
      if (response.statusCode() >= 400) {
        throw new Refused(
            response.statusCode(),
            body.path("code").asString("unknown"),
            body.path("detail").asString(""));
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
