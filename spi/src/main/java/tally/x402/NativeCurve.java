package tally.x402;

import fr.acinq.secp256k1.Secp256k1;
import fr.acinq.secp256k1.Secp256k1Exception;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/// secp256k1 by libsecp256k1, the reference library, about three times as fast as pure Java.
public final class NativeCurve implements Curve {

  private static final BigInteger HALF =
      new BigInteger("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", 16);
  private final Secp256k1 library;

  private NativeCurve(Secp256k1 library) {
    this.library = library;
  }

  /// Empty where this machine has no native library.
  public static Optional<Curve> load() {
    try {
      return Optional.of(new NativeCurve(Secp256k1.Companion.get()));
    } catch (RuntimeException | LinkageError absent) {
      return Optional.empty();
    }
  }

  @Override
  public Signature sign(byte[] digest, byte[] privateKey) {
    var wanted = address(privateKey);
    var compact = library.sign(Curve.checked(digest), privateKey, null);
    for (int v = 27; v <= 28; v++) {
      var bytes = Arrays.copyOf(compact, Signature.BYTES);
      bytes[64] = (byte) v;
      var candidate = Signature.of(bytes);
      if (recover(digest, candidate).filter(wanted::equals).isPresent()) {
        return candidate;
      }
    }
    throw new IllegalStateException("a fresh signature recovers to nobody");
  }

  @Override
  public Optional<Address> recover(byte[] digest, Signature signature) {
    Curve.checked(digest);
    var bytes = signature.bytes();
    int v = bytes[64];
    if (v != 27 && v != 28
        || new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64)).compareTo(HALF) > 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          BouncyCurve.addressOf(library.ecdsaRecover(Arrays.copyOf(bytes, 64), digest, v - 27)));
    } catch (Secp256k1Exception noSuchPoint) {
      return Optional.empty();
    }
  }

  @Override
  public Address address(byte[] privateKey) {
    if (!library.secKeyVerify(privateKey)) {
      throw new IllegalArgumentException("not a secp256k1 private key");
    }
    return BouncyCurve.addressOf(library.pubkeyCreate(privateKey));
  }
}
