package tally.adapter.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tally.adapter.http.Wire.Field;
import tally.adapter.http.Wire.Framing;

/// Serves the files of one folder: whole or one range (RFC 9110 §14), and its folders as lists.
///
/// Nothing outside the folder is served, however a path is written and wherever a link leads; nor
/// are names that begin with a dot.
record Shelf(Path root) {

  private static final int ENTRIES_MAX = 10_000;

  /// Answers one request; whether it was served, rather than refused.
  boolean serve(Exchange exchange, String path, Flow flow) throws IOException {
    if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
      exchange.refuse(405, "method_not_allowed");
      return false;
    }
    var found = find(path);
    if (found.isEmpty()) {
      exchange.refuse(404, "not_found");
      return false;
    }
    if (Files.isDirectory(found.get())) {
      list(exchange, found.get(), path, flow);
      return true;
    }
    return file(exchange, found.get(), flow);
  }

  /// What a path names, if it is a file or a folder within the root; links are followed first, then
  /// judged.
  private Optional<Path> find(String path) {
    var segments = Segments.of(path);
    if (segments.isEmpty()
        || segments.get().parts().stream().anyMatch(part -> part.startsWith("."))) {
      return Optional.empty();
    }
    try {
      var named = root;
      for (var part : segments.get().parts()) {
        named = named.resolve(part);
      }
      var real = named.toRealPath();
      boolean serves = Files.isRegularFile(real) ? !path.endsWith("/") : Files.isDirectory(real);
      boolean hidden = false;
      for (var name : real.startsWith(root) ? root.relativize(real) : real) {
        hidden |= name.toString().startsWith(".");
      }
      return real.startsWith(root) && serves && !hidden ? Optional.of(real) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean file(Exchange exchange, Path file, Flow flow) throws IOException {
    try (var channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      var facts = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      long size = channel.size();
      var tag =
          "\""
              + Long.toHexString(facts.lastModifiedTime().toMillis())
              + "-"
              + Long.toHexString(size)
              + "\"";
      var fields = new ArrayList<Field>();
      fields.add(new Field("Accept-Ranges", "bytes"));
      fields.add(new Field("ETag", tag));
      if (exchange.head().first("if-none-match").filter(tag::equals).isPresent()) {
        flow.answer(exchange, 304, fields, Framing.NONE, InputStream.nullInputStream());
        return true;
      }
      var type = Files.probeContentType(file);
      fields.add(new Field("Content-Type", type == null ? "application/octet-stream" : type));
      boolean whole =
          exchange.head().first("if-range").filter(seen -> !seen.equals(tag)).isPresent();
      return switch (whole ? new Range.Whole() : Range.of(exchange.head().all("range"), size)) {
        case Range.Whole() -> part(exchange, channel, 200, 0, size, fields, flow);
        case Range.Part(var from, var to) -> {
          fields.add(new Field("Content-Range", "bytes " + from + "-" + to + "/" + size));
          yield part(exchange, channel, 206, from, to - from + 1, fields, flow);
        }
        case Range.Outside() -> {
          exchange.refuse(416, "range_not_satisfiable");
          yield false;
        }
      };
    } catch (NoSuchFileException e) {
      exchange.refuse(404, "not_found");
      return false;
    }
  }

  private static boolean part(
      Exchange exchange,
      SeekableByteChannel file,
      int status,
      long from,
      long length,
      List<Field> fields,
      Flow flow)
      throws IOException {
    if (exchange.method().equals("HEAD")) {
      fields.add(new Field("Content-Length", Long.toString(length)));
      flow.answer(exchange, status, fields, Framing.NONE, InputStream.nullInputStream());
      return true;
    }
    var framing = new Framing.Length(length);
    flow.answer(
        exchange,
        status,
        fields,
        framing,
        Wire.body(Channels.newInputStream(file.position(from)), framing));
    return true;
  }

  /// A folder as a page, or as JSON for who asks for that:
  /// `[{"name":"a.txt","folder":false,"size":3}]`.
  private static void list(Exchange exchange, Path folder, String path, Flow flow)
      throws IOException {
    boolean json =
        exchange
            .head()
            .first("accept")
            .filter(accept -> accept.contains("application/json"))
            .isPresent();
    var body = (json ? json(folder) : page(folder, path)).getBytes(StandardCharsets.UTF_8);
    var fields = new ArrayList<Field>();
    fields.add(new Field("Content-Type", json ? "application/json" : "text/html; charset=utf-8"));
    fields.add(new Field("Vary", "Accept"));
    boolean head = exchange.method().equals("HEAD");
    if (head) {
      fields.add(new Field("Content-Length", Integer.toString(body.length)));
    }
    flow.answer(
        exchange,
        200,
        fields,
        head ? Framing.NONE : new Framing.Length(body.length),
        new ByteArrayInputStream(head ? new byte[0] : body));
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .limit(ENTRIES_MAX)
          .toList();
    }
  }

  private static String json(Path folder) throws IOException {
    var text = new StringBuilder("[");
    for (var file : entries(folder)) {
      boolean inner = Files.isDirectory(file);
      text.append(text.length() > 1 ? "," : "")
          .append("{\"name\":\"")
          .append(quoted(file.getFileName().toString()));
      text.append("\",\"folder\":").append(inner);
      text.append(",\"size\":")
          .append(inner || !Files.isRegularFile(file) ? 0 : Files.size(file))
          .append('}');
    }
    return text.append("]\n").toString();
  }

  private static String page(Path folder, String path) throws IOException {
    var text = new StringBuilder("<!doctype html>\n<meta charset=\"utf-8\">\n<ul>\n");
    int slash = path.lastIndexOf('/');
    var before = path.endsWith("/") || path.isEmpty() ? "" : path.substring(slash + 1) + "/";
    for (var file : entries(folder)) {
      var name = file.getFileName() + (Files.isDirectory(file) ? "/" : "");
      text.append("<li><a href=\"")
          .append(escaped("./" + before))
          .append(encoded(name))
          .append("\">");
      text.append(escaped(name)).append("</a>\n");
    }
    return text.append("</ul>\n").toString();
  }

  private static String quoted(String text) {
    var out = new StringBuilder();
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            out.append('\\').append((char) c);
          } else if (c < 0x20) {
            out.append(String.format("\\u%04x", c));
          } else {
            out.append((char) c);
          }
        });
    return out.toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String encoded(String name) {
    var out = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b > 0 && (Character.isLetterOrDigit(b) || "-._~/".indexOf(b) >= 0);
      out.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b & 0xff));
    }
    return out.toString();
  }
}
