package tally.adapter.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import tally.adapter.http.Wire.Field;
import tally.adapter.http.Wire.Framing;
import tally.adapter.http.Wire.Head;
import tally.delivery.port.Meter;

/// One request on a connection, and its answer.
final class Exchange {

  /// Names the code of a refusal of our own; such an answer has no body and is never counted.
  static final String REFUSAL = "Tally-Refusal";

  private static final byte[] CRLF = {'\r', '\n'};
  private final Connection connection;
  private final Head head;
  private final String method;
  private final String target;
  private final Framing framing;
  private final InputStream body;
  private boolean keep;
  private boolean chunked;
  private boolean answered;
  private boolean continued;
  private boolean consumed;

  Exchange(Connection connection, Head head) throws IOException {
    var words = head.start().split(" ", -1);
    if (words.length != 3 || words[0].isEmpty() || !words[1].startsWith("/")) {
      throw new Wire.Malformed("not a request line");
    }
    if (!words[2].equals("HTTP/1.1") && !words[2].equals("HTTP/1.0")) {
      throw new Wire.Malformed("not HTTP/1.1");
    }
    this.connection = connection;
    this.head = head;
    this.method = words[0];
    this.target = words[1];
    this.framing = Wire.ofRequest(head);
    this.body = Wire.body(connection.in(), framing);
    this.keep = words[2].equals("HTTP/1.1") && !head.lists("connection", "close");
  }

  Connection connection() {
    return connection;
  }

  Head head() {
    return head;
  }

  String method() {
    return method;
  }

  /// The path as it was sent, still encoded.
  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /// The query with its question mark, or nothing.
  String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query);
  }

  Framing framing() {
    return framing;
  }

  boolean hasBody() {
    return !framing.equals(Framing.NONE);
  }

  /// The request's body; a client that waits to be asked for it is asked now.
  InputStream body() throws IOException {
    if (!continued && hasBody() && head.lists("expect", "100-continue")) {
      var go = Wire.bytes("HTTP/1.1 100 Continue\r\n\r\n");
      connection.send(go, 0, go.length);
    }
    continued = true;
    return body;
  }

  /// The request's body was read to its end.
  void consumed() {
    consumed = true;
  }

  /// Our own no: no body, not counted.
  void refuse(int status, String code) throws IOException {
    begin(status, List.of(new Field(REFUSAL, code)), Framing.NONE);
    end();
  }

  boolean isAnswered() {
    return answered;
  }

  /// Sends the answer's head. A length of an answer to HEAD, or a 304, is given in the fields
  /// instead.
  void begin(int status, List<Field> fields, Framing answer) throws IOException {
    answered = true;
    var text =
        new StringBuilder("HTTP/1.1 ")
            .append(status)
            .append(' ')
            .append(reason(status))
            .append("\r\n");
    for (var field : fields) {
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    switch (answer) {
      case Framing.Length(var bytes) -> length(text, fields, status, bytes);
      case Framing.Chunked() -> {
        chunked = true;
        text.append("Transfer-Encoding: chunked\r\n");
      }
      case Framing.UntilClose() -> keep = false;
    }
    // What nobody read of the request's body would be taken for the next request.
    keep &= !hasBody() || consumed;
    text.append(keep ? "\r\n" : "Connection: close\r\n\r\n");
    var bytes = Wire.bytes(text.toString());
    connection.send(bytes, 0, bytes.length);
  }

  /// Sends a part of the body that the meter granted.
  void send(byte[] bytes, int offset, int length, Meter meter) throws IOException {
    if (chunked) {
      var size = Wire.bytes(Integer.toHexString(length) + "\r\n");
      try {
        connection.send(size, 0, size.length);
      } catch (IOException e) {
        meter.passed(0, length);
        throw e;
      }
    }
    connection.send(bytes, offset, length, meter);
    if (chunked) {
      connection.send(CRLF, 0, 2);
    }
  }

  /// Sends a part of the body that is not metered here.
  void send(byte[] bytes, int offset, int length) throws IOException {
    if (chunked) {
      var size = Wire.bytes(Integer.toHexString(length) + "\r\n");
      connection.send(size, 0, size.length);
    }
    connection.send(bytes, offset, length);
    if (chunked) {
      connection.send(CRLF, 0, 2);
    }
  }

  void end() throws IOException {
    if (chunked) {
      var last = Wire.bytes("0\r\n\r\n");
      connection.send(last, 0, last.length);
    }
  }

  boolean keeps() {
    return keep;
  }

  private static void length(StringBuilder text, List<Field> fields, int status, long bytes) {
    boolean given = fields.stream().anyMatch(f -> f.name().equalsIgnoreCase("content-length"));
    if (!given && status >= 200 && status != 204 && status != 304) {
      text.append("Content-Length: ").append(bytes).append("\r\n");
    }
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 206 -> "Partial Content";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 402 -> "Payment Required";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 410 -> "Gone";
      case 416 -> "Range Not Satisfiable";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      default -> "Answer";
    };
  }
}
