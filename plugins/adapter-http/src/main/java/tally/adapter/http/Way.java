package tally.adapter.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tally.adapter.http.Wire.Field;
import tally.adapter.http.Wire.Framing;
import tally.delivery.port.Adapter.Access;
import tally.delivery.port.Meter;
import tally.delivery.port.Meter.Taken;

/// The buyer's half of one delivery: a door on the loopback address, through which the person's own
/// program reaches the seller.
///
/// It counts what came from the seller, and what was handed to him, whether or not the program
/// takes it.
final class Way implements AutoCloseable {

  private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "[::1]");
  private final Access access;
  private final Meter meter;
  private final HttpSettings settings;
  private final Watch watch;
  private final Door door;
  private final Set<Outbound> asking = ConcurrentHashMap.newKeySet();

  /// @param port where it was before, or 0; if that is taken, another
  Way(Access access, Meter meter, int port, HttpSettings settings, Watch watch) {
    this.access = access;
    this.meter = meter;
    this.settings = settings;
    this.watch = watch;
    this.door = open(port);
  }

  Access access() {
    return access;
  }

  int port() {
    return door.port();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + door.port());
  }

  @Override
  public void close() {
    door.close();
    asking.forEach(Outbound::cut);
  }

  private Door open(int port) {
    var loopback = InetAddress.ofLiteral("127.0.0.1");
    try {
      return new Door(new InetSocketAddress(loopback, port), settings, watch, this::handle);
    } catch (UncheckedIOException e) {
      return new Door(new InetSocketAddress(loopback, 0), settings, watch, this::handle);
    }
  }

  private void handle(Exchange exchange) throws IOException {
    if (!isLocal(exchange)) {
      exchange.refuse(403, "not_local");
      return;
    }
    var base = access.url();
    var patience = settings.patience().plus(settings.headTime().multipliedBy(2));
    var fields = new ArrayList<>(exchange.head().onward());
    var path = exchange.path().substring(1);
    if (exchange.head().first("authorization").isPresent()) {
      path = "d/" + access.token() + "/" + path;
    } else {
      fields.add(new Field("Authorization", "Bearer " + access.token()));
    }
    try (var relay = Relay.open(base, settings.headTime(), patience, watch, exchange.method())) {
      asking.add(relay.server());
      try {
        var flow = new Flow(meter, settings.patience());
        var root = base.getRawPath().isEmpty() ? "/" : base.getRawPath();
        var target = root + (root.endsWith("/") ? "" : "/") + path + exchange.query();
        answer(exchange, relay.ask(exchange, base, target, fields, flow));
      } finally {
        asking.remove(relay.server());
      }
    } catch (IOException e) {
      if (exchange.isAnswered()) {
        throw e;
      }
      exchange.refuse(502, "seller_unreachable");
    }
  }

  private void answer(Exchange exchange, Relay.Answer answer) throws IOException {
    var head = answer.head();
    if (meter.call(settings.patience()) instanceof Taken.Granted) {
      meter.called(head.first(Exchange.REFUSAL).isEmpty());
    }
    var fields = new ArrayList<>(head.onward());
    if (answer.framing().equals(Framing.NONE)) {
      head.first("content-length")
          .ifPresent(length -> fields.add(new Field("Content-Length", length)));
    }
    exchange.begin(answer.status(), fields, answer.onward());
    var buffer = new byte[Flow.BUFFER];
    for (int n = answer.body().read(buffer); n >= 0; n = answer.body().read(buffer)) {
      meter.bytes(n, settings.patience());
      meter.passed(n, 0);
      exchange.connection().renew();
      exchange.send(buffer, 0, n);
    }
    exchange.end();
  }

  /// Pages of other sites, in the person's own browser, must not spend his money: their requests
  /// name a foreign host or site.
  private static boolean isLocal(Exchange exchange) {
    var host = exchange.head().first("host").map(h -> h.replaceFirst(":[0-9]+$", ""));
    var site = exchange.head().first("sec-fetch-site");
    return host.filter(LOCAL::contains).isPresent() && site.filter("cross-site"::equals).isEmpty();
  }
}
