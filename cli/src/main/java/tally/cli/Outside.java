package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The bank outside: its pages and its store. What a person, or the world, does there.
final class Outside {

  private static final JsonMapper JSON = JsonMapper.shared();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final URI bank;
  private int answersLost;

  Outside(URI bank) {
    this.bank = bank;
  }

  /// A person presses "Pay" on the hosted page.
  void pay(String page) {
    try {
      var response = send(HttpRequest.newBuilder(URI.create(page)).POST(BodyPublishers.noBody()));
      if (response.statusCode() >= 400) {
        throw new IllegalStateException("the pay page answered " + response.statusCode());
      }
    } catch (UncheckedIOException lost) {
      answersLost++;
    }
  }

  /// How often a person's browser heard nothing of a payment that he made.
  int answersLost() {
    return answersLost;
  }

  /// A person asks his bank for a payment back; answers the bank's name of the dispute.
  String dispute(String object) {
    return json(bank.resolve("/outside/dispute"), Map.of("object", object))
        .required("dispute")
        .asString();
  }

  /// The house pays money of its own in at the bank.
  void lend(String asset, String units) {
    json(bank.resolve("/outside/deposit"), Map.of("asset", asset, "units", units));
  }

  void decide(String dispute, boolean won) {
    json(bank.resolve("/outside/dispute/" + dispute + "/decide"), Map.of("won", won));
  }

  /// The bank's own store, read as anyone may who sits there.
  JsonNode store() {
    return JSON.readTree(send(HttpRequest.newBuilder(bank.resolve("/outside/store")).GET()).body());
  }

  private JsonNode json(URI to, Map<String, ?> body) {
    var response =
        send(
            HttpRequest.newBuilder(to)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    if (response.statusCode() >= 400) {
      throw new IllegalStateException(
          to + " answered " + response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
