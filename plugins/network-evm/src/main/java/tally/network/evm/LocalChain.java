package tally.network.evm;

import static tally.x402.Abi.word;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tally.network.evm.ChainEndpoint.Identity;
import tally.x402.Abi;
import tally.x402.Address;

/// A whole EVM chain on this machine, as an outer party: an anvil process with our contracts, and a
/// folder that keeps it. A chain that still runs is taken over, one that has ended goes on from its
/// state, under the same genesis.
public final class LocalChain implements AutoCloseable {

  /// The vault's times, in whole seconds. The contract wants twice the delay to fit into the
  /// window, and channels want a delay of at least 900 s.
  public record Terms(
      Duration window, Duration decision, Duration withdrawDelayMax, Duration maturityMax) {

    public static Terms usual() {
      return new Terms(
          Duration.ofDays(7), Duration.ofDays(14), Duration.ofDays(1), Duration.ofDays(180));
    }
  }

  /// @param folder keeps state, notes and log; one chain at a time
  /// @param anvil the program
  /// @param port 0 for the one it had before, or any free one
  /// @param blockInterval zero mines only when asked
  /// @param dailyLimit units that may leave the operator's hold in a day, below 2^96
  public record Options(
      Path folder,
      Path anvil,
      int port,
      long chainId,
      Duration blockInterval,
      Terms terms,
      Address treasury,
      Address operator,
      Address council,
      BigInteger dailyLimit) {

    /// The second and third of anvil's well-known accounts.
    public static final Address TREASURY =
        new Address("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");

    public static final Address COUNCIL = new Address("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc");

    /// As good as no limit.
    public static final BigInteger NO_LIMIT = BigInteger.ONE.shiftLeft(96).subtract(BigInteger.ONE);

    /// A chain of its own id that mines when asked, with the usual terms.
    public static Options manual(Path folder, Path anvil) {
      return new Options(
          folder,
          anvil,
          0,
          31_337,
          Duration.ZERO,
          Terms.usual(),
          TREASURY,
          TREASURY,
          COUNCIL,
          NO_LIMIT);
    }

    public Options appointing(Address treasury, Address operator, Address council) {
      return new Options(
          folder,
          anvil,
          port,
          chainId,
          blockInterval,
          terms,
          treasury,
          operator,
          council,
          dailyLimit);
    }

    public Options every(Duration interval) {
      return new Options(
          folder, anvil, port, chainId, interval, terms, treasury, operator, council, dailyLimit);
    }
  }

  /// Blocks whose state can still be read; blocks, receipts and logs are kept for ever.
  private static final int STATES = 64;

  private final FileLock lock;
  private final Anvil anvil;
  private final AnvilRpc rpc;
  private final Path folder;
  private final Identity identity;
  private final Deployment deployment;
  private final KeptState kept;
  private LocalNotes notes;

  private LocalChain(FileLock lock, Path folder, LocalNotes notes, Anvil anvil, AnvilRpc rpc) {
    this.lock = lock;
    this.anvil = anvil;
    this.rpc = rpc;
    this.folder = folder;
    this.notes = notes;
    this.identity = new Identity(notes.chainId(), Objects.requireNonNull(notes.genesis()));
    this.deployment = Objects.requireNonNull(notes.deployment());
    this.kept = KeptState.of(state(folder));
  }

  /// The anvil that npm has installed, if any.
  public static Optional<Path> anvil() {
    return Anvil.program();
  }

  /// Begins the folder's chain, takes it over, or lets it go on. Throws `IllegalStateException`
  /// where the folder holds a chain of another id or of other terms, or is in use.
  public static LocalChain start(Options options, InstantSource clock) {
    var folder = options.folder();
    var lock = lock(folder);
    try {
      var kept = LocalNotes.read(folder);
      kept.ifPresent(notes -> isSame(notes, options));
      var notes = kept.orElseGet(() -> born(options, clock));
      var anvil = adopted(notes, folder).orElseGet(() -> launched(options, notes, clock));
      var identity = identity(anvil).orElseThrow();
      if (notes.genesis() != null && !identity.genesis().equals(notes.genesis())) {
        anvil.stop();
        throw new IllegalStateException("the folder's state begins with another genesis");
      }
      var rpc = new AnvilRpc(anvil.url());
      var deployed = deployed(notes.runningAs(anvil, identity.genesis()), options, rpc);
      return new LocalChain(lock, folder, deployed, anvil, rpc);
    } catch (RuntimeException failed) {
      release(lock);
      throw failed;
    }
  }

  private static LocalNotes born(Options options, InstantSource clock) {
    long now = clock.instant().getEpochSecond();
    var notes =
        new LocalNotes(options.chainId(), now, 0, options.terms(), options.port(), 0, null, null);
    notes.write(options.folder());
    return notes;
  }

  private static void isSame(LocalNotes notes, Options options) {
    if (notes.chainId() != options.chainId() || !notes.terms().equals(options.terms())) {
      throw new IllegalStateException(
          "the folder holds chain %d with %s".formatted(notes.chainId(), notes.terms()));
    }
  }

  /// A process that keeps this state but does not answer as its chain is ended: two would write
  /// over each other.
  private static Optional<Anvil> adopted(LocalNotes notes, Path folder) {
    var found = Anvil.running(notes.pid(), notes.port(), state(folder));
    if (found.isPresent() && !isOf(notes, found.get())) {
      found.get().stop();
      return Optional.empty();
    }
    return found;
  }

  private static boolean isOf(LocalNotes notes, Anvil anvil) {
    return identity(anvil)
        .filter(it -> it.genesis().equals(notes.genesis()) && it.chainId() == notes.chainId())
        .isPresent();
  }

  static Path state(Path folder) {
    return folder.toAbsolutePath().resolve("anvil-state.json");
  }

  private static Optional<Identity> identity(Anvil anvil) {
    return new ChainEndpoint(Endpoint.of(anvil.url())).identity()
            instanceof Answer.Said<Identity>(var found)
        ? Optional.of(found)
        : Optional.empty();
  }

  /// On its old port, so that whoever uses it finds it again; on another where that is taken now.
  private static Anvil launched(Options options, LocalNotes notes, InstantSource clock) {
    KeptState.mend(state(options.folder()), notes.born());
    boolean goesOn = Files.exists(state(options.folder()));
    long now = clock.instant().getEpochSecond() + notes.ahead();
    // A chain that goes on has its block 0; a new one is born at the noted time, whenever it is.
    var anvil = launched(options, notes, arguments(options, goesOn ? now : notes.born()));
    if (!goesOn && now > notes.born()) {
      new AnvilRpc(anvil.url()).ask("evm_increaseTime", now - notes.born());
    }
    return anvil;
  }

  private static Anvil launched(Options options, LocalNotes notes, List<String> arguments) {
    var log = options.folder().resolve("anvil.log");
    if (options.port() != 0 || notes.port() == 0) {
      return Anvil.start(options.anvil(), options.port(), arguments, log);
    }
    try {
      return Anvil.start(options.anvil(), notes.port(), arguments, log);
    } catch (IllegalStateException taken) {
      return Anvil.start(options.anvil(), 0, arguments, log);
    }
  }

  private static List<String> arguments(Options options, long time) {
    var folder = options.folder().toAbsolutePath();
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("--chain-id", Long.toString(options.chainId())));
    arguments.addAll(List.of("--hardfork", "prague"));
    arguments.addAll(List.of("--state", state(folder).toString()));
    arguments.addAll(List.of("--state-interval", "1"));
    arguments.addAll(List.of("--prune-history", Integer.toString(STATES)));
    arguments.addAll(List.of("--timestamp", Long.toString(time)));
    if (options.blockInterval().isZero()) {
      arguments.add("--no-mining");
    } else {
      var seconds = options.blockInterval().toMillis() / 1000.0;
      arguments.addAll(List.of("--block-time", Double.toString(seconds)));
    }
    return arguments;
  }

  private static LocalNotes deployed(LocalNotes notes, Options options, AnvilRpc rpc) {
    var known = notes.deployment();
    boolean stands = known != null && !rpc.code(known.vault()).equals("0x");
    var whole = stands ? notes : notes.with(Deployment.on(rpc, options));
    whole.write(options.folder());
    return whole;
  }

  private static FileLock lock(Path folder) {
    try {
      Files.createDirectories(folder);
      var file =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      var lock = file.tryLock();
      if (lock == null) {
        file.close();
        throw new IllegalStateException("another process keeps the chain of " + folder);
      }
      return lock;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void release(FileLock lock) {
    try {
      lock.acquiredBy().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return anvil.url();
  }

  /// Of the anvil process.
  public long pid() {
    return anvil.pid();
  }

  public long chainId() {
    return identity.chainId();
  }

  public Address token() {
    return deployment.token();
  }

  public Address vault() {
    return deployment.vault();
  }

  /// The official address, where our own channels stand.
  public Address channels() {
    return deployment.channels();
  }

  /// What a program that uses the chain needs to know, in one line of JSON.
  public String facts() {
    return LocalFacts.of(this, identity, deployment);
  }

  AnvilRpc rpc() {
    return rpc;
  }

  Address faucet() {
    return deployment.faucet();
  }

  /// Makes these two the vault's treasury and operator, whoever was; mines a block.
  public void appoint(Address treasury, Address operator) {
    var now = party("treasury");
    var limit = rpc.call(vault(), Abi.call("dailyLimit()"), 1).number(0, 96);
    var call =
        Abi.call("appoint(address,address,uint96)", word(treasury), word(operator), word(limit));
    rpc.sendAs(now, vault(), call);
  }

  /// Who is the vault's `treasury`, `operator` or `council` now.
  Address party(String role) {
    return rpc.call(vault(), Abi.call(role + "()"), 1).address(0);
  }

  /// Gives an address units of the token from the faucet's stock, and what it needs to send
  /// transactions; mines a block where there are units to give.
  public void deal(Address to, BigInteger units) {
    rpc.fuel(to);
    if (units.signum() > 0) {
      var call = Abi.call("transfer(address,uint256)", word(to), word(units));
      rpc.send(deployment.faucet(), token(), call);
    }
  }

  public void mine(int blocks) {
    for (int i = 0; i < blocks; i++) {
      rpc.mine();
    }
  }

  /// So much time passes, in whole seconds, and a block tells of it.
  public synchronized void elapse(Duration by) {
    // Noted before it happens, so that a chain that goes on never runs back.
    notes = notes.movedAhead(by.toSeconds());
    notes.write(folder);
    rpc.ask("evm_increaseTime", by.toSeconds());
    rpc.mine();
  }

  /// Runs until it is killed; killed at once, it leaves the chain running for the next start. For
  /// the options see `LocalArguments`.
  public static void main(String[] arguments) throws InterruptedException {
    var options = LocalArguments.read(arguments);
    try (var chain = start(options.chain(), InstantSource.system());
        var door = LocalDoor.open(chain, options.handsPort())) {
      Runtime.getRuntime().addShutdownHook(new Thread(chain::close, "stop"));
      System.out.println("listening " + chain.url());
      System.out.println(LocalFacts.with(chain.facts(), door.url()));
      System.out.flush();
      Thread.currentThread().join();
    }
  }

  /// Ends the chain; its folder keeps it.
  @Override
  public void close() {
    kept.close();
    anvil.stop();
    release(lock);
  }
}
