package tally.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/// Takes the bank's webhooks, holds them back, and sends each on when its time has come: the same
/// bytes under the same signature.
final class Relay implements AutoCloseable {

  private static final String SIGNATURE = "Fake-Signature";
  private static final Pattern OBJECT = Pattern.compile("\"object\":\"([^\"]+)\"");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int BODY_MAX = 64 * 1024;

  /// What the bank wants told.
  private record Letter(byte[] body, String signature) {}

  private final HttpServer server;
  private final Map<String, Letter> held = new ConcurrentHashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  Relay() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::take);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readNBytes(BODY_MAX);
      var object = OBJECT.matcher(new String(body, java.nio.charset.StandardCharsets.UTF_8));
      if (object.find()) {
        var signature = exchange.getRequestHeaders().getFirst(SIGNATURE);
        held.put(object.group(1), new Letter(body, signature));
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  /// Whether the bank has told of this payment.
  boolean holds(String object) {
    return held.containsKey(object);
  }

  /// Waits until the bank has told of it, ten seconds at most.
  void await(String object) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds(object) && System.nanoTime() < end) {
      Thread.sleep(1);
    }
  }

  /// Sends on what the bank told of this payment; throws where it is not taken.
  void pass(String object, URI to) throws IOException, InterruptedException {
    var letter = held.get(object);
    if (letter == null) {
      throw new IllegalStateException("the bank has not told of " + object + " in time");
    }
    var request =
        HttpRequest.newBuilder(to)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .header(SIGNATURE, letter.signature())
            .POST(BodyPublishers.ofByteArray(letter.body()))
            .build();
    int status = http.send(request, BodyHandlers.discarding()).statusCode();
    if (status / 100 != 2) {
      throw new IllegalStateException(to + " answered " + status);
    }
  }

  @Override
  public void close() {
    http.close();
    server.stop(0);
  }
}
