package tally.x402;

/// A 20-byte account address of an EVM chain, in lower case. Mixed case is read; its checksum
/// (EIP-55) is shown by `checksummed`.
public record Address(String hex) {

  public static final Address ZERO = new Address("0x" + "0".repeat(40));

  public Address {
    hex = Hex.ofLength(hex, 20);
  }

  public static Address of(byte[] bytes) {
    return new Address(Hex.of(bytes));
  }

  public byte[] bytes() {
    return Hex.bytes(hex);
  }

  public boolean isZero() {
    return equals(ZERO);
  }

  /// The EIP-55 form, which is what the protocol's JSON carries.
  public String checksummed() {
    var digits = hex.substring(2);
    var hash =
        Hex.of(Keccak.hash(digits.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
            .substring(2);
    var out = new StringBuilder("0x");
    for (int i = 0; i < digits.length(); i++) {
      boolean upper = Character.digit(hash.charAt(i), 16) >= 8;
      out.append(upper ? Character.toUpperCase(digits.charAt(i)) : digits.charAt(i));
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return hex;
  }
}
