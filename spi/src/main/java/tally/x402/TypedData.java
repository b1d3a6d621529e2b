package tally.x402;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// EIP-712 digests of one settlement contract, in the domain `x402 Batch Settlement`, version `1`.
public final class TypedData {

  static final byte[] DOMAIN_TYPE =
      hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
  static final byte[] CHANNEL_CONFIG_TYPE =
      hash(
          "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,address token,uint40 withdrawDelay,bytes32 salt)");
  static final byte[] VOUCHER_TYPE = hash("Voucher(bytes32 channelId,uint128 maxClaimableAmount)");
  static final byte[] REFUND_TYPE = hash("Refund(bytes32 channelId,uint256 nonce,uint128 amount)");
  static final byte[] CLAIM_ENTRY_TYPE =
      hash("ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)");
  static final byte[] CLAIM_BATCH_TYPE =
      hash(
          "ClaimBatch(ClaimEntry[] claims)ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)");

  private final byte[] separator;

  public TypedData(Settlement settlement) {
    this.separator =
        domain("x402 Batch Settlement", "1", settlement.chainId(), settlement.contract());
  }

  /// One row of a claim, as its batch is signed.
  public record ClaimEntry(ChannelId channel, BigInteger maxClaimable, BigInteger totalClaimed) {}

  /// The separator of any four-field domain.
  public static byte[] domain(String name, String version, long chainId, Address contract) {
    return Keccak.hash(
        DOMAIN_TYPE, hash(name), hash(version), word(BigInteger.valueOf(chainId)), word(contract));
  }

  /// keccak256(0x1901 ‖ separator ‖ struct hash).
  public static Bytes32 digest(byte[] separator, byte[] structHash) {
    return Bytes32.of(Keccak.hash(new byte[] {0x19, 0x01}, separator, structHash));
  }

  public Bytes32 domainSeparator() {
    return Bytes32.of(separator);
  }

  public ChannelId channelId(ChannelConfig config) {
    return new ChannelId(
        digest(
            separator,
            Keccak.hash(
                CHANNEL_CONFIG_TYPE,
                word(config.payer()),
                word(config.payerAuthorizer()),
                word(config.receiver()),
                word(config.receiverAuthorizer()),
                word(config.token()),
                word(BigInteger.valueOf(config.withdrawDelay())),
                config.salt().bytes())));
  }

  public Bytes32 voucher(ChannelId channel, BigInteger maxClaimable) {
    return digest(
        separator, Keccak.hash(VOUCHER_TYPE, channel.value().bytes(), word(maxClaimable)));
  }

  public Bytes32 refund(ChannelId channel, BigInteger nonce, BigInteger amount) {
    return digest(
        separator, Keccak.hash(REFUND_TYPE, channel.value().bytes(), word(nonce), word(amount)));
  }

  public Bytes32 claims(List<ClaimEntry> entries) {
    var rows = new ByteArrayOutputStream(entries.size() * 32);
    for (var entry : entries) {
      rows.writeBytes(
          Keccak.hash(
              CLAIM_ENTRY_TYPE,
              entry.channel().value().bytes(),
              word(entry.maxClaimable()),
              word(entry.totalClaimed())));
    }
    return digest(separator, Keccak.hash(CLAIM_BATCH_TYPE, Keccak.hash(rows.toByteArray())));
  }

  /// A number as one 32-byte word; refuses negative numbers and more than 256 bits.
  public static byte[] word(BigInteger number) {
    if (number.signum() < 0 || number.bitLength() > 256) {
      throw new IllegalArgumentException("not a uint256: " + number);
    }
    var bytes = number.toByteArray();
    var out = new byte[32];
    int from = bytes.length > 32 ? 1 : 0;
    System.arraycopy(bytes, from, out, 32 - (bytes.length - from), bytes.length - from);
    return out;
  }

  public static byte[] word(Address address) {
    var out = new byte[32];
    System.arraycopy(address.bytes(), 0, out, 12, 20);
    return out;
  }

  /// keccak256 of a text's UTF-8 bytes.
  public static byte[] hash(String text) {
    return Keccak.hash(text.getBytes(StandardCharsets.UTF_8));
  }
}
