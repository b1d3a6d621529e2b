package tally.server.pages;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tally.party.Look;
import tally.party.Looks;
import tally.party.Party;
import tally.server.internal.Assets;
import tally.server.internal.Balances;
import tally.server.internal.Forms;
import tally.server.internal.Roles;

/// Writes pages: chooses the language, frames what a door shows, and renders it by its template,
/// which takes one parameter of the same record.
@Component
@WithPages
final class Pages {

  static final String LANGUAGE = "tally_language";
  static final String THEME = "tally_theme";
  private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
  private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);
  private static final Duration LOOK_LIFE = Duration.ofDays(365);
  private static final int SECRET_BYTES = 16;

  private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);
  private final SecureRandom chance = new SecureRandom();
  private final Balances balances;
  private final Assets assets;
  private final Looks looks;
  private final Roles roles;
  private final Shelf shelf;
  private final boolean test;

  Pages(
      Balances balances,
      Assets assets,
      Looks looks,
      Roles roles,
      Shelf shelf,
      Environment environment) {
    this.looks = looks;
    this.roles = roles;
    this.balances = balances;
    this.assets = assets;
    this.shelf = shelf;
    this.test = environment.getProperty("tally.test", Boolean.class, true);
  }

  /// The frame of a page for whoever asks. A browser without a session gets a cookie that its forms
  /// are marked by.
  Frame frame(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Party party,
      String here) {
    // An account's wish goes with it to any browser; the cookie is of those without one.
    var look = party == null ? Look.NONE : looks.of(party.id());
    var words =
        Words.in(
            look.language()
                .map(Enum::name)
                .or(() -> cookie(request, LANGUAGE))
                .or(() -> Optional.ofNullable(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE)))
                .orElse("en"));
    var figures = new Figures(words, assets.fiat(), ZoneId.systemDefault());
    var who = party == null ? null : who(party);
    var theme =
        look.theme()
            .map(wish -> wish.name().toLowerCase(Locale.ROOT))
            .or(() -> cookie(request, THEME))
            .filter(it -> it.matches("light|dark"))
            .orElse("");
    var mark = Forms.mark(request).orElseGet(() -> visit(response));
    return new Frame(
        words, figures, here, request.getRequestURI(), test, who, mark, theme, roles, shelf);
  }

  /// The same frame with the person's money as it now is.
  Frame anew(Frame frame, Party party) {
    return frame.with(who(party));
  }

  Frame.Who who(Party party) {
    return new Frame.Who(
        party.name(),
        party.roles().contains(Party.Role.OPERATOR),
        balances.of(party.tenant(), party.holder()));
  }

  private String visit(HttpServletResponse response) {
    var bytes = new byte[SECRET_BYTES];
    chance.nextBytes(bytes);
    var secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(Forms.VISIT, secret)
            .path("/")
            .httpOnly(true)
            .sameSite("Lax")
            .build()
            .toString());
    return Forms.mark(secret);
  }

  String render(String template, Object page) {
    var out = new StringOutput();
    engine.render(template + ".jte", page, out);
    return out.toString();
  }

  /// What is sent of a page that is watched: the purse in the rail, and the part.
  String part(String template, Frame frame, Object page) {
    return render("part/purse", frame) + render("part/" + template, page);
  }

  ResponseEntity<String> show(String template, Object page) {
    return show(HttpStatus.OK, template, page);
  }

  /// Nobody else's machine keeps it.
  ResponseEntity<String> show(HttpStatus status, String template, Object page) {
    return ResponseEntity.status(status)
        .contentType(HTML)
        .cacheControl(CacheControl.noStore())
        .body(render(template, page));
  }

  /// A table to keep.
  static ResponseEntity<String> table(String name, String csv) {
    return ResponseEntity.ok()
        .contentType(CSV)
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
        .cacheControl(CacheControl.noStore())
        .body(csv);
  }

  static ResponseEntity<String> to(String path) {
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .location(URI.create(path))
        .cacheControl(CacheControl.noStore())
        .build();
  }

  /// A wish of how pages look, which the browser keeps.
  static String look(String name, String value) {
    return ResponseCookie.from(name, value)
        .path("/")
        .httpOnly(true)
        .sameSite("Lax")
        .maxAge(LOOK_LIFE)
        .build()
        .toString();
  }

  private static Optional<String> cookie(HttpServletRequest request, String name) {
    var cookies = request.getCookies();
    if (cookies != null) {
      for (var cookie : cookies) {
        if (cookie.getName().equals(name)) {
          return Optional.of(cookie.getValue());
        }
      }
    }
    return Optional.empty();
  }
}
