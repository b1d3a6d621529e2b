package tally.money;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// Ids that follow from another id and a step, so that whoever repeats the step names the same
/// thing.
public final class Derived {

  private Derived() {}

  /// A version 8 UUID (RFC 9562) of SHA-256(parent ‖ step).
  public static UUID id(UUID parent, String step) {
    return id(parent + "/" + step);
  }

  /// A version 8 UUID of SHA-256(text).
  public static UUID id(String text) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      hash[6] = (byte) ((hash[6] & 0x0f) | 0x80);
      hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
      var bytes = ByteBuffer.wrap(hash);
      return new UUID(bytes.getLong(), bytes.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
