package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Everything that the demo starts: a bank and a chain as outer parties, each a program of its own,
/// and one node with all three roles.
final class Stage implements AutoCloseable {

  /// Of the chain's clock, which is set forward; no channel's delay may be longer than half of it.
  private static final Duration APPEAL_WINDOW = Duration.ofMinutes(30);

  private final List<Child> children = new ArrayList<>();
  private final Path folder;
  final URI privateDoor;
  final URI publicDoor;
  final Outside outside;
  final URI bank;
  final OuterChain chain;
  private final List<String> nodeCommand;

  /// @param sells the folder or address from which alone things are sold
  /// @param privatePort and `publicPort`: 0 for any free one
  Stage(Path home, Path folder, String sells, int privatePort, int publicPort) {
    this.folder = folder;
    int inside = privatePort == 0 ? freePort() : privatePort;
    int outer = publicPort == 0 ? freePort() : publicPort;
    this.privateDoor = URI.create("http://127.0.0.1:" + inside);
    this.publicDoor = URI.create("http://127.0.0.1:" + outer);
    var key = secret(folder.resolve("gateway-key"));
    var webhookSecret = secret(folder.resolve("webhook-secret"));
    try {
      this.bank =
          address(
              outer(
                  "bank",
                  Stage::listens,
                  home.resolve("plugins/gateway-fake/target"),
                  "tally-gateway-fake",
                  "tally.gateway.fake.FakeBank",
                  "--store",
                  folder.resolve("bank").toString(),
                  "--key",
                  key,
                  "--secret",
                  webhookSecret,
                  "--webhook",
                  publicDoor + "/webhooks/card"));
      this.chain = chain(home);
      this.outside = new Outside(bank);
      var program = new NodeProgram(home);
      this.nodeCommand = new ArrayList<>(program.command());
      nodeCommand.addAll(
          List.of(
              "--tally.data=" + folder.resolve("node"),
              "--tally.plugins=" + program.plugIns(),
              "--tally.private.port=" + inside,
              "--tally.public.port=" + outer,
              "--tally.public.url=" + publicDoor,
              "--tally.gateways.card.kind=fake",
              "--tally.gateways.card.settings.url=" + bank,
              "--tally.gateways.card.settings.key=" + key,
              "--tally.gateways.card.settings.patience=1500",
              "--tally.gateways.card.secrets.webhook=" + webhookSecret,
              "--tally.adapters.http.kind=http",
              "--tally.adapters.http.settings.sells=" + sells,
              "--tally.adapters.fake.kind=fake",
              "--tally.payment.first-look=1s",
              "--tally.flow.lease=3s"));
      nodeCommand.addAll(chain.nodeSettings());
      startNode();
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private OuterChain chain(Path home) {
    if (Files.exists(folder.resolve("chain"))) {
      return fakeChain(home, "what was begun on the fake chain goes on there");
    }
    return switch (LocalEvm.of(home)) {
      case LocalEvm.Runs(var program) -> evmChain(home, program);
      case LocalEvm.Absent(var why) -> fakeChain(home, why);
    };
  }

  private OuterChain evmChain(Path home, Path program) {
    var said =
        outer(
            "chain",
            line -> line.startsWith("{"),
            home.resolve("plugins/network-evm/target"),
            "tally-network-evm",
            "tally.network.evm.LocalChain",
            "--anvil",
            program.toString(),
            "--folder",
            folder.resolve("evm").toString(),
            "--block-seconds",
            "0.25",
            "--window-seconds",
            Long.toString(APPEAL_WINDOW.toSeconds()),
            "--delay-max-seconds",
            Long.toString(APPEAL_WINDOW.toSeconds() / 2));
    return new AnvilOuterChain(said, APPEAL_WINDOW);
  }

  private OuterChain fakeChain(Path home, String why) {
    var said =
        outer(
            "chain",
            Stage::listens,
            home.resolve("plugins/network-fake/target"),
            "tally-network-fake",
            "tally.network.fake.FakeChain",
            "--store",
            folder.resolve("chain").toString(),
            "--faults",
            "mild",
            "--block-millis",
            "100",
            "--appeal-window-millis",
            "1000");
    return new FakeOuterChain(address(said), why);
  }

  private static boolean listens(String line) {
    return line.startsWith("listening ");
  }

  private static URI address(String said) {
    return URI.create(said.substring("listening ".length()));
  }

  /// Starts the node, or starts it again.
  void startNode() {
    var node =
        Child.start(
            "node",
            nodeCommand,
            folder.resolve("node.log"),
            Duration.ofSeconds(120),
            line -> line.contains("ready: private") ? Optional.of(line) : Optional.empty());
    children.add(node.child());
  }

  /// The one-time link by which the operator signs in first.
  URI signInLink() {
    try {
      return URI.create(Files.readString(folder.resolve("node/sign-in-link")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same as `databaseUrl`, as psql wants it.
  String databaseAddress() {
    return "postgresql://postgres@127.0.0.1:" + databasePort() + "/postgres";
  }

  /// Where the node's own PostgreSQL listens, as PostgreSQL itself wrote it down (the fourth line
  /// of its pid file).
  String databaseUrl() {
    return "jdbc:postgresql://127.0.0.1:" + databasePort() + "/postgres?user=postgres";
  }

  private String databasePort() {
    try {
      return Files.readAllLines(folder.resolve("node/postgres/postmaster.pid")).get(3).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts an outer party; answers the line by which it says where it is.
  private String outer(
      String name,
      Predicate<String> says,
      Path target,
      String jar,
      String main,
      String... options) {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            NodeProgram.java(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx96m",
            "-cp"));
    command.add(
        target.resolve(jar + "-" + NodeProgram.VERSION + ".jar")
            + ":"
            + target.resolve("lib")
            + "/*");
    command.add(main);
    command.addAll(List.of(options));
    var started =
        Child.start(
            name,
            command,
            folder.resolve(name + ".log"),
            Duration.ofSeconds(60),
            line -> Optional.of(line).filter(says));
    children.add(started.child());
    return started.address();
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Made at the first start and kept, so that a second start finds the same outer parties.
  private static String secret(Path file) {
    try {
      if (!Files.exists(file)) {
        Folders.keep(file, Folders.secret());
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The node first, then the world around it.
  @Override
  public void close() {
    children.reversed().forEach(Child::close);
  }
}
