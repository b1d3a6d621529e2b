package tally.network.evm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import tally.x402.Address;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The hands that move a local chain's outside, by JSON-RPC 2.0 on the loopback address:
/// `local_facts`, `local_appoint {treasury, operator}`, `local_deal {address, units}`,
/// `local_elapse {seconds}`, `local_mine {blocks}`.
final class LocalDoor implements AutoCloseable {

  private static final int BODY_MAX = 1 << 16;
  private static final int BLOCKS_MAX = 1000;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final LocalChain chain;
  private final HttpServer server;

  private LocalDoor(LocalChain chain, HttpServer server) {
    this.chain = chain;
    this.server = server;
  }

  static LocalDoor open(LocalChain chain, int port) {
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      var door = new LocalDoor(chain, HttpServer.create(address, 0));
      door.server.createContext("/", door::answer);
      door.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      door.server.start();
      return door;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readNBytes(BODY_MAX + 1);
      if (body.length > BODY_MAX) {
        exchange.sendResponseHeaders(413, -1);
        return;
      }
      var json = MAPPER.writeValueAsBytes(reply(body));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, json.length);
      exchange.getResponseBody().write(json);
    }
  }

  private JsonNode reply(byte[] body) {
    var reply = MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    try {
      var asked = MAPPER.readTree(body);
      return reply.set("result", act(asked.path("method").asString(""), asked.path("params")));
    } catch (RuntimeException refused) {
      reply.putObject("error").put("code", -32_000).put("message", String.valueOf(refused));
      return reply;
    }
  }

  /// One at a time: a development chain's own accounts share their nonces.
  private synchronized JsonNode act(String method, JsonNode asked) {
    switch (method) {
      case "local_facts" -> {}
      case "local_appoint" -> chain.appoint(address(asked, "treasury"), address(asked, "operator"));
      case "local_deal" ->
          chain.deal(address(asked, "address"), new BigInteger(asked.required("units").asString()));
      case "local_elapse" -> chain.elapse(Duration.ofSeconds(asked.required("seconds").asLong()));
      case "local_mine" -> chain.mine(Math.clamp(asked.required("blocks").asInt(), 0, BLOCKS_MAX));
      default -> throw new IllegalArgumentException("unknown method " + method);
    }
    return MAPPER.readTree(chain.facts());
  }

  private static Address address(JsonNode asked, String name) {
    return new Address(asked.required(name).asString());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
