package tally.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import tally.custody.port.Intent;
import tally.network.fake.FakeChain;
import tally.network.fake.FakeNetworkPlugin;
import tally.network.port.Chain.Broadcast;
import tally.plugin.Settings;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Curve;
import tally.x402.Hex;
import tally.x402.Keccak;
import tally.x402.Settlement;
import tally.x402.Signature;
import tally.x402.TypedData;
import tools.jackson.databind.JsonNode;

/// A buyer from elsewhere: no account here, an own key, an own channel on the chain, and nothing
/// but x402 to talk with.
final class OutsidePayer {

  static final Settlement HERE = new Settlement(31_337, Settlement.OFFICIAL);
  private static final Curve CURVE = Curve.fastest();
  private final WholeNode node;
  private final byte[] key;
  private final ChannelConfig config;
  final ChannelId channel;
  final UUID delivery = UUID.randomUUID();

  /// Opens a channel to the offering's seller and is let in.
  OutsidePayer(WholeNode node, JsonNode offering, long deposit) {
    this.node = node;
    this.key = Keccak.hash(delivery.toString().getBytes(StandardCharsets.US_ASCII));
    var own = CURVE.address(key);
    var receiver = new Address(offering.path("receiver").asString());
    this.config =
        new ChannelConfig(
            own,
            own,
            receiver,
            receiver,
            FakeChain.token(),
            ChannelConfig.WITHDRAW_DELAY_MIN,
            Bytes32.of(Keccak.hash(key)));
    this.channel = new TypedData(HERE).channelId(config);
    deposit(own, BigInteger.valueOf(deposit));
    access(offering.path("id").asString()).need(200);
  }

  private void deposit(Address own, BigInteger units) {
    node.chain.deal(own, units);
    var network = new FakeNetworkPlugin().open(new Settings(Map.of("url", node.chain.url())));
    var deposit = new Intent.Deposit(config, units, FakeChain.allowanceCollector(), "0x");
    var unsigned =
        network.encoding().encode(deposit, own, network.chain().nonce(own), network.chain().fee(0));
    var signed = network.encoding().assemble(unsigned, CURVE.sign(unsigned.digest().bytes(), key));
    assertThat(network.chain().broadcast(signed.bytes())).isInstanceOf(Broadcast.Accepted.class);
    var receipt =
        Caller.until(
            "the deposit is there",
            () -> network.chain().receipt(signed.hash()),
            java.util.Optional::isPresent);
    assertThat(receipt.orElseThrow().success()).as("%s", receipt).isTrue();
  }

  Caller.Answer access(String offering) {
    return node.outside()
        .post(
            "/peer/access",
            UUID.randomUUID(),
            Map.of(
                "offering", offering,
                "delivery", delivery.toString(),
                "channelConfig", words(),
                "proof", voucher(channel, "0", sign(0).hex())));
  }

  Signature sign(long max) {
    return sign(HERE, max, key);
  }

  Signature sign(Settlement where, long max, byte[] by) {
    return CURVE.sign(new TypedData(where).voucher(channel, BigInteger.valueOf(max)).bytes(), by);
  }

  byte[] key() {
    return key.clone();
  }

  /// A payment header of a good voucher.
  String header(long max) {
    return header(channel, Long.toString(max), sign(max).hex());
  }

  String header(ChannelId of, String max, String signature) {
    var payload =
        Map.of(
            "x402Version",
            2,
            "payload",
            Map.of(
                "type", "voucher",
                "channelConfig", words(),
                "voucher", voucher(of, max, signature)));
    return Base64.getEncoder().encodeToString(Caller.JSON.writeValueAsBytes(payload));
  }

  Caller.Answer pay(String header) {
    return node.outside().pay(delivery, header);
  }

  /// The receiver's highest voucher.
  BigInteger promised() {
    return node.jdbc()
        .sql("select promised from escrow.channel where id = ? and side = 'RECEIVER'")
        .param(channel.hex())
        .query(BigInteger.class)
        .single();
  }

  /// Reads one of the x402 headers.
  static JsonNode read(Caller.Answer answer, String header) {
    return Caller.JSON.readTree(
        Base64.getDecoder().decode(answer.headers().firstValue(header).orElseThrow()));
  }

  /// The other signature of the same digest: s above the half order, which EIP-2 refuses.
  static Signature high(Signature low) {
    var order =
        new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    var bytes = low.bytes();
    var s = new BigInteger(1, java.util.Arrays.copyOfRange(bytes, 32, 64));
    var flipped = TypedData.word(order.subtract(s));
    System.arraycopy(flipped, 0, bytes, 32, 32);
    bytes[64] = (byte) (bytes[64] == 27 ? 28 : 27);
    return new Signature(Hex.of(bytes));
  }

  Map<String, Object> words() {
    return Map.of(
        "payer", config.payer().checksummed(),
        "payerAuthorizer", config.payerAuthorizer().checksummed(),
        "receiver", config.receiver().checksummed(),
        "receiverAuthorizer", config.receiverAuthorizer().checksummed(),
        "token", config.token().checksummed(),
        "withdrawDelay", config.withdrawDelay(),
        "salt", config.salt().hex());
  }

  private static Map<String, String> voucher(ChannelId of, String max, String signature) {
    return Map.of("channelId", of.hex(), "maxClaimableAmount", max, "signature", signature);
  }
}
