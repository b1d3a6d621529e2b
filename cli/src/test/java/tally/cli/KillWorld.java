package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import tally.gateway.fake.FakeBank;
import tally.network.fake.FakeChain;
import tally.network.fake.Faults;

/// A bank and a chain that outlive every node, and what nodes must be told of them.
final class KillWorld implements AutoCloseable {

  private final Path folder;
  private final URI publicDoor;
  private final FakeBank bank;
  private final FakeChain chain;
  private final Path plugins;
  final Outside outside;
  final OuterChain outerChain;

  /// @param publicDoor where the bank's webhooks and buyers go
  KillWorld(Path folder, URI publicDoor, long seed) {
    this.folder = folder;
    this.publicDoor = publicDoor;
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
                publicDoor.resolve("/webhooks/card").toString()));
    this.chain =
        FakeChain.start(
            FakeChain.Options.manual(InstantSource.system())
                .withBlockInterval(Duration.ofMillis(50))
                .withFaults(Faults.MILD, seed));
    this.outside = new Outside(bank.url());
    this.outerChain = new FakeOuterChain(URI.create(chain.url()), "this test forks its chain");
    this.plugins = plugins(folder.resolve("plugins"));
  }

  /// A node that was not started yet.
  ///
  /// @param publicPort where it listens itself
  MortalNode node(String name, int publicPort, String... more) {
    var settings =
        new ArrayList<>(
            List.of(
                "--tally.plugins=" + plugins,
                "--tally.public.port=" + publicPort,
                "--tally.public.url=" + publicDoor,
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
                "--tally.flow.lease=1s"));
    settings.addAll(List.of(more));
    return new MortalNode(folder.resolve(name), settings);
  }

  /// The vault answers to this house, which has tokens of its own.
  void appoint(String house) {
    outerChain.appoint(house, new BigInteger("10000000000"));
  }

  static BigInteger number(String databaseUrl, String sql) {
    try (var connection = DriverManager.getConnection(databaseUrl);
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getBigDecimal(1).toBigInteger();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
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
    chain.close();
    bank.close();
  }
}
