package tally.server.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// What a form of our pages carries, and a form of a foreign page cannot: a hash of the session's
/// secret, or, before there is a session, of a cookie that the sign-in page set.
public final class Forms {

  /// The hidden field.
  public static final String FIELD = "form";

  /// The cookie of a browser without a session.
  public static final String VISIT = "tally_visit";

  private static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

  private Forms() {}

  /// What the hidden field must say; empty where the request brings neither session nor visit.
  public static Optional<String> mark(HttpServletRequest request) {
    return cookie(request, Sessions.COOKIE).or(() -> cookie(request, VISIT)).map(Forms::mark);
  }

  public static String mark(String secret) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(("form " + secret).getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// Whether the request is a form that bears the mark.
  public static boolean marked(HttpServletRequest request) {
    var type = request.getContentType();
    if (type == null || !type.startsWith(MEDIA_TYPE)) {
      return false;
    }
    var given = request.getParameter(FIELD);
    return given != null
        && mark(request)
            .filter(wanted -> MessageDigest.isEqual(wanted.getBytes(UTF_8), given.getBytes(UTF_8)))
            .isPresent();
  }

  /// Refuses a form that another page sent, with `csrf_header_missing`.
  public static void need(HttpServletRequest request) {
    if (!marked(request)) {
      throw new Refused("csrf_header_missing", "This form is too old, or another page sent it.");
    }
  }

  static Optional<String> cookie(HttpServletRequest request, String name) {
    return Optional.ofNullable(request.getCookies()).stream()
        .flatMap(Arrays::stream)
        .filter(cookie -> name.equals(cookie.getName()))
        .map(Cookie::getValue)
        .findFirst();
  }
}
