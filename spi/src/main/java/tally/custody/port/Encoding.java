package tally.custody.port;

import java.math.BigInteger;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Signature;

/// How one network writes transactions and statements. Pure: no network call, the same answer for
/// the same input.
public interface Encoding {

  /// @param maxFee and `priority`: the network's smallest unit per unit of work
  /// @param limit units of work that the transaction may use at most
  record Fee(BigInteger maxFee, BigInteger priority, BigInteger limit) {
    public Fee withLimit(BigInteger other) {
      return new Fee(maxFee, priority, other);
    }
  }

  /// @param bytes the unsigned transaction
  /// @param digest what the sender's key signs
  record Unsigned(byte[] bytes, Bytes32 digest) {}

  /// @param bytes what is broadcast
  record Signed(byte[] bytes, Bytes32 hash) {}

  Unsigned encode(Intent.Call call, Address sender, BigInteger nonce, Fee fee);

  Signed assemble(Unsigned unsigned, Signature signature);

  Bytes32 digest(Intent.Statement statement);
}
