package tally.cli;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// A person with a stubborn program: he tops up, buys, uses, finishes and takes the rest back,
/// again and again. Where nobody answers he says the same again under the same id.
final class Shopper implements Runnable {

  private static final Duration PATIENCE = Duration.ofSeconds(240);

  /// Among them some about which the bank tells twice, or in the wrong order.
  private static final List<String> AMOUNTS = List.of("25.00", "25.08", "25.09");

  /// What is under way.
  enum Phase {
    TOP_UP,
    PURCHASE,
    REFUND
  }

  private final List<Api> doors;
  private volatile int door;
  private final Outside outside;
  private final String offering;
  private final AtomicBoolean enough = new AtomicBoolean();
  private volatile Phase phase = Phase.TOP_UP;
  private volatile int rounds;
  private final HttpClient http = HttpClient.newHttpClient();

  /// @param doors his ways to one house; where one does not answer he takes the next
  Shopper(List<Api> doors, Outside outside, String offering) {
    this.doors = List.copyOf(doors);
    this.outside = outside;
    this.offering = offering;
  }

  Phase phase() {
    return phase;
  }

  /// Whole rounds, money in to money back.
  int rounds() {
    return rounds;
  }

  /// The round that is under way becomes the last.
  void enough() {
    enough.set(true);
  }

  @Override
  public void run() {
    while (!enough.get()) {
      phase = Phase.TOP_UP;
      topUp(AMOUNTS.get(rounds % AMOUNTS.size()));
      phase = Phase.PURCHASE;
      purchase();
      phase = Phase.REFUND;
      refund();
      rounds++;
    }
  }

  private void topUp(String amount) {
    var id = post("/topups", Map.of("amount", money(amount), "gateway", "card"));
    var path = "/topups/" + id;
    var waiting =
        await(
            path,
            node ->
                node.path("action").hasNonNull("url")
                    || node.path("state").asString().equals("credited"));
    if (waiting.path("action").hasNonNull("url")) {
      outside.pay(waiting.path("action").path("url").asString());
    }
    awaitState(path, "credited");
  }

  private void purchase() {
    var quote = post("/quotes", Map.of("offering", offering, "pays", money("5.00")));
    var path = "/purchases/" + post("/purchases", Map.of("quote", quote));
    awaitState(path, "running");
    use(path);
    stubborn(me -> me.post(path + "/finish", Map.of()));
    awaitState(path, "finished");
  }

  /// Fetches the whole film, anew where it broke off, as long as the service runs.
  private void use(String path) {
    var now = get(path);
    while (now.path("state").asString("").equals("running")) {
      if (now.path("url").isString() && fetched(now.path("url").asString() + "/film.bin")) {
        return;
      }
      Api.rest();
      now = get(path);
    }
  }

  private void refund() {
    awaitState("/refunds/" + post("/refunds", Map.of()), "completed");
  }

  /// Answers the id, under which alone it is said as often as needed.
  private String post(String path, Map<String, ?> body) {
    var id = UUID.randomUUID();
    return stubborn(me -> me.post(path, id, body)).required("id").asString();
  }

  private JsonNode get(String path) {
    return stubborn(me -> me.get(path));
  }

  private void awaitState(String path, String state) {
    await(
        path,
        node -> {
          var now = node.path("state").asString("");
          if (List.of("stalled", "refused", "failed", "declined").contains(now)) {
            throw new IllegalStateException(path + " is " + node);
          }
          return now.equals(state);
        });
  }

  private JsonNode await(String path, Predicate<JsonNode> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    var last = get(path);
    while (!wanted.test(last)) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(path + " stays " + last);
      }
      Api.rest();
      last = get(path);
    }
    return last;
  }

  /// Again and again while nobody answers, or the node says that it is in trouble.
  private <T> T stubborn(Function<Api, T> act) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return act.apply(doors.get(door % doors.size()));
      } catch (UncheckedIOException | Api.Refused e) {
        boolean passes = e instanceof UncheckedIOException || ((Api.Refused) e).status >= 500;
        if (!passes || System.nanoTime() - end > 0) {
          throw e;
        }
        door++;
        Api.rest();
      }
    }
  }

  private boolean fetched(String url) {
    var request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).GET().build();
    try {
      return http.sendAsync(request, BodyHandlers.ofByteArray())
              .get(20, TimeUnit.SECONDS)
              .statusCode()
          == 200;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException brokenOff) {
      return false;
    }
  }

  private static Map<String, String> money(String amount) {
    return Map.of("amount", amount, "asset", "USD");
  }
}
