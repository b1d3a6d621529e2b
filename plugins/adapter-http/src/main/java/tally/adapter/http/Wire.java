package tally.adapter.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The words of HTTP/1.1 (RFC 9110, RFC 9112), read strictly and with bounds: what two readers
/// could frame differently is refused.
final class Wire {

  static final int HEAD_MAX = 32 * 1024;
  static final int FIELDS_MAX = 100;
  static final int CHUNK_LINE_MAX = 1024;
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})[ \t]*(;.*)?");

  /// Fields that concern one connection only (RFC 9110 §7.6.1).
  private static final Set<String> HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "content-length",
          "host");

  private Wire() {}

  /// What cannot be read safely, so that the connection must end.
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1;

    Malformed(String text) {
      super(text);
    }
  }

  record Field(String name, String value) {}

  /// @param start the request line or the status line
  record Head(String start, List<Field> fields) {

    List<String> all(String name) {
      return fields.stream()
          .filter(f -> f.name().equalsIgnoreCase(name))
          .map(Field::value)
          .toList();
    }

    Optional<String> first(String name) {
      return all(name).stream().findFirst();
    }

    /// Whether a comma-separated field lists a word, in any case.
    boolean lists(String name, String word) {
      return words(name).contains(word);
    }

    /// The fields that go on to the next hop: without those of this connection, and the body's
    /// framing.
    List<Field> onward() {
      var named = words("connection");
      return fields.stream()
          .filter(f -> !HOP.contains(lower(f.name())) && !named.contains(lower(f.name())))
          .toList();
    }

    private Set<String> words(String name) {
      var found = new TreeSet<String>();
      for (var value : all(name)) {
        for (var word : value.split(",", -1)) {
          found.add(lower(word.strip()));
        }
      }
      return found;
    }
  }

  /// How a body's end is known.
  sealed interface Framing {
    record Length(long bytes) implements Framing {}

    record Chunked() implements Framing {}

    record UntilClose() implements Framing {}

    Framing NONE = new Length(0);
  }

  /// The next head, or empty where the peer closed before its first byte.
  static Optional<Head> head(InputStream in) throws IOException {
    var left = new int[] {HEAD_MAX};
    var start = line(in, left);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    var fields = new ArrayList<Field>();
    while (true) {
      var line = line(in, left).orElseThrow(EOFException::new);
      if (line.isEmpty()) {
        return Optional.of(new Head(start.get(), List.copyOf(fields)));
      }
      if (fields.size() == FIELDS_MAX) {
        throw new Malformed("more than " + FIELDS_MAX + " fields");
      }
      int colon = line.indexOf(':');
      if (colon < 1 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
        throw new Malformed("not a field");
      }
      fields.add(new Field(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
  }

  static Framing ofRequest(Head head) throws Malformed {
    return framing(head, Framing.NONE);
  }

  static Framing ofResponse(Head head, String method, int status) throws Malformed {
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return Framing.NONE;
    }
    return framing(head, new Framing.UntilClose());
  }

  private static Framing framing(Head head, Framing otherwise) throws Malformed {
    var lengths = head.all("content-length");
    var codings = head.all("transfer-encoding");
    if (!codings.isEmpty()) {
      if (codings.size() > 1
          || !lower(codings.getFirst()).equals("chunked")
          || !lengths.isEmpty()) {
        throw new Malformed("a body is framed by one length or by chunks");
      }
      return new Framing.Chunked();
    }
    if (lengths.isEmpty()) {
      return otherwise;
    }
    if (lengths.size() > 1 || !LENGTH.matcher(lengths.getFirst()).matches()) {
      throw new Malformed("a body has one length");
    }
    return new Framing.Length(Long.parseLong(lengths.getFirst()));
  }

  /// The body alone; its end is -1, and a peer that closes before the end is an `EOFException`.
  static InputStream body(InputStream in, Framing framing) {
    return switch (framing) {
      case Framing.Length(var bytes) -> new Counted(in, bytes);
      case Framing.Chunked() -> new Chunks(in);
      case Framing.UntilClose() -> in;
    };
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Optional<String> line(InputStream in, int[] left) throws IOException {
    var line = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        if (line.isEmpty()) {
          return Optional.empty();
        }
        throw new EOFException("the peer closed within a line");
      }
      if (--left[0] < 0) {
        throw new Malformed("the head is too long");
      }
      if (next == '\n') {
        return Optional.of(line.toString());
      }
      if (next == '\r') {
        if (in.read() != '\n') {
          throw new Malformed("a carriage return alone");
        }
        return Optional.of(line.toString());
      }
      if (next == 0) {
        throw new Malformed("a zero byte");
      }
      line.append((char) next);
    }
  }

  /// Text of a head as bytes: one byte a character, as it was read.
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static final class Counted extends InputStream {
    private final InputStream in;
    private long left;

    Counted(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(into, offset, (int) Math.min(length, left));
      if (n < 0) {
        throw new EOFException(left + " bytes of the body are missing");
      }
      left -= n;
      return n;
    }
  }

  private static final class Chunks extends InputStream {
    private final InputStream in;
    private long left;
    private boolean begun;
    private boolean ended;

    Chunks(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0 && !ended) {
        next();
      }
      if (ended) {
        return -1;
      }
      int n = in.read(into, offset, (int) Math.min(length, left));
      if (n < 0) {
        throw new EOFException("the peer closed within a chunk");
      }
      left -= n;
      return n;
    }

    private void next() throws IOException {
      var bound = new int[] {CHUNK_LINE_MAX};
      if (begun && !line(in, bound).orElseThrow(EOFException::new).isEmpty()) {
        throw new Malformed("a chunk is longer than it says");
      }
      begun = true;
      var size = CHUNK.matcher(line(in, bound).orElseThrow(EOFException::new));
      if (!size.matches()) {
        throw new Malformed("not a chunk size");
      }
      left = Long.parseLong(size.group(1), 16);
      if (left == 0) {
        ended = true;
        var trailers = new int[] {HEAD_MAX};
        while (!line(in, trailers).orElseThrow(EOFException::new).isEmpty()) {
          continue;
        }
      }
    }
  }
}
