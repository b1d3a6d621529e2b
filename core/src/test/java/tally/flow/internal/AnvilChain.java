package tally.flow.internal;

import static tally.x402.Abi.word;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import tally.network.evm.EvmNetworkPlugin;
import tally.network.evm.LocalChain;
import tally.plugin.NetworkPlugin.Network;
import tally.plugin.Settings;
import tally.x402.Abi;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;
import tools.jackson.databind.JsonNode;

/// A real EVM with our contracts, read by plain JSON-RPC beside the house. What a story does not
/// ask for does not happen: no block comes by itself.
final class AnvilChain implements OuterChain {

  static final int CONFIRMATIONS = 3;

  private static final LocalChain.Terms TERMS =
      new LocalChain.Terms(
          Duration.ofSeconds(1_800),
          Duration.ofMinutes(20),
          Duration.ofSeconds(900),
          Duration.ofDays(180));

  private final LocalChain chain;
  private final URI door;
  private final Set<Address> fuelled = new HashSet<>();
  private Runnable beforeBlock = () -> {};
  private Optional<BigInteger> floor = Optional.empty();

  private AnvilChain(LocalChain chain, URI door) {
    this.chain = chain;
    this.door = door;
  }

  static AnvilChain start(Path folder) {
    return start(folder, Function.identity());
  }

  /// @param way from the chain's own address to the one by which the house reaches it
  static AnvilChain start(Path folder, Function<URI, URI> way) {
    var usual = LocalChain.Options.manual(folder, program());
    var options =
        new LocalChain.Options(
            folder,
            usual.anvil(),
            usual.port(),
            usual.chainId(),
            usual.blockInterval(),
            TERMS,
            usual.treasury(),
            usual.operator(),
            usual.council(),
            usual.dailyLimit());
    var chain = LocalChain.start(options, InstantSource.system());
    return new AnvilChain(chain, way.apply(chain.url()));
  }

  /// Skips the test where there is no anvil, unless this machine says that it must be there.
  static Path program() {
    var found = LocalChain.anvil();
    boolean required =
        "required".equals(System.getProperty("tally.node")) || System.getenv("CI") != null;
    if (found.isEmpty() && required) {
      throw new AssertionError("Node is absent: `npm install` in contracts/ gets anvil");
    }
    Assumptions.assumeTrue(found.isPresent(), "Node is absent");
    return found.orElseThrow();
  }

  @Override
  public Network network() {
    var values =
        Map.of(
            "rpc",
            door.toString(),
            "confirmations",
            Integer.toString(CONFIRMATIONS),
            "vault",
            chain.vault().hex(),
            "asset",
            "TUSD/6");
    return new EvmNetworkPlugin().open(new Settings(values));
  }

  @Override
  public void appoint(Address house) {
    chain.appoint(house, house);
  }

  @Override
  public void deal(Address to, BigInteger units) {
    fuelled.add(to);
    chain.deal(to, units);
  }

  @Override
  public void fuel(Address sender) {
    deal(sender, BigInteger.ZERO);
  }

  @Override
  public void mine() {
    beforeBlock.run();
    if (floor.isPresent()) {
      mineAbove(floor.get());
    } else {
      chain.mine(1);
    }
  }

  @Override
  public void warp(Duration by) {
    chain.elapse(by);
  }

  /// What happens just before each block that a story mines.
  void beforeEachBlock(Runnable act) {
    beforeBlock = act;
  }

  // What a chain may do to its users.

  long head() {
    return Long.decode(ask("eth_blockNumber").asString());
  }

  /// The newest `depth` blocks become others, in which nothing is.
  ///
  /// @param back whether what was in them is in the pool again, the last of it first
  void reorganise(int depth, boolean back) {
    var fell = new ArrayList<String>();
    long head = head();
    for (long number = head; number > head - depth; number--) {
      for (var hash : ask("eth_getBlockByNumber", hex(number), false).path("transactions")) {
        fell.add(ask("eth_getRawTransactionByHash", hash.asString()).asString());
      }
    }
    ask("anvil_reorg", depth, List.of());
    fuelled.forEach(this::fuel);
    if (back) {
      fell.forEach(raw -> ask("eth_sendRawTransaction", raw));
    }
  }

  /// From now on no transaction below this fee is included; empty ends it.
  void feeFloor(Optional<BigInteger> least) {
    floor = least;
  }

  /// Anvil throws away what a block's base fee is too high for; a real pool keeps it, so it is
  /// taken out before and put back afterwards.
  private void mineAbove(BigInteger least) {
    var low = new ArrayList<String>();
    for (var bySender : ask("txpool_content").path("pending")) {
      for (var each : bySender) {
        if (number(each.path("maxFeePerGas").asString()).compareTo(least) < 0) {
          var hash = each.path("hash").asString();
          low.add(ask("eth_getRawTransactionByHash", hash).asString());
          ask("anvil_dropTransaction", hash);
        }
      }
    }
    baseFee(least);
    chain.mine(1);
    baseFee(BigInteger.ONE);
    low.forEach(raw -> ask("eth_sendRawTransaction", raw));
    baseFee(least);
  }

  private void baseFee(BigInteger fee) {
    ask("anvil_setNextBlockBaseFeePerGas", hex(fee));
  }

  // What a second reader finds.

  /// How many transactions of this sender the chain includes.
  BigInteger nonce(Address sender) {
    return number(ask("eth_getTransactionCount", sender.hex(), "latest").asString());
  }

  /// Whether the chain includes it, and it acted.
  boolean acted(Bytes32 hash) {
    return ask("eth_getTransactionReceipt", hash.hex()).path("status").asString("").equals("0x1");
  }

  @Override
  public Totals totals(Known known) {
    var power = BigInteger.ZERO;
    for (var user : known.users()) {
      power = power.add(read(chain.vault(), 0, "accounts(address)", word(user)));
    }
    var locked = BigInteger.ZERO;
    for (var channel : known.channels()) {
      var id = word(channel.value());
      locked =
          locked
              .add(read(chain.channels(), 0, "channels(bytes32)", id))
              .subtract(read(chain.channels(), 1, "channels(bytes32)", id));
    }
    var paid = BigInteger.ZERO;
    var unpaid = BigInteger.ZERO;
    for (var receiver : known.receivers()) {
      Abi.Value[] line = {word(receiver), word(chain.token())};
      paid = paid.add(read(chain.token(), 0, "balanceOf(address)", word(receiver)));
      unpaid =
          unpaid
              .add(read(chain.channels(), 0, "receivers(address,address)", line))
              .subtract(read(chain.channels(), 1, "receivers(address,address)", line));
    }
    return new Totals(read(chain.vault(), 0, "reserve()"), power, locked, paid.add(unpaid), unpaid);
  }

  /// One word of what a contract answers.
  private BigInteger read(Address contract, int at, String function, Abi.Value... arguments) {
    var call = Map.of("to", contract.hex(), "data", Hex.of(Abi.call(function, arguments)));
    var words = ask("eth_call", call, "latest").asString().substring(2);
    return new BigInteger(words.substring(64 * at, 64 * (at + 1)), 16);
  }

  private JsonNode ask(String method, Object... parameters) {
    var asked = Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(parameters));
    var answer = CrashWorld.send("POST", chain.url(), asked);
    if (answer.has("error")) {
      throw new IllegalStateException(method + ": " + answer.path("error"));
    }
    return answer.path("result");
  }

  private static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  private static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }

  private static BigInteger number(String hex) {
    return new BigInteger(hex.substring(2), 16);
  }

  @Override
  public void close() {
    chain.close();
  }
}
