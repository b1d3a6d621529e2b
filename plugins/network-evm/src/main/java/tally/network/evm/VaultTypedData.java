package tally.network.evm;

import java.math.BigInteger;
import java.time.Instant;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;
import tally.x402.Keccak;
import tally.x402.TypedData;

/// EIP-712 digests of one vault, in the domain `Tally SpendingVault`, version `1`.
final class VaultTypedData {

  private static final byte[] DRAW = TypedData.hash("Draw(bytes32 channelId,uint128 total)");
  private static final byte[] RELEASE = TypedData.hash("Release(address to,uint128 total)");
  private static final byte[] SURRENDER = TypedData.hash("Surrender(bytes32 payment,uint128 rest)");
  private static final byte[] APPEAL = TypedData.hash("Appeal(bytes32 payment,uint40 frozenAt)");

  private final byte[] separator;

  VaultTypedData(long chainId, Address vault) {
    this.separator = TypedData.domain("Tally SpendingVault", "1", chainId, vault);
  }

  Bytes32 draw(ChannelId channel, BigInteger total) {
    return digest(DRAW, channel.value().bytes(), TypedData.word(total));
  }

  Bytes32 release(Address to, BigInteger total) {
    return digest(RELEASE, TypedData.word(to), TypedData.word(total));
  }

  Bytes32 surrender(Bytes32 payment, BigInteger rest) {
    return digest(SURRENDER, payment.bytes(), TypedData.word(rest));
  }

  /// @param frozenAt counted in whole seconds
  Bytes32 appeal(Bytes32 payment, Instant frozenAt) {
    return digest(
        APPEAL, payment.bytes(), TypedData.word(BigInteger.valueOf(frozenAt.getEpochSecond())));
  }

  private Bytes32 digest(byte[] type, byte[] first, byte[] second) {
    return TypedData.digest(separator, Keccak.hash(type, first, second));
  }
}
