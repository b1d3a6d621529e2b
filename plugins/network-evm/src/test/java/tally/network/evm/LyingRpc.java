package tally.network.evm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An endpoint between a node and an honest one: it passes on what it hears, until it is told to
/// lie, to keep silent, or to go.
final class LyingRpc implements AutoCloseable {

  static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final URI honest;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, UnaryOperator<JsonNode>> lies = new ConcurrentHashMap<>();
  private volatile CountDownLatch silence = new CountDownLatch(0);
  private volatile byte[] garbage = new byte[0];
  private HttpServer server;

  private LyingRpc(URI honest) {
    this.honest = honest;
    this.server = listen(0);
  }

  static LyingRpc before(URI honest) {
    return new LyingRpc(honest);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Changes the answers to one method from now on: the whole of them, with `result` or `error`.
  LyingRpc lie(String method, UnaryOperator<JsonNode> lie) {
    lies.put(method, lie);
    return this;
  }

  /// Puts another value into the result's field.
  LyingRpc lie(String method, String field, String value) {
    return lie(
        method,
        answer -> {
          if (answer.path("result") instanceof ObjectNode result) {
            result.put(field, value);
          }
          return answer;
        });
  }

  void tellTheTruth() {
    lies.clear();
    garbage = new byte[0];
  }

  /// Answers everything with these bytes.
  void babble(byte[] bytes) {
    garbage = bytes;
  }

  void fallSilent() {
    silence = new CountDownLatch(1);
  }

  void speakAgain() {
    silence.countDown();
  }

  void goAway() {
    server.stop(0);
  }

  void comeBack() {
    server = listen(server.getAddress().getPort());
  }

  private HttpServer listen(int port) {
    try {
      var made =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      made.createContext("/", this::answer);
      made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      made.start();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var method = MAPPER.readTree(body).path("method").asString();
      if (!silence.await(1, TimeUnit.MINUTES)) {
        return;
      }
      var said = garbage.length > 0 ? garbage : told(method, body);
      exchange.sendResponseHeaders(200, said.length);
      exchange.getResponseBody().write(said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] told(String method, byte[] body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(honest)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
    var lie = lies.get(method);
    return lie == null ? answer : MAPPER.writeValueAsBytes(lie.apply(MAPPER.readTree(answer)));
  }

  @Override
  public void close() {
    speakAgain();
    server.stop(0);
    client.close();
  }
}
