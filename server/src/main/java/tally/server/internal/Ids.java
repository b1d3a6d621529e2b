package tally.server.internal;

import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/// The id that a caller makes, which is also the key that makes a request safe to repeat.
final class Ids {

  static final String KEY = "Idempotency-Key";
  static final String REPLAYED = "Idempotency-Replayed";
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Ids() {}

  static UUID of(String key) {
    if (!UUID_FORM.matcher(key).matches()) {
      throw new Refused("idempotency_key_missing", "The Idempotency-Key must be a UUID.");
    }
    return UUID.fromString(key);
  }

  /// An id in a body; what names nothing is not found.
  static UUID named(String what, String text) {
    if (!UUID_FORM.matcher(text).matches()) {
      throw new Refused("not_found", "There is no such " + what + ".");
    }
    return UUID.fromString(text);
  }

  static <T> ResponseEntity<T> created(Road.Answer<T> answer) {
    return switch (answer) {
      case Road.Answer.Done<T>(var view, var replayed) -> created(view, replayed);
      case Road.Answer.Refused<T> refused -> throw new Refused(refused);
    };
  }

  static <T> ResponseEntity<T> created(T view, boolean replayed) {
    var response = ResponseEntity.status(HttpStatus.CREATED);
    if (replayed) {
      response.header(REPLAYED, "true");
    }
    return response.body(view);
  }
}
