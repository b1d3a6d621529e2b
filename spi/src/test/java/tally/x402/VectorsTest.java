package tally.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.x402.Vectors.address;
import static tally.x402.Vectors.at;
import static tally.x402.Vectors.config;
import static tally.x402.Vectors.number;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Everything that the official client computes is reproduced, byte for byte.
class VectorsTest {

  private static final TypedData LOCAL = new TypedData(Vectors.settlement("eip155:31337"));

  @Test
  void every_type_hash() {
    var ours =
        Map.ofEntries(
            Map.entry("ChannelConfig", TypedData.CHANNEL_CONFIG_TYPE),
            Map.entry("Voucher", TypedData.VOUCHER_TYPE),
            Map.entry("Refund", TypedData.REFUND_TYPE),
            Map.entry("ClaimEntry", TypedData.CLAIM_ENTRY_TYPE),
            Map.entry("ClaimBatch", TypedData.CLAIM_BATCH_TYPE),
            Map.entry("DepositWitness", Permit2.DEPOSIT_WITNESS_TYPE),
            Map.entry("PermitWitnessTransferFrom_batch", Permit2.DEPOSIT_TYPE),
            Map.entry("PermitWitnessTransferFrom_exact", Permit2.EXACT_TYPE),
            Map.entry("TransferWithAuthorization", Erc3009.TRANSFER_TYPE),
            Map.entry("ReceiveWithAuthorization", Erc3009.RECEIVE_TYPE),
            Map.entry("EIP712Domain", TypedData.DOMAIN_TYPE));
    var theirs = at("typehashes");
    assertThat(theirs.size()).isEqualTo(ours.size());
    ours.forEach((name, hash) ->
        assertThat(Hex.of(hash)).as(name).isEqualTo(theirs.get(name).get("hash").asString()));
  }

  @Test
  void every_domain_separator() {
    assertThat(at("domainSeparators").size()).isEqualTo(3);
    at("domainSeparators")
        .properties()
        .forEach(row ->
            assertThat(new TypedData(Vectors.settlement(row.getKey())).domainSeparator().hex())
                .as(row.getKey())
                .isEqualTo(row.getValue().asString()));
  }

  @Test
  void every_channel_id() {
    assertThat(at("channelIds").size()).isEqualTo(5);
    for (var row : at("channelIds")) {
      var typed = new TypedData(Vectors.settlement(row.get("network").asString()));
      assertThat(typed.channelId(config(row.get("config"))).hex())
          .as(row.get("name").asString())
          .isEqualTo(row.get("channelId").asString());
    }
  }

  @Test
  void every_voucher() {
    assertThat(at("vouchers").size()).isEqualTo(5);
    for (var row : at("vouchers")) {
      var digest =
          LOCAL.voucher(
              ChannelId.of(row.get("channelId").asString()), number(row, "maxClaimableAmount"));
      signed(row, digest, row.get("signer").asString());
    }
  }

  @Test
  void every_claim_batch() {
    assertThat(at("claimBatches").size()).isEqualTo(4);
    for (var row : at("claimBatches")) {
      var digest = LOCAL.claims(row.get("entries").valueStream().map(VectorsTest::entry).toList());
      if (row.has("signature")) {
        signed(row, digest, row.get("signer").asString());
      } else {
        assertThat(digest.hex()).isEqualTo(row.get("digest").asString());
      }
    }
  }

  @Test
  void every_refund() {
    assertThat(at("refunds").size()).isEqualTo(2);
    for (var row : at("refunds")) {
      var digest =
          LOCAL.refund(
              ChannelId.of(row.get("channelId").asString()),
              number(row, "nonce"),
              number(row, "amount"));
      signed(row, digest, row.get("signer").asString());
    }
  }

  @Test
  void a_deposit_by_erc_3009() {
    var row = at("depositErc3009");
    var channel = ChannelId.of(row.get("channelId").asString());
    var salt = new Bytes32(row.get("salt").asString());
    assertThat(Erc3009.nonce(channel, salt).hex()).isEqualTo(row.get("nonce").asString());
    assertThat(Erc3009.COLLECTOR).isEqualTo(address(row, "collector"));
    signed(row, token(row).receive(authorization(row.get("message"))), Vectors.payer().hex());
    var message = row.get("message");
    assertThat(
            Hex.of(
                Erc3009.collectorData(
                    number(message, "validAfter"),
                    number(message, "validBefore"),
                    salt,
                    new Signature(row.get("signature").asString()))))
        .isEqualTo(row.get("collectorData").asString());
  }

  @Test
  void a_deposit_by_permit2() {
    var row = at("depositPermit2");
    var permit2 = new Permit2(31337);
    assertThat(Permit2.CONTRACT).isEqualTo(address(row, "permit2"));
    assertThat(Permit2.COLLECTOR).isEqualTo(address(row, "collector"));
    assertThat(permit2.domainSeparator().hex()).isEqualTo(row.get("domainSeparator").asString());
    var nonce = number(row, "nonce");
    var deadline = number(row, "deadline");
    var permit =
        new Permit2.Permit(
            address(at("meta"), "token"),
            number(row, "amount"),
            Permit2.COLLECTOR,
            nonce,
            deadline);
    signed(
        row,
        permit2.deposit(permit, ChannelId.of(row.get("channelId").asString())),
        Vectors.payer().hex());

    var signature = new Signature(row.get("signature").asString());
    assertThat(Hex.of(Permit2.collectorData(nonce, deadline, signature, new byte[0])))
        .isEqualTo(row.get("collectorData").asString());
    var segment = row.get("eip2612PermitSegment").asString();
    var rs = segment.substring(2 + 3 * 64);
    var allowance =
        Permit2.allowance(number(row, "amount"), deadline, new Signature("0x" + rs + "1b"));
    assertThat(Hex.of(allowance)).isEqualTo(segment);
    assertThat(Hex.of(Permit2.collectorData(nonce, deadline, signature, allowance)))
        .isEqualTo(row.get("collectorDataWithPermit").asString());
  }

  @Test
  void an_exact_payment_by_erc_3009() {
    var row = at("exactEip3009");
    signed(row, token(row).transfer(authorization(row.get("message"))), Vectors.payer().hex());
  }

  @Test
  void an_exact_payment_by_permit2() {
    var row = at("exactPermit2");
    var message = row.get("message");
    assertThat(Permit2.EXACT_PROXY).isEqualTo(address(row, "proxy"));
    var permit =
        new Permit2.Permit(
            address(message.get("permitted"), "token"),
            number(message.get("permitted"), "amount"),
            address(message, "spender"),
            number(message, "nonce"),
            number(message, "deadline"));
    var witness = message.get("witness");
    signed(
        row,
        new Permit2(31337).exact(permit, address(witness, "to"), number(witness, "validAfter")),
        Vectors.payer().hex());
  }

  @Test
  void every_selector_topic_and_error() {
    assertThat(at("selectors").size()).isEqualTo(33);
    for (var row : at("selectors").properties()) {
      assertThat(Hex.of(Abi.selector(row.getKey()))).isEqualTo(row.getValue().asString());
    }
    assertThat(at("eventTopics").size()).isEqualTo(9);
    for (var row : at("eventTopics").properties()) {
      assertThat(Abi.topic(row.getKey()).hex()).isEqualTo(row.getValue().asString());
    }
    assertThat(at("errorSelectors").size()).isEqualTo(32);
    for (var row : at("errorSelectors").properties()) {
      assertThat(Hex.of(Abi.selector(row.getKey()))).isEqualTo(row.getValue().asString());
    }
  }

  @Test
  void every_deposit_that_the_client_sizes() {
    assertThat(at("depositSizing").size()).isEqualTo(7);
    for (var row : at("depositSizing")) {
      var policy = row.get("policy");
      var sizing =
          policy.isNull()
              ? DepositSizing.OFFICIAL
              : new DepositSizing(policy.get("depositMultiplier").asInt());
      var min =
          Optional.ofNullable(row.get("extra"))
              .flatMap(extra -> Optional.ofNullable(extra.get("minDeposit")))
              .map(JsonNode::asString);
      Optional<BigInteger> cap =
          row.get("maxDeposit").isNull()
              ? Optional.empty()
              : Optional.of(number(row, "maxDeposit"));
      assertThat(sizing.deposit(number(row, "requestAmount"), number(row, "needed"), min, cap))
          .as(row.toString())
          .contains(number(row, "deposit"));
    }
  }

  @Test
  void a_gap_above_the_cap_is_not_deposited() {
    assertThat(
            DepositSizing.OFFICIAL.deposit(
                BigInteger.ONE, BigInteger.TEN, Optional.empty(), Optional.of(BigInteger.TWO)))
        .isEmpty();
  }

  /// Digest, signature by both curves, and recovery by both.
  private static void signed(JsonNode row, Bytes32 digest, String signer) {
    assertThat(digest.hex()).isEqualTo(row.get("digest").asString());
    for (var curve : Vectors.curves()) {
      var signature = curve.sign(digest.bytes(), Vectors.keyOf(signer));
      assertThat(signature.hex())
          .as(curve.getClass().getSimpleName())
          .isEqualTo(row.get("signature").asString());
      assertThat(curve.recover(digest.bytes(), signature)).contains(new Address(signer));
    }
  }

  private static TypedData.ClaimEntry entry(JsonNode row) {
    return new TypedData.ClaimEntry(
        ChannelId.of(row.get("channelId").asString()),
        number(row, "maxClaimableAmount"),
        number(row, "totalClaimed"));
  }

  private static Erc3009 token(JsonNode row) {
    var domain = row.get("tokenDomain");
    return new Erc3009(
        domain.get("name").asString(),
        domain.get("version").asString(),
        domain.get("chainId").asLong(),
        address(domain, "verifyingContract"));
  }

  private static Erc3009.Authorization authorization(JsonNode message) {
    return new Erc3009.Authorization(
        address(message, "from"),
        address(message, "to"),
        number(message, "value"),
        number(message, "validAfter"),
        number(message, "validBefore"),
        new Bytes32(message.get("nonce").asString()));
  }

  static List<JsonNode> headers() {
    return at("headers").valueStream().toList();
  }
}
