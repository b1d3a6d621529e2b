package tally.x402;

/// 32 bytes in lower-case hexadecimal.
public record Bytes32(String hex) {

  public static final Bytes32 ZERO = new Bytes32("0x" + "0".repeat(64));

  public Bytes32 {
    hex = Hex.ofLength(hex, 32);
  }

  public static Bytes32 of(byte[] bytes) {
    return new Bytes32(Hex.of(bytes));
  }

  public byte[] bytes() {
    return Hex.bytes(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
