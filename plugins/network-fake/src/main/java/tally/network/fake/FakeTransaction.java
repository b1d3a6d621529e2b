package tally.network.fake;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Curve;
import tally.x402.Hex;
import tally.x402.Keccak;
import tally.x402.Signature;

/// A signed transaction as the chain takes it: canonical JSON, the sender's signature over
/// keccak256 of the unsigned JSON.
///
/// @param bytes the signed form
/// @param hash keccak256 of it
record FakeTransaction(Body body, Signature signature, byte[] bytes, Bytes32 hash) {

  /// @param chain CAIP-2, so that a transaction acts on one chain only
  record Body(String chain, Address sender, BigInteger nonce, Fee fee, Intent.Call call) {}

  private record Signed(Body body, Signature signature) {}

  /// The largest transaction that the chain takes.
  static final int BYTES_MAX = 128 * 1024;

  static byte[] unsigned(Body body) {
    return FakeWire.write(Body.class, body);
  }

  static Bytes32 digest(byte[] unsigned) {
    return Bytes32.of(Keccak.hash(unsigned));
  }

  static FakeTransaction of(Body body, Signature signature) {
    var bytes = FakeWire.write(Signed.class, new Signed(body, signature));
    return new FakeTransaction(body, signature, bytes, Bytes32.of(Keccak.hash(bytes)));
  }

  /// Reads what somebody broadcast; empty where it is not the one canonical form, not for this
  /// chain, or not signed by its sender.
  static Optional<FakeTransaction> read(byte[] bytes, Curve curve) {
    return parse(bytes)
        .filter(read -> read.body().chain().equals(Genesis.NETWORK))
        .filter(read -> isSignedBySender(read, curve));
  }

  private static Optional<FakeTransaction> parse(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      return Optional.empty();
    }
    try {
      var signed = FakeWire.read(Signed.class, bytes);
      var read = of(signed.body(), signed.signature());
      return Optional.of(read).filter(same -> Arrays.equals(same.bytes(), bytes));
    } catch (RuntimeException malformed) {
      return Optional.empty();
    }
  }

  private static boolean isSignedBySender(FakeTransaction read, Curve curve) {
    var signer = curve.recover(digest(unsigned(read.body())).bytes(), read.signature());
    return signer.filter(read.body().sender()::equals).isPresent();
  }

  String hex() {
    return Hex.of(bytes);
  }
}
