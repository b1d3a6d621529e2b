package tally.x402;

import java.util.HexFormat;

/// Bytes written as `0x` and lower-case hexadecimal digits.
public final class Hex {

  private Hex() {}

  public static String of(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  /// Reads `0x` and an even count of digits; throws `IllegalArgumentException` on anything else.
  public static byte[] bytes(String hex) {
    if (!hex.startsWith("0x")) {
      throw new IllegalArgumentException("hexadecimal bytes begin with 0x");
    }
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }

  static String ofLength(String hex, int bytes) {
    if (bytes(hex).length != bytes) {
      throw new IllegalArgumentException("wanted " + bytes + " bytes: " + hex);
    }
    return hex.toLowerCase(java.util.Locale.ROOT);
  }
}
