package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tally.party.Parties;
import tally.party.Party;

/// Accounts and sessions.
@RestController
@RequestMapping("/api/v1")
public class PartyDoor {

  record Account(@Nullable String name, @Nullable String password) {}

  record Named(UUID id, String name) {}

  record Opened(String token, Instant until) {}

  record Link(URI url) {}

  record OneTime(@Nullable String token) {}

  record Me(UUID id, String name, List<String> roles) {}

  private final Parties parties;
  private final Entrances entrances;

  PartyDoor(Parties parties, Entrances entrances) {
    this.parties = parties;
    this.entrances = entrances;
  }

  @PostMapping("/parties")
  ResponseEntity<Named> register(
      @RequestHeader(Ids.KEY) String key,
      @RequestBody Account account,
      HttpServletRequest request) {
    var made =
        entrances.register(
            request,
            Ids.of(key),
            Json.need("name", account.name()),
            Json.need("password", account.password()));
    return ResponseEntity.status(HttpStatus.CREATED)
        .body(new Named(made.id().value(), made.name()));
  }

  @PostMapping("/session")
  ResponseEntity<Opened> signIn(@RequestBody Account account, HttpServletRequest request) {
    return opened(
        entrances.signIn(
            request, Json.need("name", account.name()), Json.need("password", account.password())));
  }

  /// Opens the session of a one-time link, once.
  @PostMapping("/session/follow")
  ResponseEntity<Opened> follow(@RequestBody OneTime link, HttpServletRequest request) {
    return opened(entrances.follow(request, Json.need("token", link.token())));
  }

  private static ResponseEntity<Opened> opened(Parties.Entrance.Open open) {
    return ResponseEntity.status(HttpStatus.CREATED)
        .header(HttpHeaders.SET_COOKIE, cookie(open.token()))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .body(new Opened(open.token(), open.until()));
  }

  @DeleteMapping("/session")
  ResponseEntity<Void> signOut(HttpServletRequest request) {
    Sessions.token(request).ifPresent(parties::signOut);
    return ResponseEntity.noContent().header(HttpHeaders.SET_COOKIE, noCookie()).build();
  }

  @PostMapping("/session/link")
  ResponseEntity<Link> link(@AuthenticationPrincipal Party party, HttpServletRequest request) {
    var base = "http://127.0.0.1:" + request.getLocalPort();
    var url = URI.create(base + "/in?token=" + parties.link(party.id()));
    return ResponseEntity.status(HttpStatus.CREATED).body(new Link(url));
  }

  @GetMapping("/me")
  Me me(@AuthenticationPrincipal Party party) {
    var roles = party.roles().stream().map(Party.Role::name).sorted().toList();
    return new Me(party.id().value(), party.name(), roles);
  }

  /// Lax: who comes back from his bank's page, or follows a link, is still signed in. What changes
  /// anything bears a header or a form's mark beside it.
  public static String cookie(String token) {
    return ResponseCookie.from(Sessions.COOKIE, token)
        .path("/")
        .httpOnly(true)
        .sameSite("Lax")
        .build()
        .toString();
  }

  public static String noCookie() {
    return ResponseCookie.from(Sessions.COOKIE, "")
        .path("/")
        .maxAge(Duration.ZERO)
        .build()
        .toString();
  }
}
