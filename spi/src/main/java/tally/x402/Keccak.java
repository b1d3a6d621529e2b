package tally.x402;

import org.bouncycastle.crypto.digests.KeccakDigest;

/// Keccak-256, the hash of EVM chains (the submission to SHA-3, not the standard that came of it).
public final class Keccak {

  private Keccak() {}

  public static byte[] hash(byte[]... parts) {
    var digest = new KeccakDigest(256);
    for (var part : parts) {
      digest.update(part, 0, part.length);
    }
    var out = new byte[32];
    digest.doFinal(out, 0);
    return out;
  }
}
