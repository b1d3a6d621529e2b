package tally.x402;

/// A recoverable secp256k1 signature: 65 bytes r ‖ s ‖ v. Whether it is a good one (low s, v 27 or
/// 28) is for `Curve.recover` to say.
public record Signature(String hex) {

  public static final int BYTES = 65;

  public Signature {
    hex = Hex.ofLength(hex, BYTES);
  }

  public static Signature of(byte[] bytes) {
    return new Signature(Hex.of(bytes));
  }

  public byte[] bytes() {
    return Hex.bytes(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
