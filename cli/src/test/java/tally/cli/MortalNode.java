package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import tally.gateway.fake.FakeBank;
import tally.network.fake.FakeChain;
import tally.network.fake.Faults;

/// A node in a process of its own, which can be killed and started again on what it left; the bank
/// and the chain live on.
final class MortalNode implements AutoCloseable {

  private static final Duration START_WITHIN = Duration.ofSeconds(120);
  private final Path folder;
  private final FakeBank bank;
  private final FakeChain chain;
  private final List<String> command;
  final URI privateDoor;
  final Outside outside;
  final OuterChain outerChain;
  private Child node;
  private int starts;

  MortalNode(Path folder, long seed) {
    this.folder = folder;
    int inside = freePort();
    int outer = freePort();
    this.privateDoor = URI.create("http://127.0.0.1:" + inside);
    this.bank =
        FakeBank.start(
            FakeBank.Options.of(
                "--store",
                folder.resolve("bank").toString(),
                "--key",
                "key",
                "--secret",
                "hook",
                "--webhook",
                "http://127.0.0.1:" + outer + "/webhooks/card"));
    this.chain =
        FakeChain.start(
            FakeChain.Options.manual(InstantSource.system())
                .withBlockInterval(Duration.ofMillis(50))
                .withFaults(Faults.MILD, seed));
    this.outside = new Outside(bank.url());
    this.outerChain = new FakeOuterChain(URI.create(chain.url()), "this test forks its chain");
    this.command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "tally.server.Tally",
            "--tally.data=" + folder.resolve("node"),
            "--tally.plugins=" + plugins(folder.resolve("plugins")),
            "--tally.private.port=" + inside,
            "--tally.public.port=" + outer,
            "--tally.public.url=http://127.0.0.1:" + outer,
            "--tally.gateways.card.kind=fake",
            "--tally.gateways.card.settings.url=" + bank.url(),
            "--tally.gateways.card.settings.key=key",
            "--tally.gateways.card.settings.patience=1500",
            "--tally.gateways.card.secrets.webhook=hook",
            "--tally.networks.fake.kind=fake",
            "--tally.networks.fake.settings.url=" + chain.url(),
            "--tally.adapters.http.kind=http",
            "--tally.adapters.http.settings.sells=" + folder.resolve("shop"),
            "--tally.payment.first-look=200ms",
            "--tally.treasury.quote-life=10m",
            "--tally.party.topups-a-day=1000",
            "--tally.flow.lease=1s");
    this.node = begin();
  }

  private Child begin() {
    starts++;
    return Child.start(
            "node",
            command,
            folder.resolve("node-" + starts + ".log"),
            START_WITHIN,
            line -> line.contains("ready: private") ? Optional.of(line) : Optional.empty())
        .child();
  }

  /// SIGKILL: nothing in the node hears of it. Its database server lives on as an orphan.
  void kill() {
    var process = ProcessHandle.of(node.pid()).orElseThrow();
    if (!process.destroyForcibly()) {
      throw new IllegalStateException("the node cannot be killed");
    }
    try {
      process.onExit().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the node does not die", e);
    }
  }

  void startAgain() {
    node = begin();
  }

  /// The vault answers to this house, which has tokens of its own.
  void appoint(String house) {
    outerChain.appoint(house, new BigInteger("10000000000"));
  }

  /// The one-time link by which the operator signs in.
  URI signInLink() {
    return URI.create(read(folder.resolve("node/sign-in-link")).getFirst().strip());
  }

  /// Where the node's own PostgreSQL listens, as it wrote it down itself.
  String databaseUrl() {
    var port = read(folder.resolve("node/postgres/postmaster.pid")).get(3).strip();
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }

  BigInteger number(String sql) {
    try (var connection = java.sql.DriverManager.getConnection(databaseUrl());
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getBigDecimal(1).toBigInteger();
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The plug-ins as jars, also where the build has only their classes yet.
  private static Path plugins(Path to) {
    try {
      Files.createDirectories(to);
      for (var plugin :
          List.of(
              tally.gateway.fake.FakePlugin.class,
              tally.network.fake.FakeNetworkPlugin.class,
              tally.adapter.http.HttpPlugin.class)) {
        var place = Path.of(plugin.getProtectionDomain().getCodeSource().getLocation().toURI());
        var jar = to.resolve(plugin.getPackageName() + ".jar");
        if (Files.isDirectory(place)) {
          pack(plugin.getPackageName(), place, jar);
        } else {
          Files.copy(place, jar);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pack(String id, Path classes, Path jar) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Plugin-Id", id);
    manifest.getMainAttributes().putValue("Plugin-Version", "1.0.0");
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        var all = Files.walk(classes)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        var name = classes.relativize(file).toString();
        if (!name.equals("META-INF/MANIFEST.MF")) {
          out.putNextEntry(new JarEntry(name));
          Files.copy(file, out);
        }
      }
    }
  }

  @Override
  public void close() {
    node.close();
    chain.close();
    bank.close();
  }
}
