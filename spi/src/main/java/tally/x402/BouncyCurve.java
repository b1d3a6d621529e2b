package tally.x402;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/// secp256k1 in pure Java, for machines that cannot load libsecp256k1, and as its check.
public final class BouncyCurve implements Curve {

  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"));
  private static final BigInteger ORDER = DOMAIN.getN();
  private static final BigInteger HALF = ORDER.shiftRight(1);

  @Override
  public Signature sign(byte[] digest, byte[] privateKey) {
    var secret = secret(privateKey);
    var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    var parts = signer.generateSignature(Curve.checked(digest));
    var s = parts[1].compareTo(HALF) > 0 ? ORDER.subtract(parts[1]) : parts[1];
    var wanted = address(privateKey);
    for (int v = 27; v <= 28; v++) {
      var candidate = join(parts[0], s, v);
      if (recover(digest, candidate).filter(wanted::equals).isPresent()) {
        return candidate;
      }
    }
    throw new IllegalStateException("a fresh signature recovers to nobody");
  }

  @Override
  public Optional<Address> recover(byte[] digest, Signature signature) {
    var bytes = signature.bytes();
    var r = new BigInteger(1, Arrays.copyOfRange(bytes, 0, 32));
    var s = new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64));
    int v = bytes[64];
    if (v != 27 && v != 28
        || r.signum() == 0
        || r.compareTo(ORDER) >= 0
        || s.signum() == 0
        || s.compareTo(HALF) > 0) {
      return Optional.empty();
    }
    var encoded = new byte[33];
    encoded[0] = (byte) (v == 27 ? 2 : 3);
    System.arraycopy(bytes, 0, encoded, 1, 32);
    ECPoint point;
    try {
      point = DOMAIN.getCurve().decodePoint(encoded);
    } catch (IllegalArgumentException noSuchPoint) {
      return Optional.empty();
    }
    var e = new BigInteger(1, Curve.checked(digest));
    var inverse = BigIntegers.modOddInverse(ORDER, r);
    var u1 = inverse.multiply(e.negate()).mod(ORDER);
    var u2 = inverse.multiply(s).mod(ORDER);
    var key = ECAlgorithms.sumOfTwoMultiplies(DOMAIN.getG(), u1, point, u2).normalize();
    return key.isInfinity() ? Optional.empty() : Optional.of(addressOf(key));
  }

  @Override
  public Address address(byte[] privateKey) {
    return addressOf(
        new FixedPointCombMultiplier().multiply(DOMAIN.getG(), secret(privateKey)).normalize());
  }

  /// The address of an uncompressed public key, 65 bytes beginning with 4.
  static Address addressOf(byte[] uncompressed) {
    var hash = Keccak.hash(Arrays.copyOfRange(uncompressed, 1, 65));
    return Address.of(Arrays.copyOfRange(hash, 12, 32));
  }

  private static Address addressOf(ECPoint point) {
    return addressOf(point.getEncoded(false));
  }

  private static BigInteger secret(byte[] privateKey) {
    var secret = new BigInteger(1, privateKey);
    if (privateKey.length != 32 || secret.signum() == 0 || secret.compareTo(ORDER) >= 0) {
      throw new IllegalArgumentException("not a secp256k1 private key");
    }
    return secret;
  }

  private static Signature join(BigInteger r, BigInteger s, int v) {
    var out = new byte[Signature.BYTES];
    System.arraycopy(BigIntegers.asUnsignedByteArray(32, r), 0, out, 0, 32);
    System.arraycopy(BigIntegers.asUnsignedByteArray(32, s), 0, out, 32, 32);
    out[64] = (byte) v;
    return Signature.of(out);
  }
}
