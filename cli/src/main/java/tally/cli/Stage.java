package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Everything that the demo starts: a bank and a chain as outer parties, each a program of its own,
/// and one node with all three roles.
final class Stage implements AutoCloseable {

  private static final String VERSION = "0.1.0-SNAPSHOT";
  private final List<Child> children = new ArrayList<>();
  private final Path folder;
  final URI privateDoor;
  final URI publicDoor;
  final Outside outside;
  final URI bank;
  final OuterChain chain;
  private final List<String> nodeCommand;

  /// @param privatePort and `publicPort`: 0 for any free one
  Stage(Path home, Path folder, int privatePort, int publicPort) {
    this.folder = folder;
    int inside = privatePort == 0 ? freePort() : privatePort;
    int outer = publicPort == 0 ? freePort() : publicPort;
    this.privateDoor = URI.create("http://127.0.0.1:" + inside);
    this.publicDoor = URI.create("http://127.0.0.1:" + outer);
    var key = secret(folder.resolve("gateway-key"));
    var webhookSecret = secret(folder.resolve("webhook-secret"));
    this.bank =
        outer(
            "bank",
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
            publicDoor + "/webhooks/card");
    this.chain = new FakeOuterChain(fakeChain(home));
    this.outside = new Outside(bank);
    this.nodeCommand =
        new ArrayList<>(
            List.of(
                java(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx384m",
                "-jar",
                home.resolve("server/target/tally-server-" + VERSION + "-app.jar").toString(),
                "--tally.data=" + folder.resolve("node"),
                "--tally.plugins=" + home.resolve("server/target/plugins"),
                "--tally.private.port=" + inside,
                "--tally.public.port=" + outer,
                "--tally.public.url=" + publicDoor,
                "--tally.gateways.card.kind=fake",
                "--tally.gateways.card.settings.url=" + bank,
                "--tally.gateways.card.settings.key=" + key,
                "--tally.gateways.card.settings.patience=1500",
                "--tally.gateways.card.secrets.webhook=" + webhookSecret,
                "--tally.adapters.http.kind=http",
                "--tally.adapters.fake.kind=fake",
                "--tally.payment.first-look=1s",
                "--tally.flow.lease=3s"));
    nodeCommand.addAll(chain.nodeSettings());
    startNode();
  }

  private URI fakeChain(Path home) {
    return outer(
        "chain",
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

  /// Where the node's own PostgreSQL listens, as PostgreSQL itself wrote it down (the fourth line
  /// of its pid file).
  String databaseUrl() {
    try {
      var port = Files.readAllLines(folder.resolve("node/postgres/postmaster.pid")).get(3).strip();
      return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private URI outer(String name, Path target, String jar, String main, String... options) {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            java(), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx96m", "-cp"));
    command.add(target.resolve(jar + "-" + VERSION + ".jar") + ":" + target.resolve("lib") + "/*");
    command.add(main);
    command.addAll(List.of(options));
    var started =
        Child.start(
            name,
            command,
            folder.resolve(name + ".log"),
            Duration.ofSeconds(30),
            line ->
                line.startsWith("listening ")
                    ? Optional.of(line.substring("listening ".length()))
                    : Optional.empty());
    children.add(started.child());
    return URI.create(started.address());
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static int freePort() {
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
        Files.createDirectories(file.getParent());
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        Files.writeString(file, HexFormat.of().formatHex(bytes));
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
