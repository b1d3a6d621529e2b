package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
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
import tally.money.Tenant;
import tally.party.Parties;
import tally.party.Party;

/// Accounts and sessions.
@RestController
@RequestMapping("/api/v1")
class PartyDoor {

  record Account(@Nullable String name, @Nullable String password) {}

  record Named(UUID id, String name) {}

  record Opened(String token, Instant until) {}

  record Link(URI url) {}

  record Me(UUID id, String name, List<String> roles) {}

  private final Parties parties;
  private final Tries tries;

  PartyDoor(Parties parties, Tries tries) {
    this.parties = parties;
    this.tries = tries;
  }

  @PostMapping("/parties")
  ResponseEntity<Named> register(
      @RequestHeader(Ids.KEY) String key,
      @RequestBody Account account,
      HttpServletRequest request) {
    tries.count(request.getRemoteAddr());
    var party =
        new Party(
            new Party.Id(Ids.of(key)),
            Tenant.HOUSE,
            Json.need("name", account.name()),
            Set.of(Party.Role.PERSON));
    return switch (parties.register(party, Json.need("password", account.password()))) {
      case Parties.Answer.Registered(var made) ->
          ResponseEntity.status(HttpStatus.CREATED).body(new Named(made.id().value(), made.name()));
      case Parties.Answer.Refused refused -> throw new Refused(refused);
    };
  }

  @PostMapping("/session")
  ResponseEntity<Opened> signIn(@RequestBody Account account, HttpServletRequest request) {
    tries.count(request.getRemoteAddr());
    var entrance =
        parties.signIn(
            Tenant.HOUSE,
            Json.need("name", account.name()),
            Json.need("password", account.password()));
    return switch (entrance) {
      case Parties.Entrance.Open open ->
          ResponseEntity.status(HttpStatus.CREATED)
              .header(HttpHeaders.SET_COOKIE, cookie(open.token()))
              .header(HttpHeaders.CACHE_CONTROL, "no-store")
              .body(new Opened(open.token(), open.until()));
      case Parties.Entrance.Refused refused -> throw new Refused(refused);
    };
  }

  @DeleteMapping("/session")
  ResponseEntity<Void> signOut(HttpServletRequest request) {
    Sessions.token(request).ifPresent(parties::signOut);
    var gone = ResponseCookie.from(Sessions.COOKIE, "").path("/").maxAge(Duration.ZERO).build();
    return ResponseEntity.noContent().header(HttpHeaders.SET_COOKIE, gone.toString()).build();
  }

  @PostMapping("/session/link")
  ResponseEntity<Link> link(@AuthenticationPrincipal Party party, HttpServletRequest request) {
    var base = "http://127.0.0.1:" + request.getLocalPort();
    var url = URI.create(base + "/sign-in?link=" + parties.link(party.id()));
    return ResponseEntity.status(HttpStatus.CREATED).body(new Link(url));
  }

  @GetMapping("/me")
  Me me(@AuthenticationPrincipal Party party) {
    var roles = party.roles().stream().map(Party.Role::name).sorted().toList();
    return new Me(party.id().value(), party.name(), roles);
  }

  static String cookie(String token) {
    return ResponseCookie.from(Sessions.COOKIE, token)
        .path("/")
        .httpOnly(true)
        .sameSite("Strict")
        .build()
        .toString();
  }
}
