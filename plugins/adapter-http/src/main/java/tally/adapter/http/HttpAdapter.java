package tally.adapter.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tally.delivery.port.Adapter;
import tally.delivery.port.Meter;
import tally.money.Quantity;
import tally.money.Unit;

/// Sells a folder or an upstream HTTP service, and receives one. Bytes are those of bodies, both
/// ways; calls are requests that were served; seconds pass while the delivery is active.
///
/// A token opens one delivery and nothing else: as `Authorization: Bearer …`, or in the path as
/// `/d/<token>/…`.
public final class HttpAdapter implements Adapter {

  static final String KIND = "http";
  private static final String PREFIX = "/d/";
  private static final int SECRET_BYTES = 32;
  private final HttpSettings settings;
  private final InstantSource clock;
  private final byte[] secret;
  private final Watch watch = new Watch();
  private final Door door;
  private final Map<UUID, Sale> sales = new ConcurrentHashMap<>();
  private final Map<String, Sale> byToken = new ConcurrentHashMap<>();
  private final Map<UUID, Purchase> purchases = new ConcurrentHashMap<>();

  /// What the buyer's half knows of a delivery.
  ///
  /// @param way closed once disconnected; its port is taken again if it can be
  private record Purchase(Meter meter, Way way, boolean connected) {}

  HttpAdapter(HttpSettings settings, InstantSource clock, RandomGenerator chance) {
    this.settings = settings;
    this.clock = clock;
    this.secret =
        settings
            .secret()
            .map(s -> s.getBytes(StandardCharsets.UTF_8))
            .orElseGet(() -> drawn(chance));
    this.door =
        new Door(
            new InetSocketAddress(settings.bind(), settings.port()), settings, watch, this::handle);
  }

  @Override
  public Facts facts() {
    return new Facts(KIND, Set.of(Unit.BYTE, Unit.CALL, Unit.SECOND));
  }

  @Override
  public Checked check(Map<String, String> source) {
    return switch (Source.of(source, settings.sells())) {
      case Source.Read.Good _ -> new Checked.Good();
      case Source.Read.Bad(var bad) -> bad;
    };
  }

  @Override
  public Access activate(
      UUID delivery, Map<String, String> source, Unit unit, Quantity already, Quantity allowed) {
    if (!facts().units().contains(unit) || !already.unit().equals(unit)) {
      throw new IllegalArgumentException(
          "this adapter does not count " + unit.name() + " of " + already);
    }
    var sale = sales.computeIfAbsent(delivery, id -> open(id, source, already, allowed));
    byToken.put(sale.token(), sale);
    sale.meter().allow(allowed);
    return new Access(url(), sale.token());
  }

  @Override
  public void allow(UUID delivery, Quantity ceiling) {
    sale(delivery).ifPresent(sale -> sale.meter().allow(ceiling));
  }

  @Override
  public void suspend(UUID delivery) {
    sale(delivery).ifPresent(sale -> sale.meter().suspend());
  }

  @Override
  public void resume(UUID delivery) {
    sale(delivery).ifPresent(sale -> sale.meter().resume());
  }

  @Override
  public void terminate(UUID delivery) {
    sale(delivery).ifPresent(Sale::end);
  }

  @Override
  public void forget(UUID delivery) {
    sales.computeIfPresent(
        delivery,
        (_, sale) -> {
          if (!sale.meter().isEnded()) {
            return sale;
          }
          byToken.remove(sale.token(), sale);
          return null;
        });
    purchases.computeIfPresent(delivery, (_, purchase) -> purchase.connected() ? purchase : null);
  }

  @Override
  public Observed observe(UUID delivery) {
    return sale(delivery)
        .map(sale -> sale.meter())
        .map(meter ->
            meter.isEnded()
                ? Observed.TERMINATED
                : meter.isSuspended() ? Observed.SUSPENDED : Observed.ACTIVE)
        .orElse(Observed.UNKNOWN);
  }

  @Override
  public Optional<Quantity> served(UUID delivery) {
    return sale(delivery).map(sale -> sale.meter().count());
  }

  @Override
  public URI connect(UUID delivery, Access access, Unit unit, Quantity already) {
    if (!facts().units().contains(unit) || !already.unit().equals(unit)) {
      throw new IllegalArgumentException(
          "this adapter does not count " + unit.name() + " of " + already);
    }
    var scheme = access.url().getScheme();
    if (access.url().getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException("not an http address: " + access.url());
    }
    return Optional.ofNullable(
            purchases.compute(delivery, (_, before) -> connected(before, access, already)))
        .orElseThrow()
        .way()
        .url();
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
          purchase.way().close();
          purchase.meter().suspend();
          return new Purchase(purchase.meter(), purchase.way(), false);
        });
  }

  @Override
  public List<UUID> open() {
    var selling =
        sales.values().stream().filter(sale -> !sale.meter().isEnded()).map(Sale::delivery);
    var buying =
        purchases.entrySet().stream().filter(e -> e.getValue().connected()).map(Map.Entry::getKey);
    return Stream.concat(selling, buying).distinct().sorted().toList();
  }

  @Override
  public void close() {
    door.close();
    sales.values().forEach(Sale::end);
    purchases.values().forEach(purchase -> purchase.way().close());
    watch.close();
  }

  /// Whether the seller's door serves nobody at this moment.
  boolean isIdle() {
    return door.isIdle();
  }

  private Sale open(UUID delivery, Map<String, String> source, Quantity already, Quantity allowed) {
    return switch (Source.of(source, settings.sells())) {
      case Source.Read.Bad(var bad) ->
          throw new IllegalArgumentException(bad.setting() + ": " + bad.text());
      case Source.Read.Good(var good) ->
          new Sale(
              delivery, good, token(delivery), new Meter(already, allowed, clock), settings, watch);
    };
  }

  private Purchase connected(@Nullable Purchase before, Access access, Quantity already) {
    if (before == null) {
      var meter = new Meter(already, new Quantity(already.unit(), Long.MAX_VALUE), clock);
      return new Purchase(meter, new Way(access, meter, 0, settings, watch), true);
    }
    if (before.connected() && before.way().access().equals(access)) {
      return before;
    }
    int port = before.way().port();
    before.way().close();
    before.meter().resume();
    return new Purchase(
        before.meter(), new Way(access, before.meter(), port, settings, watch), true);
  }

  private Optional<Sale> sale(UUID delivery) {
    return Optional.ofNullable(sales.get(delivery));
  }

  private URI url() {
    var bound =
        settings.bind().isAnyLocalAddress() ? "127.0.0.1" : settings.bind().getHostAddress();
    var host = bound.contains(":") ? "[" + bound + "]" : bound;
    return settings
        .publicUrl()
        .orElseGet(() -> URI.create("http://" + host + ":" + door.port() + "/"));
  }

  /// Finds the delivery that a token opens. Tokens are 256 bits, so that none is found by trying.
  private void handle(Exchange exchange) throws IOException {
    var path = exchange.path();
    if (path.startsWith(PREFIX)) {
      int end = path.indexOf('/', PREFIX.length());
      var token = path.substring(PREFIX.length(), end < 0 ? path.length() : end);
      serve(exchange, token, end < 0 ? "" : path.substring(end), false);
      return;
    }
    var bearer =
        exchange
            .head()
            .first("authorization")
            .filter(a -> a.regionMatches(true, 0, "Bearer ", 0, 7));
    serve(exchange, bearer.map(b -> b.substring(7).strip()).orElse(""), path, true);
  }

  private void serve(Exchange exchange, String token, String path, boolean bearer)
      throws IOException {
    var sale = byToken.get(token);
    if (sale == null) {
      exchange.refuse(401, "token_unknown");
      return;
    }
    sale.serve(exchange, path, bearer);
  }

  private String token(UUID delivery) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      var tag = mac.doFinal(("tally-access/" + delivery).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static byte[] drawn(RandomGenerator chance) {
    var bytes = new byte[SECRET_BYTES];
    chance.nextBytes(bytes);
    return bytes;
  }
}
