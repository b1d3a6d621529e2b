package tally.adapter.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import tally.adapter.http.Wire.Field;
import tally.adapter.http.Wire.Framing;
import tally.delivery.port.Meter;
import tally.delivery.port.Meter.Taken;

/// Passes bodies on, never more than the meter grants.
///
/// @param patience how long a body waits for its meter
record Flow(Meter meter, Duration patience) {

  static final int BUFFER = 16 * 1024;

  /// A body that was cut off because its delivery was: the connection ends with it.
  static final class Cut extends IOException {
    private static final long serialVersionUID = 1;

    Cut(String code) {
      super(code);
    }
  }

  /// Answers a request and counts what its connection takes. A delivery with nothing left to serve
  /// answers a refusal instead.
  void answer(Exchange exchange, int status, List<Field> fields, Framing framing, InputStream body)
      throws IOException {
    if (!framing.equals(Framing.NONE)) {
      var first = meter.bytes(1, patience);
      if (!(first instanceof Taken.Granted)) {
        refuse(exchange, first);
        return;
      }
      meter.passed(0, 1);
    }
    exchange.begin(status, fields, framing);
    var buffer = new byte[BUFFER];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      for (int sent = 0; sent < n; ) {
        int granted = grant(n - sent);
        exchange.connection().renew();
        exchange.send(buffer, sent, granted, meter);
        sent += granted;
      }
    }
    exchange.end();
  }

  /// Passes a request's body to a server, and counts what was handed over.
  void upload(Exchange exchange, Outbound server) throws IOException {
    boolean chunked = exchange.framing() instanceof Framing.Chunked;
    var body = exchange.body();
    var buffer = new byte[BUFFER];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      for (int sent = 0; sent < n; ) {
        int granted = grant(n - sent);
        exchange.connection().renew();
        handOver(server, chunked, buffer, sent, granted);
        sent += granted;
      }
    }
    if (chunked) {
      var last = Wire.bytes("0\r\n\r\n");
      server.send(last, 0, last.length);
    }
    exchange.consumed();
  }

  static void refuse(Exchange exchange, Taken no) throws IOException {
    switch (no) {
      case Taken.Unpaid() -> exchange.refuse(402, "not_paid");
      case Taken.Suspended() -> exchange.refuse(503, "suspended");
      case Taken.Ended() -> exchange.refuse(410, "terminated");
      case Taken.Granted _ -> throw new IllegalArgumentException("nothing to refuse");
    }
  }

  private void handOver(Outbound server, boolean chunked, byte[] buffer, int offset, int length)
      throws IOException {
    boolean handed = false;
    try {
      if (chunked) {
        var size = Wire.bytes(Integer.toHexString(length) + "\r\n");
        server.send(size, 0, size.length);
      }
      server.send(buffer, offset, length);
      handed = true;
      if (chunked) {
        server.send(Wire.bytes("\r\n"), 0, 2);
      }
    } finally {
      meter.passed(handed ? length : 0, handed ? 0 : length);
    }
  }

  private int grant(int want) throws Cut {
    return switch (meter.bytes(want, patience)) {
      case Taken.Granted(var count) -> Math.toIntExact(count);
      case Taken.Unpaid() -> throw new Cut("not_paid");
      case Taken.Suspended() -> throw new Cut("suspended");
      case Taken.Ended() -> throw new Cut("terminated");
    };
  }
}
