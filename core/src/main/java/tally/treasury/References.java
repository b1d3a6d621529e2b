package tally.treasury;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import tally.x402.Bytes32;
import tally.x402.Keccak;

/// How this processor names its payments and evidence on chain: hashes salted with a secret, so
/// that nobody can tell whose they are. Source: `reference/vault.md` §8.4.
public final class References {

  public static final int SECRET_BYTES = 32;
  private final byte[] secret;

  public References(byte[] secret) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException("the secret has " + SECRET_BYTES + " bytes");
    }
    this.secret = secret.clone();
  }

  /// keccak256(secret ‖ grant id).
  public Bytes32 payment(Grant.Id id) {
    var bytes = ByteBuffer.allocate(16);
    bytes
        .putLong(id.value().getMostSignificantBits())
        .putLong(id.value().getLeastSignificantBits());
    return Bytes32.of(Keccak.hash(secret, bytes.array()));
  }

  /// keccak256(secret ‖ text).
  public Bytes32 evidence(String text) {
    return Bytes32.of(Keccak.hash(secret, text.getBytes(UTF_8)));
  }

  /// By what two nodes see that they have the same secret; it tells nothing else of it.
  public Bytes32 mark() {
    return evidence("tally: the mark of this secret");
  }
}
