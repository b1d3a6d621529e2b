package tally.network.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.TransactionEncoder;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Curve;
import tally.x402.Erc3009;
import tally.x402.Hex;
import tally.x402.Settlement;
import tally.x402.Signature;
import tally.x402.Voucher;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvmEncodingTest {

  private static final JsonNode VECTORS = vectors();
  private static final Address VAULT = new Address("0x" + "7a".repeat(20));
  private static final Address TOKEN = new Address("0x" + "70".repeat(20));
  private static final Fee FEE = new Fee(n(2_000_000_000), n(1_000_000), n(300_000));

  /// Anvil's second well-known account.
  private static final String KEY =
      "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

  private final EvmEncoding encoding =
      new EvmEncoding(
          new Places(
              new Settlement(31_337, Settlement.OFFICIAL),
              Optional.of(new Places.Vault(VAULT, TOKEN))));

  private static JsonNode vectors() {
    try (var in = EvmEncodingTest.class.getResourceAsStream("/x402-vectors.json")) {
      return JsonMapper.builder().build().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static BigInteger n(long number) {
    return BigInteger.valueOf(number);
  }

  private static ChannelConfig channelA() {
    var config = VECTORS.get("channelIds").get(0).get("config");
    return new ChannelConfig(
        new Address(config.get("payer").asString()),
        new Address(config.get("payerAuthorizer").asString()),
        new Address(config.get("receiver").asString()),
        new Address(config.get("receiverAuthorizer").asString()),
        new Address(config.get("token").asString()),
        config.get("withdrawDelay").asLong(),
        new Bytes32(config.get("salt").asString()));
  }

  private static Signature signature(JsonNode of) {
    return new Signature(of.get("signature").asString());
  }

  private RawTransaction decoded(Intent.Call call) {
    var unsigned = encoding.encode(call, Address.ZERO, n(3), FEE);
    return TransactionDecoder.decode(Hex.of(unsigned.bytes()));
  }

  private void isEncodedAs(String vector, Intent.Call call) {
    var read = decoded(call);
    assertThat(read.getTo()).isEqualTo(Settlement.OFFICIAL.hex());
    assertThat(Hex.of(Hex.bytes(withPrefix(read.getData()))))
        .isEqualTo(VECTORS.get("calldata").get(vector).asString());
  }

  private static String withPrefix(String hex) {
    return hex.startsWith("0x") ? hex : "0x" + hex;
  }

  @Test
  void channel_calls_are_the_official_clients_to_the_byte() {
    isEncodedAs("settle", new Intent.Settle(channelA().receiver(), channelA().token()));
    isEncodedAs("initiateWithdraw_1000", new Intent.InitiateWithdraw(channelA(), n(1000)));
    isEncodedAs("finalizeWithdraw", new Intent.FinalizeWithdraw(channelA()));
    var refund = VECTORS.get("refunds").get(0);
    isEncodedAs(
        "refundWithSignature",
        new Intent.Refund(
            channelA(),
            new BigInteger(refund.get("amount").asString()),
            n(0),
            Optional.of(signature(refund))));
  }

  @Test
  void a_signed_claim_is_the_official_clients_to_the_byte() {
    var batch = VECTORS.get("claimBatches").get(0);
    var entry = batch.get("entries").get(0);
    var most = new BigInteger(entry.get("maxClaimableAmount").asString());
    var id = ChannelId.of(entry.get("channelId").asString());
    var voucher =
        VECTORS
            .get("vouchers")
            .valueStream()
            .filter(it -> it.get("channelId").asString().equals(id.hex()))
            .filter(it -> it.get("maxClaimableAmount").asString().equals(most.toString()))
            .findFirst()
            .orElseThrow();
    var row =
        new Intent.ClaimRow(
            channelA(),
            new Voucher(id, most, signature(voucher)),
            new BigInteger(entry.get("totalClaimed").asString()));
    isEncodedAs(
        "claimWithSignature_oneRow", new Intent.Claim(List.of(row), Optional.of(signature(batch))));
    assertThat(encoding.digest(new Intent.SignClaims(List.of(row))))
        .isEqualTo(new Bytes32(batch.get("digest").asString()));
  }

  @Test
  void a_deposit_carries_its_collectors_data() {
    var whole = VECTORS.get("calldata").get("deposit_A_erc3009").asString();
    // Behind the selector: seven words of the channel, amount, collector, offset, length.
    var data = "0x" + whole.substring(10 + 11 * 64);
    isEncodedAs(
        "deposit_A_erc3009", new Intent.Deposit(channelA(), n(100_000), Erc3009.COLLECTOR, data));
  }

  @Test
  void a_transaction_tells_its_chain_nonce_and_fee() {
    var read = decoded(new Intent.Allow(n(5)));
    assertThat(read.getTo()).isEqualTo(TOKEN.hex());
    assertThat(read.getNonce()).isEqualTo(n(3));
    assertThat(read.getGasLimit()).isEqualTo(FEE.limit());
    assertThat(read.getTransaction())
        .isInstanceOfSatisfying(
            org.web3j.crypto.transaction.type.Transaction1559.class,
            it -> {
              assertThat(it.getChainId()).isEqualTo(31_337);
              assertThat(it.getMaxFeePerGas()).isEqualTo(FEE.maxFee());
              assertThat(it.getMaxPriorityFeePerGas()).isEqualTo(FEE.priority());
            });
  }

  @Test
  void a_signed_transaction_is_what_web3j_signs_itself() {
    var unsigned = encoding.encode(new Intent.Drain(n(5)), Address.ZERO, n(3), FEE);
    var signature = Curve.fastest().sign(unsigned.digest().bytes(), Hex.bytes(KEY));
    var signed = encoding.assemble(unsigned, signature);
    var theirs =
        TransactionEncoder.signMessage(
            TransactionDecoder.decode(Hex.of(unsigned.bytes())), Credentials.create(KEY));
    assertThat(Hex.of(signed.bytes())).isEqualTo(Hex.of(theirs));
    assertThat(signed.hash().hex()).isEqualTo(org.web3j.crypto.Hash.sha3(Hex.of(theirs)));
  }

  @Test
  void money_never_matures_before_its_time() {
    var grant = new Intent.Grant(VAULT, Bytes32.ZERO, n(1), Instant.ofEpochSecond(99, 1));
    assertThat(decoded(grant).getData()).endsWith("64");
    var whole = new Intent.Grant(VAULT, Bytes32.ZERO, n(1), Instant.ofEpochSecond(99));
    assertThat(decoded(whole).getData()).endsWith("63");
  }

  @Test
  void what_the_contract_cannot_hold_is_not_encoded() {
    var most = BigInteger.ONE.shiftLeft(128);
    assertThat(decoded(new Intent.Fund(most.subtract(n(1))))).isNotNull();
    assertThatThrownBy(() -> decoded(new Intent.Fund(most)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("uint128");
    assertThatThrownBy(
            () -> decoded(new Intent.Appoint(VAULT, VAULT, BigInteger.ONE.shiftLeft(96))))
        .hasMessageContaining("uint96");
  }

  @Test
  void without_a_vault_nothing_of_the_vaults_is_encoded() {
    var bare =
        new EvmEncoding(new Places(new Settlement(31_337, Settlement.OFFICIAL), Optional.empty()));
    assertThatThrownBy(() -> bare.encode(new Intent.Fund(n(1)), VAULT, n(0), FEE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no vault");
    assertThatThrownBy(() -> bare.digest(new Intent.SignRelease(VAULT, n(1))))
        .hasMessageContaining("no vault");
    assertThat(bare.encode(new Intent.Settle(VAULT, TOKEN), VAULT, n(0), FEE).bytes()).isNotEmpty();
  }
}
