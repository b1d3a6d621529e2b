package tally.adapter.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import tally.delivery.port.Adapter;
import tally.delivery.port.Meter;
import tally.delivery.port.Meter.Taken;
import tally.money.Derived;
import tally.money.Quantity;
import tally.money.Unit;

/// Sells so many made-up bytes a request: `{"bytes": "1048576", "seed": "7"}`. Its seller cheats
/// where the source says so: `inflate` `3/2` multiplies the count that he reports, `stall` `true`
/// serves nothing, `deaf` `true` passes over suspend and terminate. Its buyer is honest.
public final class FakeAdapter implements Adapter {

  static final String KIND = "fake";
  private static final int BUFFER = 8 * 1024;
  private static final long STALL_STEP_NANOS = 20_000_000;
  private final FakeSettings settings;
  private final InstantSource clock;
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<UUID, Sale> sales = new ConcurrentHashMap<>();
  private final Map<UUID, Purchase> purchases = new ConcurrentHashMap<>();

  private record Sale(FakeSource source, Meter meter, Set<HttpExchange> serving) {}

  private record Purchase(Meter meter, Access access, HttpServer way, boolean connected) {}

  FakeAdapter(FakeSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.server = listen(this::serve);
  }

  @Override
  public Facts facts() {
    return new Facts(KIND, Set.of(Unit.BYTE));
  }

  @Override
  public Checked check(Map<String, String> source) {
    try {
      FakeSource.of(source);
      return new Checked.Good();
    } catch (IllegalArgumentException e) {
      return new Checked.Bad(
          String.valueOf(e.getMessage()), "A fake source needs bytes and a seed.");
    }
  }

  @Override
  public Access activate(
      UUID delivery, Map<String, String> source, Unit unit, Quantity already, Quantity allowed) {
    bytes(unit);
    var sale =
        sales.computeIfAbsent(
            delivery,
            _ ->
                new Sale(
                    FakeSource.of(source),
                    new Meter(already, allowed, clock),
                    ConcurrentHashMap.newKeySet()));
    sale.meter().allow(allowed);
    return new Access(url(server), token(delivery));
  }

  @Override
  public void allow(UUID delivery, Quantity ceiling) {
    sale(delivery).ifPresent(sale -> sale.meter().allow(ceiling));
  }

  @Override
  public void suspend(UUID delivery) {
    sale(delivery).filter(sale -> !sale.source().deaf()).ifPresent(sale -> sale.meter().suspend());
  }

  @Override
  public void resume(UUID delivery) {
    sale(delivery).ifPresent(sale -> sale.meter().resume());
  }

  @Override
  public void terminate(UUID delivery) {
    sale(delivery)
        .filter(sale -> !sale.source().deaf())
        .ifPresent(sale -> {
          sale.meter().end();
          sale.serving().forEach(HttpExchange::close);
        });
  }

  @Override
  public void forget(UUID delivery) {
    sales.computeIfPresent(delivery, (_, sale) -> sale.meter().isEnded() ? null : sale);
    purchases.computeIfPresent(delivery, (_, purchase) -> purchase.connected() ? purchase : null);
  }

  @Override
  public Observed observe(UUID delivery) {
    var meter = sale(delivery).map(Sale::meter);
    if (meter.isEmpty()) {
      return Observed.UNKNOWN;
    }
    if (meter.get().isEnded()) {
      return Observed.TERMINATED;
    }
    return meter.get().isSuspended() ? Observed.SUSPENDED : Observed.ACTIVE;
  }

  @Override
  public Optional<Quantity> served(UUID delivery) {
    return sale(delivery).map(sale -> sale.source().claimed(sale.meter().count()));
  }

  @Override
  public URI connect(UUID delivery, Access access, Unit unit, Quantity already) {
    bytes(unit);
    var purchase =
        Optional.ofNullable(
            purchases.compute(
                delivery,
                (_, before) -> {
                  if (before != null && before.connected() && before.access().equals(access)) {
                    return before;
                  }
                  if (before != null) {
                    before.way().stop(0);
                  }
                  var meter =
                      before == null
                          ? new Meter(already, new Quantity(unit, Long.MAX_VALUE), clock)
                          : before.meter();
                  return new Purchase(
                      meter, access, listen(exchange -> fetch(exchange, access, meter)), true);
                }));
    return url(purchase.orElseThrow().way());
  }

  @Override
  public Optional<Quantity> received(UUID delivery) {
    return Optional.ofNullable(purchases.get(delivery)).map(purchase -> purchase.meter().count());
  }

  @Override
  public void disconnect(UUID delivery) {
    purchases.computeIfPresent(
        delivery,
        (_, purchase) -> {
          purchase.way().stop(0);
          return new Purchase(purchase.meter(), purchase.access(), purchase.way(), false);
        });
  }

  @Override
  public List<UUID> open() {
    var selling =
        sales.entrySet().stream()
            .filter(e -> !e.getValue().meter().isEnded())
            .map(Map.Entry::getKey);
    var buying =
        purchases.entrySet().stream().filter(e -> e.getValue().connected()).map(Map.Entry::getKey);
    return Stream.concat(selling, buying).distinct().sorted().toList();
  }

  @Override
  public void close() {
    sales.values().forEach(sale -> sale.meter().end());
    server.stop(0);
    purchases.values().forEach(purchase -> purchase.way().stop(0));
    client.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    var bearer =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    var sale =
        sales.entrySet().stream()
            .filter(e -> bearer.equals("Bearer " + token(e.getKey())))
            .map(Map.Entry::getValue)
            .findFirst();
    try (exchange) {
      if (sale.isEmpty()) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      sale.get().serving().add(exchange);
      try {
        send(exchange, sale.get());
      } finally {
        sale.get().serving().remove(exchange);
      }
    }
  }

  private void send(HttpExchange exchange, Sale sale) throws IOException {
    var source = sale.source();
    var meter = sale.meter();
    exchange.sendResponseHeaders(200, source.bytes() == 0 ? -1 : source.bytes());
    exchange.getResponseBody().flush();
    if (source.stall()) {
      stall(meter);
    }
    var chance = source.chance();
    var buffer = new byte[BUFFER];
    for (long sent = 0; sent < source.bytes(); ) {
      int part = (int) Math.min(BUFFER, source.bytes() - sent);
      chance.nextBytes(buffer);
      for (int offset = 0; offset < part; ) {
        int granted = granted(meter, part - offset);
        boolean out = false;
        try {
          exchange.getResponseBody().write(buffer, offset, granted);
          exchange.getResponseBody().flush();
          out = true;
        } finally {
          meter.passed(out ? granted : 0, out ? 0 : granted);
        }
        offset += granted;
      }
      sent += part;
    }
  }

  private int granted(Meter meter, int want) throws IOException {
    if (meter.bytes(want, settings.patience()) instanceof Taken.Granted(var count)) {
      return Math.toIntExact(count);
    }
    throw new IOException("not served on");
  }

  /// Sends nothing until it is ended or the patience is over.
  private void stall(Meter meter) throws IOException {
    long until = System.nanoTime() + settings.patience().toNanos();
    while (!meter.isEnded() && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(STALL_STEP_NANOS);
    }
    throw new IOException("stalled");
  }

  private void fetch(HttpExchange exchange, Access access, Meter meter) throws IOException {
    var request =
        HttpRequest.newBuilder(access.url().resolve(exchange.getRequestURI().getRawPath()))
            .header("Authorization", "Bearer " + access.token())
            .build();
    try (exchange) {
      var response = client.send(request, BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        long length = response.headers().firstValueAsLong("content-length").orElse(0);
        exchange.sendResponseHeaders(response.statusCode(), length == 0 ? -1 : length);
        exchange.getResponseBody().flush();
        var buffer = new byte[BUFFER];
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
          meter.passed(n, 0);
          exchange.getResponseBody().write(buffer, 0, n);
          exchange.getResponseBody().flush();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Sale> sale(UUID delivery) {
    return Optional.ofNullable(sales.get(delivery));
  }

  private static void bytes(Unit unit) {
    if (!unit.equals(Unit.BYTE)) {
      throw new IllegalArgumentException("this adapter counts bytes, not " + unit.name());
    }
  }

  private static String token(UUID delivery) {
    return Derived.id(delivery, "fake-token").toString();
  }

  private static URI url(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private static HttpServer listen(HttpHandler handler) {
    try {
      var server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", handler);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
