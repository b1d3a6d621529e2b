package tally.x402;

import java.math.BigInteger;

/// Transfers through Uniswap's Permit2, for tokens without ERC-3009: the signature also covers a
/// witness that ties it to its purpose.
public final class Permit2 {

  /// The same on every chain, as are the two below.
  public static final Address CONTRACT = new Address("0x000000000022D473030F116dDEE9F6B43aC78BA3");

  public static final Address COLLECTOR = new Address("0x4020425FAf3B746C082C2f942b4E5159887B0005");
  public static final Address EXACT_PROXY =
      new Address("0x402085c248EeA27D92E8b30b2C58ed07f9E20001");

  static final byte[] DOMAIN_TYPE =
      TypedData.hash("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
  static final byte[] TOKEN_TYPE = TypedData.hash("TokenPermissions(address token,uint256 amount)");
  static final byte[] DEPOSIT_WITNESS_TYPE = TypedData.hash("DepositWitness(bytes32 channelId)");
  static final byte[] EXACT_WITNESS_TYPE = TypedData.hash("Witness(address to,uint256 validAfter)");
  static final byte[] DEPOSIT_TYPE =
      TypedData.hash(
          "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,DepositWitness witness)DepositWitness(bytes32 channelId)TokenPermissions(address token,uint256 amount)");
  static final byte[] EXACT_TYPE =
      TypedData.hash(
          "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Witness witness)TokenPermissions(address token,uint256 amount)Witness(address to,uint256 validAfter)");

  private final byte[] separator;

  public Permit2(long chainId) {
    this.separator =
        Keccak.hash(
            DOMAIN_TYPE,
            TypedData.hash("Permit2"),
            TypedData.word(BigInteger.valueOf(chainId)),
            TypedData.word(CONTRACT));
  }

  /// @param amount units of the token
  /// @param spender who may use it: the collector, or the proxy of `exact`
  /// @param deadline seconds since 1970
  public record Permit(
      Address token, BigInteger amount, Address spender, BigInteger nonce, BigInteger deadline) {}

  public Bytes32 domainSeparator() {
    return Bytes32.of(separator);
  }

  /// What the payer of a deposit into `channel` signs.
  public Bytes32 deposit(Permit permit, ChannelId channel) {
    return digest(DEPOSIT_TYPE, permit, Keccak.hash(DEPOSIT_WITNESS_TYPE, channel.value().bytes()));
  }

  /// What the payer of the scheme `exact` signs.
  public Bytes32 exact(Permit permit, Address to, BigInteger validAfter) {
    return digest(
        EXACT_TYPE,
        permit,
        Keccak.hash(EXACT_WITNESS_TYPE, TypedData.word(to), TypedData.word(validAfter)));
  }

  /// The `data` of a deposit through the official Permit2 collector.
  ///
  /// @param eip2612 what `allowance` answers, or no bytes where Permit2 is approved already
  public static byte[] collectorData(
      BigInteger nonce, BigInteger deadline, Signature signature, byte[] eip2612) {
    return Abi.encode(
        Abi.word(nonce), Abi.word(deadline), Abi.blob(signature.bytes()), Abi.blob(eip2612));
  }

  /// A token's EIP-2612 permit for Permit2, to go with a deposit. `value` must equal the deposit.
  public static byte[] allowance(BigInteger value, BigInteger deadline, Signature signature) {
    var bytes = signature.bytes();
    return Abi.encode(
        Abi.word(value),
        Abi.word(deadline),
        Abi.word(Byte.toUnsignedLong(bytes[64])),
        Abi.word(Bytes32.of(java.util.Arrays.copyOfRange(bytes, 0, 32))),
        Abi.word(Bytes32.of(java.util.Arrays.copyOfRange(bytes, 32, 64))));
  }

  private Bytes32 digest(byte[] type, Permit permit, byte[] witness) {
    var permitted =
        Keccak.hash(TOKEN_TYPE, TypedData.word(permit.token()), TypedData.word(permit.amount()));
    return TypedData.digest(
        separator,
        Keccak.hash(
            type,
            permitted,
            TypedData.word(permit.spender()),
            TypedData.word(permit.nonce()),
            TypedData.word(permit.deadline()),
            witness));
  }
}
