package tally.custody;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;
import tally.x402.Bytes32;

/// One line of a key's log: what was wished, by whose word, and what custody answered. Each line
/// holds the hash of the line before.
///
/// @param number 1 for a key's first line, without gaps
/// @param nonce empty for a statement
/// @param intent and `approval`: as `Json` writes them
/// @param outcome `signed`, or the code of the refusal
/// @param digest what was signed; empty where it was refused
/// @param at to the microsecond, which is what the database keeps
/// @param previous zero before a key's first line
public record Logged(
    KeyRef key,
    long number,
    Optional<BigInteger> nonce,
    String intent,
    String approval,
    String outcome,
    Optional<Bytes32> digest,
    Instant at,
    Bytes32 previous) {

  public static final String SIGNED = "signed";

  /// SHA-256 over every part, each preceded by its length, so that no two lines read alike.
  public Bytes32 hash() {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      put(hash, previous.hex());
      put(hash, key.tenant().name());
      put(hash, key.holder().name());
      put(hash, key.network());
      put(hash, Long.toString(number));
      put(hash, nonce.map(BigInteger::toString).orElse(""));
      put(hash, intent);
      put(hash, approval);
      put(hash, outcome);
      put(hash, digest.map(Bytes32::hex).orElse(""));
      put(hash, at.toString());
      return Bytes32.of(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void put(MessageDigest hash, String part) {
    var bytes = part.getBytes(StandardCharsets.UTF_8);
    hash.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    hash.update(bytes);
  }
}
