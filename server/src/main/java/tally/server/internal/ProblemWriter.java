package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Writes a problem from a filter, before any door is reached: as a page to a person, as JSON to a
/// program.
@Component
final class ProblemWriter {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private final ObjectProvider<ProblemFace> face;

  ProblemWriter(ObjectProvider<ProblemFace> face) {
    this.face = face;
  }

  void write(HttpServletRequest request, HttpServletResponse response, String code, String text)
      throws IOException {
    var page = face.getIfAvailable();
    if (page != null && page.show(request, response, code, text, instance(request))) {
      return;
    }
    var kind = Problems.kind(code);
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "urn:tally:problem:" + code);
    body.put("title", kind.title());
    body.put("status", kind.status());
    body.put("detail", text);
    body.put("instance", instance(request));
    body.put("code", code);
    var bytes = MAPPER.writeValueAsBytes(body);
    response.setStatus(kind.status());
    response.setContentType("application/problem+json");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  /// The path, if it is one that a URI may carry.
  static String instance(HttpServletRequest request) {
    try {
      return new URI(null, null, request.getRequestURI(), null).getRawPath();
    } catch (URISyntaxException e) {
      return "/";
    }
  }
}
