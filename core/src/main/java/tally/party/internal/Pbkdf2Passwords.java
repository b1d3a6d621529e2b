package tally.party.internal;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder.SecretKeyFactoryAlgorithm;
import tally.party.Passwords;

/// PBKDF2 with HMAC-SHA-256 and a salt of 16 random bytes, written `iterations$hash`. Source: RFC
/// 8018; work by OWASP's password storage sheet.
///
/// Hashing keeps a processor busy for a while, so one processor is always left to everybody else.
final class Pbkdf2Passwords implements Passwords {

  static final int ITERATIONS = 600_000;
  private static final int SALT_BYTES = 16;

  private final int iterations;
  private final Semaphore processors =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() - 1), true);

  /// @param iterations the work of a new hash; an older hash is checked with its own
  Pbkdf2Passwords(int iterations) {
    this.iterations = iterations;
  }

  @Override
  public String hash(String password) {
    return busy(() -> iterations + "$" + encoder(iterations).encode(password));
  }

  @Override
  public boolean matches(String password, String hash) {
    int dollar = hash.indexOf('$');
    if (dollar < 0) {
      throw new IllegalArgumentException("not a hash of this kind");
    }
    var encoder = encoder(Integer.parseInt(hash.substring(0, dollar)));
    return busy(() -> encoder.matches(password, hash.substring(dollar + 1)));
  }

  private <T> T busy(Supplier<T> work) {
    processors.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      processors.release();
    }
  }

  private static Pbkdf2PasswordEncoder encoder(int iterations) {
    return new Pbkdf2PasswordEncoder(
        "", SALT_BYTES, iterations, SecretKeyFactoryAlgorithm.PBKDF2WithHmacSHA256);
  }
}
