package tally.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.money.Quantity;
import tally.money.Unit;

/// Selling what another server answers.
class UpstreamTest extends Shop {

  private static final String NOBODY = "http://127.0.0.1:1/";
  private final Echo upstream;

  UpstreamTest() throws IOException {
    upstream = new Echo();
  }

  @AfterEach
  void end() {
    upstream.close();
  }

  @Override
  String sells() {
    return upstream.url() + ", " + NOBODY;
  }

  @Test
  void an_upstream_is_passed_on_whole_and_bytes_count_both_ways() throws Exception {
    var url = trade(Map.of("upstream", upstream.url() + "/base"), Unit.BYTE, 10L * MIB);
    var body = new byte[300_000];
    new Random(3).nextBytes(body);
    var request =
        HttpRequest.newBuilder(url.resolve("/some/path?x=1%20y"))
            .header("Authorization", "Basic mine")
            .header("X-Mine", "kept")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    var answer = send(request, BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("x-saw"))
        .contains("POST /base/some/path?x=1%20y Basic mine kept");
    await(() -> served() == 600_000 && received() == 600_000);
    var chunked = BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body));
    assertThat(
            send(
                    HttpRequest.newBuilder(url.resolve("/")).PUT(chunked).build(),
                    BodyHandlers.ofByteArray())
                .body())
        .isEqualTo(body);
    await(() -> served() == 1_200_000 && received() == 1_200_000);
  }

  @Test
  void an_upstream_redirect_is_an_answer_and_is_not_followed() throws Exception {
    var url = trade(Map.of("upstream", upstream.url()), Unit.BYTE, MIB);
    var answer = send(get(url, "/moved"), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("location")).contains("http://127.0.0.1:1/elsewhere");
    for (var up : new String[] {"/%2e%2e/x", "/..;/x", "/%2e%2e;a=b/x"}) {
      assertThat(send(get(url, up), BodyHandlers.ofString()).statusCode()).as(up).isEqualTo(404);
    }
  }

  @Test
  void calls_are_counted_one_by_one_and_refused_beyond_the_ceiling() throws Exception {
    var url = trade(Map.of("upstream", upstream.url()), Unit.CALL, 2);
    for (int expected : new int[] {200, 200, 402, 402}) {
      assertThat(send(get(url, "/x"), BodyHandlers.ofString()).statusCode()).isEqualTo(expected);
    }
    assertThat(served()).isEqualTo(2);
    assertThat(received()).isEqualTo(2);
    adapter.allow(delivery, new Quantity(Unit.CALL, 3));
    assertThat(send(get(url, "/x"), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    await(() -> served() == 3);
    assertThat(received()).isEqualTo(3);
  }

  @Test
  void a_call_that_never_reached_the_upstream_is_not_counted() throws Exception {
    var url = trade(Map.of("upstream", NOBODY), Unit.CALL, 2);
    assertThat(send(get(url, "/x"), BodyHandlers.ofString()).statusCode()).isEqualTo(502);
    await(() -> served() == 0);
    assertThat(received()).isZero();
  }

  /// An upstream that answers what it was sent, and says what it saw.
  private static final class Echo implements AutoCloseable {
    private final HttpServer server;

    Echo() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            var seen = exchange.getRequestHeaders();
            exchange
                .getResponseHeaders()
                .set(
                    "X-Saw",
                    exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestURI()
                        + " "
                        + seen.getFirst("Authorization")
                        + " "
                        + seen.getFirst("X-Mine"));
            var body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestURI().getPath().equals("/moved")) {
              exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
              exchange.sendResponseHeaders(302, -1);
            } else {
              exchange.sendResponseHeaders(200, body.length == 0 ? -1 : 0);
              exchange.getResponseBody().write(body);
            }
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
