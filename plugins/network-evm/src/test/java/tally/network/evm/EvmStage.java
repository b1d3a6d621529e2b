package tally.network.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tally.network.port.NetworkStage;
import tally.plugin.NetworkPlugin;
import tally.plugin.Settings;
import tally.x402.Address;
import tally.x402.Bytes32;

/// A real EVM whose blocks come when asked and whose clock moves when told.
final class EvmStage implements NetworkStage {

  private static final int CONFIRMATIONS = 3;

  private final Path folder;
  private final Set<Address> dealt = new HashSet<>();
  private @Nullable LocalChain chain;
  private NetworkPlugin.@Nullable Network network;
  private Optional<BigInteger> floor = Optional.empty();

  private EvmStage(Path folder) {
    this.folder = folder;
  }

  static EvmStage open() {
    Node.anvil();
    try {
      return new EvmStage(Files.createTempDirectory("evm-stage"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LocalChain chain() {
    return Objects.requireNonNull(chain);
  }

  private AnvilRpc rpc() {
    return chain().rpc();
  }

  @Override
  public void appoint(Address treasury, Address operator, Address council) {
    var options =
        LocalChain.Options.manual(folder, Node.anvil()).appointing(treasury, operator, council);
    chain = LocalChain.start(options, InstantSource.system());
  }

  /// What opens this chain through other addresses.
  Settings settings(String rpc, Map<String, String> others) {
    var values = new java.util.HashMap<String, String>();
    values.put("rpc", rpc);
    values.put("confirmations", Integer.toString(CONFIRMATIONS));
    values.put("vault", chain().vault().hex());
    values.put("asset", "TUSD/6");
    values.putAll(others);
    return new Settings(values);
  }

  @Override
  public NetworkPlugin.Network network() {
    if (network == null) {
      network = new EvmNetworkPlugin().open(settings(chain().url().toString(), Map.of()));
    }
    return network;
  }

  /// Anvil throws away what a block's base fee is too high for; a real pool keeps it, so it is
  /// taken out before and put back afterwards.
  @Override
  public void mine(int blocks) {
    for (int i = 0; i < blocks; i++) {
      if (floor.isEmpty()) {
        rpc().mine();
      } else {
        mineAbove(floor.get());
      }
    }
  }

  private void mineAbove(BigInteger least) {
    var low = pooledBelow(least);
    low.forEach(held -> rpc().ask("anvil_dropTransaction", held.hash()));
    baseFee(least);
    rpc().mine();
    baseFee(BigInteger.ONE);
    low.forEach(held -> rpc().ask("eth_sendRawTransaction", held.raw()));
    baseFee(least);
  }

  private record Held(String hash, String raw) {}

  private List<Held> pooledBelow(BigInteger least) {
    var low = new ArrayList<Held>();
    var pool = (Map<?, ?>) rpc().ask("txpool_content").orElseThrow();
    for (var bySender : ((Map<?, ?>) pool.get("pending")).values()) {
      for (var each : ((Map<?, ?>) bySender).values()) {
        var transaction = (Map<?, ?>) each;
        var most = new BigInteger(transaction.get("maxFeePerGas").toString().substring(2), 16);
        if (most.compareTo(least) < 0) {
          var hash = transaction.get("hash").toString();
          low.add(new Held(hash, raw(hash)));
        }
      }
    }
    return low;
  }

  private String raw(String hash) {
    return rpc().text("eth_getRawTransactionByHash", hash);
  }

  private void baseFee(BigInteger fee) {
    rpc().ask("anvil_setNextBlockBaseFeePerGas", "0x" + fee.toString(16));
  }

  @Override
  public void reorganise(int depth) {
    var returned = new ArrayList<String>();
    long head = Long.decode(rpc().text("eth_blockNumber"));
    for (long number = head - depth + 1; number <= head; number++) {
      var block = rpc().ask("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
      for (var hash : (List<?>) ((Map<?, ?>) block.orElseThrow()).get("transactions")) {
        returned.add(raw(hash.toString()));
      }
    }
    rpc().ask("anvil_reorg", depth, List.of());
    dealt.forEach(rpc()::fuel);
    returned.forEach(raw -> rpc().ask("eth_sendRawTransaction", raw));
  }

  @Override
  public void drop(Bytes32 hash) {
    rpc().ask("anvil_dropTransaction", hash.hex());
  }

  @Override
  public void feeFloor(BigInteger least) {
    floor = Optional.of(least);
    baseFee(least);
  }

  @Override
  public void deal(Address to, BigInteger units) {
    dealt.add(to);
    chain().deal(to, units);
  }

  @Override
  public void elapse(Duration by) {
    chain().elapse(by);
  }

  @Override
  public void close() {
    if (chain != null) {
      chain.close();
    }
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
