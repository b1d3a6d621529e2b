package tally.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tally.money.Quantity;
import tally.money.Unit;
import tally.plugin.Settings;

/// Selling a folder: what is served, what is counted, and who is kept out.
class SellingTest extends Shop {

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
    var settings =
        HttpSettings.of(new Settings(Map.of("secret", "s".repeat(32), "sells", sells())));
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

  private String range(URI url, String range) throws Exception {
    var answer = send(get(url, "/a.txt", "Range", range), BodyHandlers.ofString());
    return answer.statusCode()
        + " "
        + answer.body()
        + " "
        + answer.headers().firstValue("content-range").orElse("");
  }
}
