package tally.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.x402.Abi.array;
import static tally.x402.Abi.blob;
import static tally.x402.Abi.config;
import static tally.x402.Abi.tuple;
import static tally.x402.Abi.word;
import static tally.x402.Vectors.at;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The settlement contract's call data, as the official client writes it.
class AbiTest {

  private static final String CONFIG = "(address,address,address,address,address,uint40,bytes32)";
  private static final ChannelConfig A = Vectors.channelA();

  @Test
  void a_deposit() {
    var data = Hex.bytes(at("depositErc3009").get("collectorData").asString());
    same(
        "deposit_A_erc3009",
        Abi.call(
            "deposit(" + CONFIG + ",uint128,address,bytes)",
            config(A),
            word(100_000),
            word(Erc3009.COLLECTOR),
            blob(data)));
  }

  @Test
  void a_claim_a_refund_and_both_at_once() {
    var row = tuple(tuple(config(A), word(5000)), blob(signature("vouchers", 1)), word(3200));
    var claim =
        Abi.call(
            "claimWithSignature(((" + CONFIG + ",uint128),bytes,uint128)[],bytes)",
            array(List.of(row)),
            blob(signature("claimBatches", 0)));
    same("claimWithSignature_oneRow", claim);
    var refund =
        Abi.call(
            "refundWithSignature(" + CONFIG + ",uint128,uint256,bytes)",
            config(A),
            word(1500),
            word(0),
            blob(signature("refunds", 0)));
    same("refundWithSignature", refund);
    same(
        "multicall_claim_then_refund",
        Abi.call("multicall(bytes[])", array(List.of(blob(claim), blob(refund)))));
  }

  @Test
  void a_settlement_a_withdrawal_and_a_question() {
    same("settle", Abi.call("settle(address,address)", word(A.receiver()), word(A.token())));
    same(
        "initiateWithdraw_1000",
        Abi.call("initiateWithdraw(" + CONFIG + ",uint128)", config(A), word(1000)));
    same("finalizeWithdraw", Abi.call("finalizeWithdraw(" + CONFIG + ")", config(A)));
    same("getChannelId", Abi.call("getChannelId(" + CONFIG + ")", config(A)));
  }

  private static byte[] signature(String group, int row) {
    return Hex.bytes(at(group).get(row).get("signature").asString());
  }

  private static void same(String name, byte[] calldata) {
    assertThat(Hex.of(calldata)).isEqualTo(at("calldata").get(name).asString());
  }
}
