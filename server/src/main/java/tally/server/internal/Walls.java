package tally.server.internal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import tally.server.internal.Routes.Route;

/// The first filter: denies what is not listed or came in by the wrong listener, and reads the body
/// whole, within its bound.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class Walls extends OncePerRequestFilter {

  static final int BODY_MAX_BYTES = 64 * 1024;
  static final int WEBHOOK_MAX_BYTES = 256 * 1024;

  private record Gate(Route route, PathPatternRequestMatcher any, PathPatternRequestMatcher exact) {
    static Gate of(Route route) {
      var paths = PathPatternRequestMatcher.withDefaults();
      return new Gate(
          route, paths.matcher(route.pattern()), paths.matcher(route.method(), route.pattern()));
    }
  }

  private final Roles roles;
  private final PublicListener listener;
  private final ProblemWriter problems;
  private final List<Gate> gates = Routes.ALL.stream().map(Gate::of).toList();

  Walls(Roles roles, PublicListener listener, ProblemWriter problems) {
    this.roles = roles;
    this.listener = listener;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var side = listener.side(request);
    var here =
        gates.stream()
            .filter(gate -> gate.route().side() == side && gate.any().matches(request))
            .toList();
    if (here.isEmpty()) {
      problems.write(request, response, "not_found", "There is nothing here.");
      return;
    }
    var exact = here.stream().filter(gate -> gate.exact().matches(request)).findFirst();
    if (exact.isEmpty()) {
      problems.write(request, response, "method_not_allowed", "Not " + request.getMethod() + ".");
      return;
    }
    var route = exact.get().route();
    if (!roles.opens(route.method(), route.pattern())) {
      problems.write(request, response, "role_closed", "This node is only " + roles.words() + ".");
      return;
    }
    if (HttpMethod.GET.matches(request.getMethod())) {
      chain.doFilter(request, response);
      return;
    }
    int most =
        request.getRequestURI().startsWith("/webhooks/") ? WEBHOOK_MAX_BYTES : BODY_MAX_BYTES;
    var body =
        request.getContentLengthLong() > most
            ? new byte[most + 1]
            : request.getInputStream().readNBytes(most + 1);
    if (body.length > most) {
      problems.write(request, response, "body_too_large", "A body has at most " + most + " bytes.");
      return;
    }
    chain.doFilter(new Read(request, body), response);
  }

  /// A request whose body was read.
  private static final class Read extends HttpServletRequestWrapper {
    private final byte[] body;

    Read(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
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
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }
}
