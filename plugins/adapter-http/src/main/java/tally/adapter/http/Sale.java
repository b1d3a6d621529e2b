package tally.adapter.http;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tally.adapter.http.Wire.Field;
import tally.delivery.port.Meter;
import tally.delivery.port.Meter.Taken;

/// The seller's half of one delivery: its source, its token, its meter and the connections that it
/// serves now.
final class Sale {

  private final UUID delivery;
  private final Source source;
  private final String token;
  private final Meter meter;
  private final HttpSettings settings;
  private final Watch watch;
  private final Set<Watch.Watched> serving = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();

  Sale(
      UUID delivery, Source source, String token, Meter meter, HttpSettings settings, Watch watch) {
    this.delivery = delivery;
    this.source = source;
    this.token = token;
    this.meter = meter;
    this.settings = settings;
    this.watch = watch;
  }

  UUID delivery() {
    return delivery;
  }

  String token() {
    return token;
  }

  Meter meter() {
    return meter;
  }

  void end() {
    meter.end();
    serving.forEach(Watch.Watched::cut);
  }

  /// Serves one request for a path within the source.
  ///
  /// @param bearer whether the token came as `Authorization`, which then is ours and goes no
  ///   further
  void serve(Exchange exchange, String path, boolean bearer) throws IOException {
    if (requests.incrementAndGet() > settings.connectionsEach()) {
      requests.decrementAndGet();
      exchange.refuse(503, "too_many_connections");
      return;
    }
    serving.add(exchange.connection());
    try {
      var call = meter.call(settings.patience());
      if (!(call instanceof Taken.Granted)) {
        Flow.refuse(exchange, call);
        return;
      }
      exchange.connection().renew();
      boolean served = false;
      try {
        served = granted(exchange, path, bearer);
      } finally {
        meter.called(served);
      }
    } finally {
      serving.remove(exchange.connection());
      requests.decrementAndGet();
    }
  }

  private boolean granted(Exchange exchange, String path, boolean bearer) throws IOException {
    var flow = new Flow(meter, settings.patience());
    return switch (source) {
      case Source.Folder(var root) -> new Shelf(root).serve(exchange, path, flow);
      case Source.Upstream(var base) -> upstream(exchange, base, path, bearer, flow);
    };
  }

  private boolean upstream(Exchange exchange, URI base, String path, boolean bearer, Flow flow)
      throws IOException {
    if (Segments.of(path).isEmpty()) {
      exchange.refuse(404, "not_found");
      return false;
    }
    var within = path.startsWith("/") ? path.substring(1) : path;
    var fields =
        exchange.head().onward().stream()
            .filter(f -> !bearer || !f.name().equalsIgnoreCase("authorization"))
            .toList();
    var patience = settings.patience().plus(settings.headTime());
    try (var relay = Relay.open(base, settings.headTime(), patience, watch, exchange.method())) {
      serving.add(relay.server());
      try {
        var target = base.getRawPath() + within + exchange.query();
        var answer = relay.ask(exchange, base, target, fields, flow);
        return answer(exchange, answer, flow);
      } finally {
        serving.remove(relay.server());
      }
    } catch (Flow.Cut e) {
      throw e;
    } catch (IOException e) {
      if (exchange.isAnswered()) {
        throw e;
      }
      exchange.refuse(502, "upstream_unreachable");
      return false;
    }
  }

  private static boolean answer(Exchange exchange, Relay.Answer answer, Flow flow)
      throws IOException {
    var fields =
        new ArrayList<>(
            answer.head().onward().stream()
                .filter(f -> !f.name().equalsIgnoreCase(Exchange.REFUSAL))
                .toList());
    if (answer.framing().equals(Wire.Framing.NONE)) {
      answer
          .head()
          .first("content-length")
          .ifPresent(length -> fields.add(new Field("Content-Length", length)));
    }
    flow.answer(exchange, answer.status(), fields, answer.onward(), answer.body());
    return true;
  }
}
