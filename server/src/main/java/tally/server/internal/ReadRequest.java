package tally.server.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request whose body was read, and whose fields come from it where it is a form.
final class ReadRequest extends HttpServletRequestWrapper {

  /// Fields of one form that are heard; the rest is passed over.
  private static final int FIELDS_MAX = 64;

  private final byte[] body;
  private final Map<String, String[]> fields;

  ReadRequest(HttpServletRequest request, byte[] body) {
    super(request);
    this.body = body;
    var type = request.getContentType();
    boolean form = type != null && type.startsWith("application/x-www-form-urlencoded");
    this.fields = form ? read(new String(body, UTF_8)) : request.getParameterMap();
  }

  /// Of a repeated field the first counts; what is no field is passed over.
  private static Map<String, String[]> read(String form) {
    var fields = new LinkedHashMap<String, String[]>();
    for (var pair : form.split("&", FIELDS_MAX + 1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && fields.size() < FIELDS_MAX) {
        try {
          fields.putIfAbsent(
              URLDecoder.decode(pair.substring(0, equals), UTF_8),
              new String[] {URLDecoder.decode(pair.substring(equals + 1), UTF_8)});
        } catch (IllegalArgumentException malformed) {
          continue;
        }
      }
    }
    return Collections.unmodifiableMap(fields);
  }

  @Override
  public @Nullable String getParameter(String name) {
    var values = fields.get(name);
    return values == null || values.length == 0 ? null : values[0];
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return fields;
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(fields.keySet());
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return fields.get(name);
  }

  @Override
  public ServletInputStream getInputStream() {
    var bytes = new ByteArrayInputStream(body);
    return new ServletInputStream() {
      @Override
      public boolean isFinished() {
        return bytes.available() == 0;
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void setReadListener(ReadListener listener) {
        throw new UnsupportedOperationException("this body is read blocking");
      }

      @Override
      public int read() {
        return bytes.read();
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        return bytes.read(into, offset, length);
      }
    };
  }

  @Override
  public BufferedReader getReader() {
    return new BufferedReader(new InputStreamReader(getInputStream(), UTF_8));
  }
}
