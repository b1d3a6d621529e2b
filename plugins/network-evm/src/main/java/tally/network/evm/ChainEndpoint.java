package tally.network.evm;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.core.methods.response.EthChainId;
import org.web3j.protocol.core.methods.response.EthEstimateGas;
import org.web3j.protocol.core.methods.response.EthFeeHistory;
import org.web3j.protocol.core.methods.response.EthGetBalance;
import org.web3j.protocol.core.methods.response.EthGetTransactionCount;
import org.web3j.protocol.core.methods.response.EthGetTransactionReceipt;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.EthMaxPriorityFeePerGas;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.EthTransaction;
import org.web3j.utils.Numeric;
import tally.network.port.Chain.Block;
import tally.network.port.Chain.Receipt;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;

/// One endpoint of the node's own chain: it is asked nothing before it has shown which chain it is
/// of, and again after it was away.
final class ChainEndpoint {

  record Identity(long chainId, Bytes32 genesis) {}

  /// A result of any shape.
  static final class Anything extends Response<Object> {}

  /// How many past blocks' base fees a fee looks at.
  private static final String FEE_BLOCKS = "0x14";

  private final Endpoint endpoint;
  private volatile @Nullable Identity home;
  private volatile boolean shown;

  ChainEndpoint(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /// From now on it is asked as one of this chain.
  void belongsTo(Identity identity) {
    this.home = identity;
  }

  String name() {
    return endpoint.name();
  }

  /// Which chain it is of now, whatever it was before.
  Answer<Identity> identity() {
    Answer<Long> chain =
        endpoint.ask(EthChainId.class, it -> it.getChainId().longValueExact(), "eth_chainId");
    return chain.then(id ->
        blockNow("0x0")
            .then(genesis ->
                genesis
                    .<Answer<Identity>>map(
                        found -> new Answer.Said<>(new Identity(id, found.hash())))
                    .orElseGet(() -> new Answer.Lost<>(name() + " has no block 0"))));
  }

  Answer<Optional<Block>> block(long number) {
    return known(() ->
        endpoint.ask(
            EthBlock.class,
            it -> EvmWire.block(it, number),
            "eth_getBlockByNumber",
            quantity(number),
            false));
  }

  Answer<Block> head() {
    return known(() ->
        blockNow("latest")
            .then(found ->
                found
                    .<Answer<Block>>map(Answer.Said::new)
                    .orElseGet(() -> new Answer.Lost<>(name() + " has no head"))));
  }

  private Answer<Optional<Block>> blockNow(String tag) {
    return endpoint.ask(EthBlock.class, EvmWire::block, "eth_getBlockByNumber", tag, false);
  }

  Answer<Optional<Receipt>> receipt(Bytes32 hash) {
    return known(() ->
        endpoint.ask(
            EthGetTransactionReceipt.class,
            it -> EvmWire.receipt(it, hash),
            "eth_getTransactionReceipt",
            hash.hex()));
  }

  Answer<List<EvmWire.Told>> logs(Address by, long from, long to) {
    var filter = Map.of("address", by.hex(), "fromBlock", quantity(from), "toBlock", quantity(to));
    return known(() ->
        endpoint.ask(EthLog.class, it -> EvmWire.logs(it, by, from, to), "eth_getLogs", filter));
  }

  /// What a contract answers at one block, in hexadecimal.
  Answer<String> call(Address to, byte[] data, Bytes32 block) {
    var call = Map.of("to", to.hex(), "data", Hex.of(data));
    return called(call, Map.of("blockHash", block.hex()));
  }

  /// The same call as a transaction, as it would have ended after a block.
  Answer<String> replay(Map<String, String> call, long block) {
    return called(call, quantity(block));
  }

  private Answer<String> called(Map<String, String> call, Object where) {
    return known(() ->
        endpoint.ask(
            EthCall.class, it -> Hex.of(Hex.bytes(it.getValue())), "eth_call", call, where));
  }

  Answer<BigInteger> estimate(Address from, Address to, byte[] data) {
    var call = Map.of("from", from.hex(), "to", to.hex(), "data", Hex.of(data));
    return known(() ->
        endpoint.ask(
            EthEstimateGas.class,
            EthEstimateGas::getAmountUsed,
            "eth_estimateGas",
            call,
            "pending"));
  }

  Answer<BigInteger> nonce(Address sender) {
    return known(() ->
        endpoint.ask(
            EthGetTransactionCount.class,
            EthGetTransactionCount::getTransactionCount,
            "eth_getTransactionCount",
            sender.hex(),
            "latest"));
  }

  /// Coins of an address, in wei.
  Answer<BigInteger> funds(Address holder) {
    return known(() ->
        endpoint.ask(
            EthGetBalance.class,
            EthGetBalance::getBalance,
            "eth_getBalance",
            holder.hex(),
            "latest"));
  }

  /// The highest base fee of the last blocks and of the next one.
  Answer<BigInteger> baseFee() {
    return known(() ->
        endpoint.ask(
            EthFeeHistory.class,
            it ->
                it.getFeeHistory().getBaseFeePerGas().stream()
                    .max(BigInteger::compareTo)
                    .orElseThrow(),
            "eth_feeHistory",
            FEE_BLOCKS,
            "latest",
            List.of()));
  }

  Answer<BigInteger> tip() {
    return known(() ->
        endpoint.ask(
            EthMaxPriorityFeePerGas.class,
            EthMaxPriorityFeePerGas::getMaxPriorityFeePerGas,
            "eth_maxPriorityFeePerGas"));
  }

  Answer<Bytes32> send(byte[] signed) {
    return known(() ->
        endpoint.ask(
            EthSendTransaction.class,
            it -> new Bytes32(it.getTransactionHash()),
            "eth_sendRawTransaction",
            Hex.of(signed)));
  }

  /// Whether the pool holds it.
  Answer<Boolean> pending(Bytes32 hash) {
    return known(() ->
        endpoint.ask(
            EthTransaction.class,
            it -> it.getTransaction().filter(found -> found.getBlockHash() == null).isPresent(),
            "eth_getTransactionByHash",
            hash.hex()));
  }

  /// The bytes with which an included transaction reverted.
  Answer<String> traced(Bytes32 hash) {
    return known(() ->
        endpoint.ask(
            Anything.class,
            it -> it.getResult() instanceof Map<?, ?> trace ? output(trace) : "",
            "debug_traceTransaction",
            hash.hex(),
            Map.of("tracer", "callTracer")));
  }

  private static String output(Map<?, ?> trace) {
    return trace.get("output") instanceof String text ? text : "";
  }

  /// What a transaction called: sender, target, data and limit.
  Answer<Map<String, String>> sent(Bytes32 hash) {
    return known(() ->
        endpoint.ask(
            EthTransaction.class,
            it -> {
              var found = it.getTransaction().orElseThrow();
              return Map.of(
                  "from", found.getFrom(),
                  "to", found.getTo(),
                  "data", found.getInput(),
                  "gas", Numeric.encodeQuantity(found.getGas()));
            },
            "eth_getTransactionByHash",
            hash.hex()));
  }

  private <T> Answer<T> known(Supplier<Answer<T>> question) {
    var wanted = home;
    if (wanted == null) {
      throw new IllegalStateException(name() + " is asked before it is known");
    }
    Answer<T> answer =
        shown ? question.get() : identity().then(found -> first(found, wanted, question));
    if (answer instanceof Answer.Unreached || answer instanceof Answer.Lost) {
      // Whoever comes back may be somebody else.
      shown = false;
    }
    return answer;
  }

  private <T> Answer<T> first(Identity found, Identity wanted, Supplier<Answer<T>> question) {
    if (!found.equals(wanted)) {
      return new Answer.Lost<>(name() + " is of another chain now");
    }
    shown = true;
    return question.get();
  }

  private static String quantity(long number) {
    return Numeric.encodeQuantity(BigInteger.valueOf(number));
  }
}
