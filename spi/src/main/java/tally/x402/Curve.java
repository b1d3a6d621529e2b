package tally.x402;

import java.util.Optional;

/// ECDSA on secp256k1 with recoverable, deterministic (RFC 6979), low-s signatures.
public interface Curve {

  /// Signs a 32-byte digest with a 32-byte private key; v is 27 or 28.
  Signature sign(byte[] digest, byte[] privateKey);

  /// The address that signed, or empty where r or s is out of range, s is high (EIP-2), v is not 27
  /// or 28, or no point fits. Throws where the digest is not 32 bytes, as signing does.
  Optional<Address> recover(byte[] digest, Signature signature);

  /// The address of a private key; refuses zero and what is not below the group's order.
  Address address(byte[] privateKey);

  /// The digest, if it is one.
  static byte[] checked(byte[] digest) {
    if (digest.length != 32) {
      throw new IllegalArgumentException("a digest has 32 bytes, this has " + digest.length);
    }
    return digest;
  }

  /// libsecp256k1 where this machine can load it, else BouncyCastle.
  static Curve fastest() {
    return NativeCurve.load().orElseGet(BouncyCurve::new);
  }
}
