package tally.server.internal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import tally.party.Parties;

/// Finds the session that a request brings: a bearer token, or a browser's cookie. A cookie alone
/// changes nothing without the header `X-Tally: 1` or the mark of our own forms, which no foreign
/// page can send.
public final class Sessions extends OncePerRequestFilter {

  public static final String COOKIE = "tally_session";
  static final String CSRF_HEADER = "X-Tally";
  private static final String BEARER = "Bearer ";
  private final Parties parties;
  private final ProblemWriter problems;

  Sessions(Parties parties, ProblemWriter problems) {
    this.parties = parties;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var bearer = bearer(request);
    var token = bearer.or(() -> cookie(request));
    if (token.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    boolean changes = !HttpMethod.GET.matches(request.getMethod());
    boolean ours = "1".equals(request.getHeader(CSRF_HEADER)) || Forms.marked(request);
    if (bearer.isEmpty() && changes && !ours) {
      problems.write(
          request,
          response,
          "csrf_header_missing",
          "A browser's session needs the header X-Tally: 1.");
      return;
    }
    parties
        .session(token.get())
        .ifPresent(party -> {
          var authorities =
              party.roles().stream()
                  .map(role -> new SimpleGrantedAuthority(SignIn.authority(role)))
                  .toList();
          var context = SecurityContextHolder.createEmptyContext();
          context.setAuthentication(
              UsernamePasswordAuthenticationToken.authenticated(party, null, authorities));
          SecurityContextHolder.setContext(context);
        });
    chain.doFilter(request, response);
  }

  /// The token of this request, by header or cookie.
  public static Optional<String> token(HttpServletRequest request) {
    return bearer(request).or(() -> cookie(request));
  }

  private static Optional<String> bearer(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION))
        .filter(value -> value.startsWith(BEARER))
        .map(value -> value.substring(BEARER.length()).strip());
  }

  private static Optional<String> cookie(HttpServletRequest request) {
    return Forms.cookie(request, COOKIE);
  }
}
