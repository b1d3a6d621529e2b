package tally.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tally.delivery.port.Adapter.Access;
import tally.money.Quantity;
import tally.money.Unit;
import tally.plugin.Settings;

class SellingTest {

  private static final int MIB = 1 << 20;
  @TempDir Path home;
  private final UUID delivery = new UUID(3, 3);
  private final HttpClient program = HttpClient.newHttpClient();
  private Instant now = Instant.EPOCH;
  private final InstantSource clock = () -> now;
  private HttpAdapter adapter;
  private Path folder;

  @BeforeEach
  void open() throws IOException {
    var settings =
        new Settings(Map.of("waitSeconds", "1", "headSeconds", "1", "connectionsMax", "16"));
    adapter = new HttpAdapter(HttpSettings.of(settings), clock, new Random(1));
    folder = Files.createDirectory(home.resolve("shop"));
    Files.writeString(folder.resolve("a.txt"), "0123456789");
    Files.writeString(home.resolve("secret.txt"), "secret");
  }

  @AfterEach
  void close() {
    program.shutdownNow();
    adapter.close();
  }

  @Test
  void sixty_four_mebibytes_come_through_whole_and_both_sides_count_them() throws Exception {
    var sent = MessageDigest.getInstance("SHA-256");
    var chance = new Random(5);
    try (var file =
        new DigestOutputStream(Files.newOutputStream(folder.resolve("big.bin")), sent)) {
      var part = new byte[MIB];
      for (int i = 0; i < 64; i++) {
        chance.nextBytes(part);
        file.write(part);
      }
    }
    var url = trade(Map.of("folder", folder.toString()), Unit.BYTE, 65L * MIB);
    var got = MessageDigest.getInstance("SHA-256");
    try (var body = send(get(url, "/big.bin"), BodyHandlers.ofInputStream()).body()) {
      body.transferTo(new DigestOutputStream(java.io.OutputStream.nullOutputStream(), got));
    }
    assertThat(got.digest()).isEqualTo(sent.digest());
    await(() -> served() == 64L * MIB);
    assertThat(received()).isEqualTo(64L * MIB);
  }

  @Test
  void ranges_are_served_and_counted_by_what_they_are() throws Exception {
    var url = folder(1000);
    assertThat(range(url, "bytes=2-4")).isEqualTo("206 234 bytes 2-4/10");
    assertThat(range(url, "bytes=7-")).isEqualTo("206 789 bytes 7-9/10");
    assertThat(range(url, "bytes=-2")).isEqualTo("206 89 bytes 8-9/10");
    assertThat(range(url, "bytes=5-100")).isEqualTo("206 56789 bytes 5-9/10");
    assertThat(range(url, "bytes=10-")).isEqualTo("416  ");
    assertThat(range(url, "bytes=4-2")).isEqualTo("200 0123456789 ");
    assertThat(range(url, "bytes=0-1,3-4")).isEqualTo("200 0123456789 ");
    await(() -> served() == 3 + 3 + 2 + 5 + 20);
    assertThat(received()).isEqualTo(served());
  }

  @Test
  void a_head_has_the_length_and_no_body_and_a_seen_file_is_not_sent_again() throws Exception {
    var url = folder(0);
    var head =
        send(HttpRequest.newBuilder(url.resolve("/a.txt")).HEAD().build(), BodyHandlers.ofString());
    assertThat(head.headers().firstValue("content-length")).contains("10");
    var tag = head.headers().firstValue("etag").orElseThrow();
    var seen = send(get(url, "/a.txt", "If-None-Match", tag), BodyHandlers.ofString());
    assertThat(seen.statusCode()).isEqualTo(304);
    assertThat(served()).isZero();
    assertThat(received()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%2fsecret.txt",
        "/.%2e/secret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/a.txt%00",
        "/a.txt/",
        "/link.txt",
        "/out/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "//../secret.txt",
        "/./../secret.txt",
        "/.hidden",
        "/%",
        "/%zz",
        "/veiled"
      })
  void no_path_leads_out_of_the_folder(String path) throws Exception {
    Files.createSymbolicLink(folder.resolve("link.txt"), home.resolve("secret.txt"));
    Files.createSymbolicLink(folder.resolve("out"), home);
    Files.writeString(folder.resolve(".hidden"), "hidden");
    Files.createSymbolicLink(folder.resolve("veiled"), folder.resolve(".hidden"));
    var access = sell(Map.of("folder", folder.toString()), Unit.BYTE, 1000);
    for (var direct : new boolean[] {true, false}) {
      var port = direct ? access.url().getPort() : buy(access, Unit.BYTE).getPort();
      var answer =
          raw(
              port,
              "GET "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + access.token());
      assertThat(answer).startsWith("HTTP/1.1 404 ").doesNotContain("secret", "hidden");
    }
    assertThat(served()).isZero();
  }

  @Test
  void a_folder_is_listed_as_json_or_as_a_page() throws Exception {
    Files.createDirectory(folder.resolve("b & c"));
    Files.writeString(folder.resolve(".hidden"), "hidden");
    var url = folder(10_000);
    assertThat(send(get(url, "/", "Accept", "application/json"), BodyHandlers.ofString()).body())
        .isEqualTo(
            "[{\"name\":\"a.txt\",\"folder\":false,\"size\":10},{\"name\":\"b & c\",\"folder\":true,\"size\":0}]\n");
    assertThat(send(get(url, "/"), BodyHandlers.ofString()).body())
        .contains("<a href=\"./a.txt\">a.txt</a>", "<a href=\"./b%20%26%20c/\">b &amp; c/</a>")
        .doesNotContain("hidden");
  }

  @Test
  void the_token_is_taken_from_the_path_too() throws Exception {
    var access = sell(Map.of("folder", folder.toString()), Unit.BYTE, 1000);
    assertThat(
            send(get(access.url(), "/d/" + access.token() + "/a.txt"), BodyHandlers.ofString())
                .body())
        .isEqualTo("0123456789");
    assertThat(send(get(access.url(), "/a.txt"), BodyHandlers.ofString()).statusCode())
        .isEqualTo(401);
  }

  @Test
  void a_delivery_with_nothing_left_answers_402_once_it_has_waited() throws Exception {
    var url = folder(0);
    var answer = send(get(url, "/a.txt"), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(402);
    assertThat(answer.headers().firstValue("tally-refusal")).contains("not_paid");
    adapter.suspend(delivery);
    assertThat(send(get(url, "/a.txt"), BodyHandlers.ofString()).statusCode()).isEqualTo(503);
    adapter.terminate(delivery);
    assertThat(send(get(url, "/a.txt"), BodyHandlers.ofString()).statusCode()).isEqualTo(410);
    assertThat(received()).isZero();
  }

  @Test
  void an_upstream_is_passed_on_whole_and_bytes_count_both_ways() throws Exception {
    try (var upstream = new Echo()) {
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
  }

  @Test
  void an_upstream_redirect_is_an_answer_and_is_not_followed() throws Exception {
    try (var upstream = new Echo()) {
      var url = trade(Map.of("upstream", upstream.url()), Unit.BYTE, MIB);
      var answer = send(get(url, "/moved"), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(302);
      assertThat(answer.headers().firstValue("location")).contains("http://127.0.0.1:1/elsewhere");
      assertThat(send(get(url, "/%2e%2e/x"), BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void calls_are_counted_one_by_one_and_refused_beyond_the_ceiling() throws Exception {
    try (var upstream = new Echo()) {
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
  }

  @Test
  void a_call_that_never_reached_the_upstream_is_not_counted() throws Exception {
    var url = trade(Map.of("upstream", "http://127.0.0.1:1/"), Unit.CALL, 2);
    assertThat(send(get(url, "/x"), BodyHandlers.ofString()).statusCode()).isEqualTo(502);
    await(() -> served() == 0);
    assertThat(received()).isZero();
  }

  @Test
  void seconds_pass_while_active_up_to_the_ceiling() throws Exception {
    var url = trade(Map.of("folder", folder.toString()), Unit.SECOND, 10);
    now = now.plusSeconds(4);
    assertThat(served()).isEqualTo(4);
    assertThat(received()).isEqualTo(4);
    assertThat(send(get(url, "/a.txt"), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    adapter.suspend(delivery);
    now = now.plusSeconds(100);
    adapter.resume(delivery);
    assertThat(served()).isEqualTo(4);
    now = now.plusSeconds(100);
    assertThat(served()).isEqualTo(10);
    assertThat(send(get(url, "/a.txt"), BodyHandlers.ofString()).statusCode()).isEqualTo(402);
    now = now.plusSeconds(100);
    adapter.allow(delivery, new Quantity(Unit.SECOND, 20));
    assertThat(served()).isEqualTo(10);
    assertThat(send(get(url, "/a.txt"), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  @Test
  void a_peer_that_dawdles_is_cut_and_never_holds_all_doors() throws Exception {
    var access = sell(Map.of("folder", folder.toString()), Unit.BYTE, 1000);
    var slow = new Socket[16];
    for (int i = 0; i < slow.length; i++) {
      slow[i] = new Socket(InetAddress.getLoopbackAddress(), access.url().getPort());
      slow[i].getOutputStream().write('G');
    }
    for (var one : slow) {
      one.setSoTimeout(10_000);
      assertThat(one.getInputStream().read()).isNegative();
      one.close();
    }
    var answer =
        raw(
            access.url().getPort(),
            "GET /a.txt HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + access.token());
    assertThat(answer).endsWith("0123456789");
  }

  @Test
  void a_reader_that_takes_nothing_is_cut_and_only_what_left_is_counted() throws Exception {
    Files.write(folder.resolve("big.bin"), new byte[32 * MIB]);
    var access = sell(Map.of("folder", folder.toString()), Unit.BYTE, 100L * MIB);
    try (var lazy = new Socket()) {
      lazy.setReceiveBufferSize(4096);
      lazy.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), access.url().getPort()));
      var request = "GET /d/" + access.token() + "/big.bin HTTP/1.1\r\nHost: x\r\n\r\n";
      lazy.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      await(() -> served() > 0);
      await(() -> adapter.isIdle());
      assertThat(served()).isLessThan(4L * MIB);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a.txt HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
        "GET /a.txt HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        "GET /a.txt HTTP/1.1\r\nTransfer-Encoding: gzip",
        "GET http://elsewhere/ HTTP/1.1\r\nHost: x",
        "GET /a.txt HTTP/2.0\r\nHost: x",
        "GET  /a.txt HTTP/1.1\r\nHost: x",
        "GET /a.txt HTTP/1.1\r\nHost : x",
        "GET /a.txt HTTP/1.1\r\n folded: x"
      })
  void what_two_readers_could_frame_differently_is_refused(String head) throws Exception {
    var access = sell(Map.of("folder", folder.toString()), Unit.BYTE, 1000);
    assertThat(raw(access.url().getPort(), head)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void pages_of_other_sites_cannot_spend_through_the_local_way() throws Exception {
    var port = folder(1000).getPort();
    assertThat(raw(port, "GET /a.txt HTTP/1.1\r\nHost: evil.example")).startsWith("HTTP/1.1 403 ");
    assertThat(raw(port, "GET /a.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: cross-site"))
        .startsWith("HTTP/1.1 403 ");
    assertThat(served()).isZero();
  }

  @Test
  void a_secret_makes_tokens_outlive_a_restart() {
    var settings = HttpSettings.of(new Settings(Map.of("secret", "s".repeat(32))));
    var tokens = new String[2];
    for (int i = 0; i < 2; i++) {
      try (var one = new HttpAdapter(settings, clock, new Random(i))) {
        var none = Quantity.zero(Unit.BYTE);
        tokens[i] =
            one.activate(delivery, Map.of("folder", folder.toString()), Unit.BYTE, none, none)
                .token();
      }
    }
    assertThat(tokens[0]).isEqualTo(tokens[1]);
  }

  private URI folder(long allowed) {
    return trade(Map.of("folder", folder.toString()), Unit.BYTE, allowed);
  }

  private URI trade(Map<String, String> source, Unit unit, long allowed) {
    return buy(sell(source, unit, allowed), unit);
  }

  private Access sell(Map<String, String> source, Unit unit, long allowed) {
    return adapter.activate(
        delivery, source, unit, Quantity.zero(unit), new Quantity(unit, allowed));
  }

  private URI buy(Access access, Unit unit) {
    return adapter.connect(delivery, access, unit, Quantity.zero(unit));
  }

  private long served() {
    return adapter.served(delivery).orElseThrow().count();
  }

  private long received() {
    return adapter.received(delivery).orElseThrow().count();
  }

  private String range(URI url, String range) throws Exception {
    var answer = send(get(url, "/a.txt", "Range", range), BodyHandlers.ofString());
    return answer.statusCode()
        + " "
        + answer.body()
        + " "
        + answer.headers().firstValue("content-range").orElse("");
  }

  private static HttpRequest get(URI url, String path, String... fields) {
    var request = HttpRequest.newBuilder(url.resolve(path));
    return fields.length == 0 ? request.build() : request.headers(fields).build();
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws Exception {
    return program.send(request, handler);
  }

  private static String raw(int port, String head) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      var request = head + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      }
    }
  }

  private static void await(BooleanSupplier holds) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
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
