package tally.x402;

import java.math.BigInteger;

/// Transfers that a token's owner signs and anybody may send: deposits into channels, and the
/// scheme `exact`. Source: ERC-3009.
public final class Erc3009 {

  /// The official deposit collector, the same on every chain.
  public static final Address COLLECTOR = new Address("0x4020806089470a89826cB9fB1f4059150b550004");

  static final byte[] RECEIVE_TYPE =
      TypedData.hash(
          "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)");
  static final byte[] TRANSFER_TYPE =
      TypedData.hash(
          "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)");

  private final byte[] separator;

  /// @param name and `version`: of the token's own EIP-712 domain, as `extra` announces them
  public Erc3009(String name, String version, long chainId, Address token) {
    this.separator = TypedData.domain(name, version, chainId, token);
  }

  /// @param value units of the token
  /// @param validAfter and `validBefore`: seconds since 1970
  public record Authorization(
      Address from,
      Address to,
      BigInteger value,
      BigInteger validAfter,
      BigInteger validBefore,
      Bytes32 nonce) {}

  /// The nonce that ties an authorization to one channel: keccak256(abi.encode(channelId, salt)).
  public static Bytes32 nonce(ChannelId channel, Bytes32 salt) {
    return Bytes32.of(Keccak.hash(channel.value().bytes(), salt.bytes()));
  }

  /// What the payer of a deposit signs; only the receiver named (the collector) may use it.
  public Bytes32 receive(Authorization authorization) {
    return digest(RECEIVE_TYPE, authorization);
  }

  /// What the payer of the scheme `exact` signs; anybody may use it.
  public Bytes32 transfer(Authorization authorization) {
    return digest(TRANSFER_TYPE, authorization);
  }

  /// The `data` of a deposit through the official collector.
  public static byte[] collectorData(
      BigInteger validAfter, BigInteger validBefore, Bytes32 salt, Signature signature) {
    return Abi.encode(
        Abi.word(validAfter), Abi.word(validBefore), Abi.word(salt), Abi.blob(signature.bytes()));
  }

  private Bytes32 digest(byte[] type, Authorization authorization) {
    return TypedData.digest(
        separator,
        Keccak.hash(
            type,
            TypedData.word(authorization.from()),
            TypedData.word(authorization.to()),
            TypedData.word(authorization.value()),
            TypedData.word(authorization.validAfter()),
            TypedData.word(authorization.validBefore()),
            authorization.nonce().bytes()));
  }
}
