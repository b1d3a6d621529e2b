package tally.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tally.delivery.port.Adapter.Access;
import tally.money.Quantity;
import tally.money.Unit;
import tally.plugin.Settings;

/// One seller and one buyer over loopback sockets, for tests of what goes between them.
abstract class Shop {

  static final int MIB = 1 << 20;
  @TempDir Path home;
  final UUID delivery = new UUID(3, 3);
  final HttpClient program = HttpClient.newHttpClient();
  Instant now = Instant.EPOCH;
  final InstantSource clock = () -> now;
  HttpAdapter adapter;
  Path folder;

  @BeforeEach
  void open() throws IOException {
    adapter =
        new HttpAdapter(
            HttpSettings.of(
                new Settings(
                    Map.of(
                        "waitSeconds",
                        "1",
                        "headSeconds",
                        "1",
                        "connectionsMax",
                        "16",
                        "sells",
                        sells()))),
            clock,
            new Random(1));
    folder = Files.createDirectory(home.resolve("shop"));
    Files.writeString(folder.resolve("a.txt"), "0123456789");
    Files.writeString(home.resolve("secret.txt"), "secret");
  }

  /// What the operator lets be sold.
  String sells() {
    return home.resolve("shop").toString();
  }

  @AfterEach
  void close() {
    program.shutdownNow();
    adapter.close();
  }

  URI folder(long allowed) {
    return trade(Map.of("folder", folder.toString()), Unit.BYTE, allowed);
  }

  URI trade(Map<String, String> source, Unit unit, long allowed) {
    return buy(sell(source, unit, allowed), unit);
  }

  Access sell(Map<String, String> source, Unit unit, long allowed) {
    return adapter.activate(
        delivery, source, unit, Quantity.zero(unit), new Quantity(unit, allowed));
  }

  URI buy(Access access, Unit unit) {
    return adapter.connect(delivery, access, unit, Quantity.zero(unit));
  }

  long served() {
    return adapter.served(delivery).orElseThrow().count();
  }

  long received() {
    return adapter.received(delivery).orElseThrow().count();
  }

  static HttpRequest get(URI url, String path, String... fields) {
    var request = HttpRequest.newBuilder(url.resolve(path));
    return fields.length == 0 ? request.build() : request.headers(fields).build();
  }

  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws Exception {
    return program.send(request, handler);
  }

  static String raw(int port, String head) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      var request = head + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      }
    }
  }

  static void await(BooleanSupplier holds) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }
}
