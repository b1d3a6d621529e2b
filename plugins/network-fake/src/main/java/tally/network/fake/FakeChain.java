package tally.network.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tally.network.port.Chain.Block;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Curve;

/// A whole chain as an outer party: its own port, its own store, and nothing shared with those who
/// use it. JSON-RPC 2.0 over HTTP, on the loopback address only. There is no native coin: fees
/// order and hold back transactions, but nobody pays them.
public final class FakeChain implements AutoCloseable {

  /// @param port 0 for any free one
  /// @param store a folder; none keeps the chain in memory
  /// @param blockInterval zero mines only when asked
  /// @param confirmations what its users wait for; faults stay within it
  /// @param appealWindow W of the vault, at least 1 ms
  public record Options(
      int port,
      Optional<Path> store,
      long seed,
      Duration blockInterval,
      Faults faults,
      int confirmations,
      Duration appealWindow,
      InstantSource clock) {

    private static final Duration MATURITY_MAX = Duration.ofDays(180);

    /// In memory, without faults, blocks only when asked: for tests.
    public static Options manual(InstantSource clock) {
      return new Options(
          0, Optional.empty(), 1, Duration.ZERO, Faults.NONE, 3, Duration.ofSeconds(1), clock);
    }

    public Options withStore(Path folder) {
      return new Options(
          port,
          Optional.of(folder),
          seed,
          blockInterval,
          faults,
          confirmations,
          appealWindow,
          clock);
    }

    public Options withFaults(Faults wanted, long bySeed) {
      return new Options(
          port, store, bySeed, blockInterval, wanted, confirmations, appealWindow, clock);
    }

    public Options withBlockInterval(Duration interval) {
      return new Options(port, store, seed, interval, faults, confirmations, appealWindow, clock);
    }

    public Options withAppealWindow(Duration window) {
      return new Options(port, store, seed, blockInterval, faults, confirmations, window, clock);
    }

    Genesis genesis() {
      return new Genesis(seed, appealWindow.toMillis(), MATURITY_MAX.toSeconds());
    }
  }

  /// While nothing happens a block comes only every so many intervals, so that the head's time
  /// still follows the clock.
  private static final int IDLE_INTERVALS = 10;

  private static final int BODY_MAX = 1 << 20;
  private static final Duration STOP_WITHIN = Duration.ofSeconds(2);

  private final FakeNode node;
  private final FakeMethods methods;
  private final HttpServer server;
  private final ScheduledExecutorService miner;
  private int idle;

  private FakeChain(Options options, FakeNode node, HttpServer server) {
    this.node = node;
    this.methods = new FakeMethods(node, options);
    this.server = server;
    this.miner =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("miner").factory());
  }

  /// Opens the store and the port, and begins to mine.
  public static FakeChain start(Options options) {
    var node = new FakeNode(options, Curve.fastest());
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port());
      var server = HttpServer.create(address, 0);
      var chain = new FakeChain(options, node, server);
      server.createContext("/", chain::answer);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      var millis = options.blockInterval().toMillis();
      if (millis > 0) {
        chain.miner.scheduleAtFixedRate(chain::tick, millis, millis, TimeUnit.MILLISECONDS);
      }
      return chain;
    } catch (IOException e) {
      node.close();
      throw new UncheckedIOException(e);
    }
  }

  /// Runs until it is killed. `--port 0 --store DIR --seed N --block-millis 100 --faults
  /// none|mild|wild --confirmations 3 --appeal-window-millis 1000`
  public static void main(String[] arguments) throws InterruptedException {
    var options = FakeArguments.read(arguments, InstantSource.system());
    try (var chain = start(options)) {
      Runtime.getRuntime().addShutdownHook(new Thread(chain::close, "stop"));
      System.out.println("listening " + chain.url());
      System.out.flush();
      Thread.currentThread().join();
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// One block more.
  public Block mine() {
    return node.mine();
  }

  public void mine(int blocks) {
    for (int i = 0; i < blocks; i++) {
      node.mine();
    }
  }

  /// The faucet; mines a block.
  public void deal(Address address, BigInteger units) {
    node.deal(address, units);
  }

  /// Names the vault's treasury, operator and council, once; mines a block. The daily limit is as
  /// good as none.
  public void appoint(Address treasury, Address operator, Address council) {
    node.found(new Slot.Appointment(treasury, operator, council, FakeMethods.NO_LIMIT));
  }

  public void reorganise(int depth) {
    node.reorganise(depth);
  }

  public void drop(Bytes32 hash) {
    node.drop(hash);
  }

  /// No transaction below this fee is included, and the fee that the chain recommends rises to it.
  public void feeFloor(BigInteger floor) {
    node.floor(floor);
  }

  /// Moves the chain's own clock ahead; mines a block.
  public void warp(Duration by) {
    node.warp(by);
  }

  /// For so long nobody is answered, save those who call `fake_` methods.
  public void unavailable(Duration span) {
    methods.unavailable(span);
  }

  /// The next so many answers to a broadcast are lost on their way.
  public void loseAnswers(int count) {
    methods.loseAnswers(count);
  }

  /// Where the built-in token stands.
  public static Address token() {
    return Genesis.TOKEN;
  }

  public static Address vault() {
    return Genesis.VAULT;
  }

  /// A collector that pulls a deposit from a payer who sends it himself, or who approved this
  /// address.
  public static Address allowanceCollector() {
    return Genesis.ALLOWANCE_COLLECTOR;
  }

  private void tick() {
    if (node.busy() || ++idle >= IDLE_INTERVALS) {
      idle = 0;
      node.mine();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readNBytes(BODY_MAX + 1);
      if (body.length > BODY_MAX) {
        exchange.sendResponseHeaders(413, -1);
        return;
      }
      switch (methods.answer(body)) {
        case FakeMethods.Answer.Away() -> exchange.sendResponseHeaders(503, -1);
        case FakeMethods.Answer.Lost() -> {} // the connection closes without a word
        case FakeMethods.Answer.Said(var json) -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, json.length);
          exchange.getResponseBody().write(json);
        }
      }
    }
  }

  @Override
  public void close() {
    miner.shutdown();
    try {
      if (!miner.awaitTermination(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        miner.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    node.close();
  }
}
