package tally.network.fake;

import java.math.BigInteger;
import java.time.Instant;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;
import tally.x402.Keccak;
import tally.x402.TypedData;

/// EIP-712 digests of the vault, in the domain `Tally SpendingVault`, version `1`.
final class VaultTypedData {

  private static final byte[] DRAW = TypedData.hash("Draw(bytes32 channelId,uint128 total)");
  private static final byte[] RELEASE = TypedData.hash("Release(address to,uint128 total)");
  private static final byte[] SURRENDER = TypedData.hash("Surrender(bytes32 payment,uint128 rest)");
  private static final byte[] APPEAL = TypedData.hash("Appeal(bytes32 payment,uint40 frozenAt)");
  private static final byte[] SEPARATOR =
      TypedData.domain("Tally SpendingVault", "1", Genesis.CHAIN_ID, Genesis.VAULT);

  private VaultTypedData() {}

  static Bytes32 draw(ChannelId channel, BigInteger total) {
    return digest(DRAW, channel.value().bytes(), TypedData.word(total));
  }

  static Bytes32 release(Address to, BigInteger total) {
    return digest(RELEASE, TypedData.word(to), TypedData.word(total));
  }

  static Bytes32 surrender(Bytes32 payment, BigInteger rest) {
    return digest(SURRENDER, payment.bytes(), TypedData.word(rest));
  }

  /// @param frozenAt counted in whole seconds
  static Bytes32 appeal(Bytes32 payment, Instant frozenAt) {
    return digest(
        APPEAL, payment.bytes(), TypedData.word(BigInteger.valueOf(frozenAt.getEpochSecond())));
  }

  private static Bytes32 digest(byte[] type, byte[] first, byte[] second) {
    return TypedData.digest(SEPARATOR, Keccak.hash(type, first, second));
  }
}
