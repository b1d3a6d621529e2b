package tally.server.internal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
  private final List<Gate> gates;

  Walls(Roles roles, PublicListener listener, ProblemWriter problems, Routes routes) {
    this.roles = roles;
    this.listener = listener;
    this.problems = problems;
    this.gates = routes.all().stream().map(Gate::of).toList();
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
    chain.doFilter(new ReadRequest(request, body), response);
  }
}
