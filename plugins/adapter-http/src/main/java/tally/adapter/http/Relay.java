package tally.adapter.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import tally.adapter.http.Wire.Framing;
import tally.adapter.http.Wire.Head;

/// Passes one request to another HTTP server: method, fields and body as they are, without the
/// fields of this hop.
final class Relay implements AutoCloseable {

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})( .*)?");
  private static final int INTERIM_MAX = 10;
  private final Outbound server;
  private final String method;

  /// The server's answer, its body still to come.
  record Answer(int status, Head head, Framing framing, InputStream body) {
    /// How the body's end is told on the next hop.
    Framing onward() {
      return framing instanceof Framing.UntilClose ? new Framing.Chunked() : framing;
    }
  }

  private Relay(Outbound server, String method) {
    this.server = server;
    this.method = method;
  }

  static Relay open(URI base, Duration connectTime, Duration patience, Watch watch, String method)
      throws IOException {
    return new Relay(Outbound.open(base, connectTime, patience, watch), method);
  }

  Outbound server() {
    return server;
  }

  /// Sends the request with its body, counted by the flow, and reads the answer's head.
  Answer ask(Exchange exchange, URI base, String target, List<Wire.Field> fields, Flow flow)
      throws IOException {
    server.request(method, target, base.getRawAuthority(), fields, exchange.framing());
    if (exchange.hasBody()) {
      flow.upload(exchange, server);
    }
    for (int i = 0; i < INTERIM_MAX; i++) {
      server.renew();
      var head = Wire.head(server.in()).orElseThrow(() -> new Wire.Malformed("no answer"));
      var line = STATUS.matcher(head.start());
      if (!line.matches()) {
        throw new Wire.Malformed("not a status line");
      }
      int status = Integer.parseInt(line.group(1));
      if (status >= 200) {
        var framing = Wire.ofResponse(head, method, status);
        return new Answer(
            status, head, framing, new Renewing(Wire.body(server.in(), framing), server));
      }
    }
    throw new Wire.Malformed("too many interim answers");
  }

  @Override
  public void close() {
    server.close();
  }

  private static final class Renewing extends FilterInputStream {
    private final Outbound server;

    Renewing(InputStream in, Outbound server) {
      super(in);
      this.server = server;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      server.renew();
      return super.read(into, offset, length);
    }
  }
}
