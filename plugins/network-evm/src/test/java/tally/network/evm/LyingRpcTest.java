package tally.network.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.custody.port.Intent;
import tally.escrow.port.Channels;
import tally.network.port.Chain;
import tally.network.port.Chain.Broadcast;
import tally.network.port.Chain.ChainUnavailable;
import tally.network.port.NetworkScene;
import tally.network.port.NetworkStage;
import tally.plugin.NetworkPlugin;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One honest endpoint and one that is not, of which both must agree: nothing false is told, and
/// what is due is sent.
class LyingRpcTest extends NetworkScene {

  private static final String OTHER = "0x" + "ab".repeat(32);

  private EvmStage anvil;
  private LyingRpc liar;
  private NetworkPlugin.Network lied;
  private Chain both;
  private Channels channels;
  private Grants grants;

  @Override
  protected NetworkStage open() {
    return anvil = EvmStage.open();
  }

  @BeforeEach
  void meetTheLiar() {
    liar = LyingRpc.before(anvil.chain().url());
    lied = of(anvil.chain().url() + "," + liar.url());
    both = lied.chain();
    channels = lied.channels().orElseThrow();
    grants = lied.grants().orElseThrow();
  }

  @AfterEach
  void dismissTheLiar() {
    liar.close();
  }

  private NetworkPlugin.Network of(String rpc) {
    return new EvmNetworkPlugin().open(anvil.settings(rpc, Map.of()));
  }

  private BigInteger sellersTokens() {
    return channels.tokens(anvil.chain().token(), SELLER.address());
  }

  private Intent.Transfer pay(long units) {
    return new Intent.Transfer(anvil.chain().token(), SELLER.address(), n(units));
  }

  /// A call is tried, signed and sent through the two endpoints, and the honest one includes it.
  private Bytes32 sends(long units) {
    var call = pay(units);
    assertThat(both.simulate(call, USER.address())).isInstanceOf(Chain.Simulated.Passes.class);
    assertThat(both.head().number()).isPositive();
    var signed = signed(USER, call, both.nonce(USER.address()), both.fee(0));
    assertThat(both.broadcast(signed.bytes())).isEqualTo(new Broadcast.Accepted());
    stage.mine(1);
    assertThat(chain.receipt(signed.hash()).orElseThrow().success()).isTrue();
    return signed.hash();
  }

  private static void isDisagreement(Runnable question) {
    assertThatThrownBy(question::run)
        .isInstanceOf(ChainUnavailable.class)
        .hasMessageStartingWith("disagreement");
  }

  private static void isUnavailable(Runnable question) {
    assertThatThrownBy(question::run).isInstanceOf(ChainUnavailable.class);
  }

  private static UnaryOperator<JsonNode> result(String text) {
    return answer -> ((ObjectNode) answer).put("result", text);
  }

  @Test
  void a_false_block_stops_what_is_credited_and_not_what_is_sent() {
    long head = both.head().number();
    liar.lie("eth_getBlockByNumber", "hash", OTHER);
    isDisagreement(() -> both.block(head));
    isDisagreement(this::sellersTokens);
    isDisagreement(() -> grants.power(USER.address()));
    sends(5);

    liar.tellTheTruth();
    assertThat(both.block(head)).isEqualTo(chain.block(head));
    assertThat(sellersTokens()).isEqualTo(n(1_005));
  }

  @Test
  void a_false_balance_is_not_told() {
    liar.lie("eth_call", result("0x" + "0".repeat(55) + "fffffffff"));
    isDisagreement(this::sellersTokens);
    isUnavailable(() -> channels.earned(SELLER.address(), anvil.chain().token()));
    isUnavailable(() -> grants.facts());
    sends(5);

    liar.tellTheTruth();
    assertThat(sellersTokens()).isEqualTo(n(1_005));
    assertThat(grants.facts()).isEqualTo(stage.network().grants().orElseThrow().facts());
  }

  @Test
  void a_false_amount_in_a_log_and_a_hidden_log_are_not_told() {
    does(OPERATOR, new Intent.Allow(n(100)));
    does(OPERATOR, new Intent.Fund(n(100)));
    var matures = chain.head().time().plusSeconds(3_000_000);
    does(OPERATOR, new Intent.Grant(USER.address(), Bytes32.ZERO, n(7), matures));
    long head = both.head().number();
    var truth = grants.events(head, head);
    assertThat(truth).hasSize(1);

    liar.lie("eth_getLogs", answer -> withLogs(answer, log -> log.put("data", raised(log))));
    isDisagreement(() -> grants.events(head, head));
    liar.lie("eth_getLogs", answer -> ((ObjectNode) answer).set("result", NOTHING.deepCopy()));
    isDisagreement(() -> grants.events(head, head));
    liar.lie(
        "eth_getLogs",
        answer -> withLogs(answer, log -> log.put("address", SELLER.address().hex())));
    isUnavailable(() -> grants.events(head, head));
    sends(5);

    liar.tellTheTruth();
    assertThat(grants.events(head, head)).isEqualTo(truth);
  }

  private static final ArrayNode NOTHING = LyingRpc.MAPPER.createArrayNode();

  private static JsonNode withLogs(
      JsonNode answer, java.util.function.Consumer<ObjectNode> change) {
    answer.path("result").valueStream().map(ObjectNode.class::cast).forEach(change);
    return answer;
  }

  /// The amount, in the first word, larger by a million.
  private static String raised(ObjectNode log) {
    var data = Hex.bytes(log.get("data").asString());
    data[29] += 0x10;
    return Hex.of(data);
  }

  @Test
  void a_false_receipt_is_not_told() {
    var hash = sends(5);
    assertThat(both.receipt(hash)).isEqualTo(chain.receipt(hash));
    liar.lie("eth_getTransactionReceipt", "status", "0x0");
    isDisagreement(() -> both.receipt(hash));
    liar.lie("eth_getTransactionReceipt", "blockHash", OTHER);
    isDisagreement(() -> both.receipt(hash));
    liar.lie("eth_getTransactionReceipt", "transactionHash", OTHER);
    isUnavailable(() -> both.receipt(hash));
    liar.lie("eth_getTransactionReceipt", answer -> ((ObjectNode) answer).putNull("result"));
    isDisagreement(() -> both.receipt(hash));
    sends(6);

    liar.tellTheTruth();
    assertThat(both.receipt(hash)).isEqualTo(chain.receipt(hash));
  }

  @Test
  void a_reason_that_only_one_tells_is_not_told() {
    var receipt = act(STRANGER, new Intent.Freeze(USER.address(), Bytes32.ZERO, Bytes32.ZERO));
    assertThat(both.receipt(receipt.hash()).orElseThrow().reason()).isEqualTo("NotYours");
    liar.lie("debug_traceTransaction", "output", "0xdeadbeef");
    assertThat(both.receipt(receipt.hash()).orElseThrow().reason()).isEqualTo("reverted");
  }

  @Test
  void without_traces_the_reason_comes_from_trying_again() {
    liar.lie("debug_traceTransaction", LyingRpcTest::unknownMethod);
    var alone = of(liar.url()).chain();
    var receipt = act(STRANGER, new Intent.Freeze(USER.address(), Bytes32.ZERO, Bytes32.ZERO));
    assertThat(alone.receipt(receipt.hash())).contains(receipt);
    assertThat(receipt.reason()).isEqualTo("NotYours");
  }

  private static JsonNode unknownMethod(JsonNode answer) {
    var refusal = LyingRpc.MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    refusal.putObject("error").put("code", -32_601).put("message", "Method not found");
    return refusal;
  }

  @Test
  void the_head_is_the_lowest_that_is_told() {
    var head = chain.head();
    liar.lie("eth_getBlockByNumber", "number", "0xffffff");
    assertThat(both.head()).isEqualTo(head);
    var parent = chain.block(head.number() - 1).orElseThrow();
    liar.lie("eth_getBlockByNumber", "number", "0x" + Long.toHexString(parent.number()));
    assertThat(both.head().number()).isEqualTo(parent.number());
  }

  @Test
  void what_only_one_would_refuse_is_sent() {
    liar.lie("eth_estimateGas", LyingRpcTest::reverts);
    liar.lie("eth_getTransactionCount", result("0xffff"));
    liar.lie("eth_sendRawTransaction", LyingRpcTest::reverts);
    sends(5);
    assertThat(sellersTokens()).isEqualTo(n(1_005));
  }

  private static JsonNode reverts(JsonNode answer) {
    var refusal = LyingRpc.MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    refusal.putObject("error").put("code", 3).put("message", "execution reverted");
    return refusal;
  }

  @Test
  void who_is_gone_stops_what_is_credited_until_he_is_back() {
    liar.goAway();
    isUnavailable(this::sellersTokens);
    isUnavailable(() -> both.facts());
    sends(5);

    liar.comeBack();
    assertThat(sellersTokens()).isEqualTo(n(1_005));
    assertThat(both.facts()).isEqualTo(chain.facts());
  }

  @Test
  void who_is_silent_holds_up_neither_sending_nor_a_quorum_of_others() {
    try (var third = LyingRpc.before(anvil.chain().url())) {
      var three = of(anvil.chain().url() + "," + liar.url() + "," + third.url());
      liar.fallSilent();
      assertTimeout(Endpoint.ANSWER_WITHIN, () -> sends(5));
      var seen = three.channels().orElseThrow().tokens(anvil.chain().token(), SELLER.address());
      assertThat(seen).isEqualTo(n(1_005));
      assertThat(three.chain().head()).isEqualTo(chain.head());

      isUnavailable(this::sellersTokens);
      liar.speakAgain();
      assertThat(sellersTokens()).isEqualTo(n(1_005));
    }
  }

  @Test
  void who_babbles_or_never_ends_is_nobody() {
    for (var bytes : List.of("no json", "{}", "[1]", "{\"result\":{}}", "{\"result\":\"0x\"}")) {
      liar.babble(bytes.getBytes(StandardCharsets.UTF_8));
      isUnavailable(this::sellersTokens);
    }
    liar.babble(new byte[17 << 20]);
    isUnavailable(this::sellersTokens);
    sends(5);
    liar.tellTheTruth();
    assertThat(sellersTokens()).isEqualTo(n(1_005));
  }

  @Test
  void who_comes_back_as_another_chain_is_not_asked() {
    liar.goAway();
    isUnavailable(this::sellersTokens);
    liar.comeBack();
    liar.lie("eth_chainId", result("0x1"));
    assertThatThrownBy(this::sellersTokens)
        .isInstanceOf(ChainUnavailable.class)
        .hasMessageContaining("another chain");
    isDisagreement(() -> both.facts());
    liar.tellTheTruth();
    assertThat(sellersTokens()).isEqualTo(n(1_000));
  }

  @Test
  void endpoints_of_different_chains_are_not_opened() {
    liar.lie("eth_chainId", result("0x1"));
    assertThatThrownBy(() -> of(anvil.chain().url() + "," + liar.url()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("setting rpc");
  }

  @Test
  void a_chain_is_opened_by_those_that_can_be_reached() {
    liar.goAway();
    var opened = of(anvil.chain().url() + "," + liar.url());
    assertThat(opened.chain().head()).isEqualTo(chain.head());
    var token = anvil.chain().token();
    isUnavailable(() -> opened.channels().orElseThrow().tokens(token, Address.ZERO));
    liar.comeBack();
    assertThat(opened.channels().orElseThrow().tokens(token, Address.ZERO)).isEqualTo(n(0));
  }
}
