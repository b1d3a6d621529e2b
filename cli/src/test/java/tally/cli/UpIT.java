package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.network.fake.FakeChain;
import tally.network.fake.Faults;

/// A real node from its settings file, begun as a person begins it.
class UpIT {

  private static final Duration START = Duration.ofSeconds(120);

  /// Where no contract stands.
  private static final String NOTHING = "0x" + "44".repeat(20);

  @TempDir Path folder;

  @Test
  void a_fresh_settings_file_has_secrets_of_its_own_and_does_not_start_before_it_is_filled_in()
      throws Exception {
    try (var init = run("init")) {
      assertThat(init.ended(START)).as(init.text()).isZero();
      assertThat(init.text()).contains("rpc: <", "vault: <", "./tally up --config");
    }
    var file = folder.resolve("tally.yaml");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(ConfigFile.read(file).find("tally.adapters.http.secrets.secret").orElseThrow())
        .hasSize(48);
    try (var again = run("init")) {
      assertThat(again.ended(START)).isEqualTo(1);
      assertThat(again.text()).contains("file_exists:");
    }
    int port = Stage.freePort();
    Files.writeString(file, Files.readString(file).replace("port: 7070", "port: " + port));
    refused("setting_missing: tally.networks.base.settings.rpc was not filled in");
  }

  @Test
  void a_node_of_one_role_opens_its_doors_alone_and_a_second_one_is_told_who_has_the_port()
      throws Exception {
    try (var chain = chain()) {
      int port = settings(chain, "true", "");
      try (var node = run("up", "--role", "provider", "--no-pages")) {
        node.await("The node is up at .* as provider; it is a test node", START);
        var door = Api.at(URI.create("http://127.0.0.1:" + port));
        assertThat(door.get("/node").path("roles")).hasToString("[\"provider\"]");
        try (var second = run("up")) {
          assertThat(second.ended(START)).isEqualTo(1);
          assertThat(second.text())
              .contains("port_taken: Port " + port + " is taken by the node of ./tally up")
              .contains("Set another tally.private.port.");
        }
        node.interrupt(Duration.ofSeconds(30));
        assertThat(node.text()).contains("Everything is kept");
      }
      assertThat(Files.exists(folder.resolve("data/postgres"))).isTrue();
    }
  }

  @Test
  void a_live_node_takes_no_played_chain() throws Exception {
    try (var chain = chain()) {
      settings(chain, "false", "");
      refused("fake_on_live: tally.networks.play only plays a chain");
    }
  }

  @Test
  void a_database_that_could_lose_money_is_refused() throws Exception {
    try (var chain = chain();
        var loose = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start()) {
      settings(
          chain,
          "true",
          "  database:\n    url: " + loose.getJdbcUrl("postgres", "postgres") + "\n");
      refused("database_not_durable: The database has fsync off");
    }
  }

  @Test
  void secrets_that_were_not_filled_in_or_that_everybody_knows_are_refused() throws Exception {
    try (var chain = chain()) {
      var account = "  gateways:\n    card:\n      kind: %s\n      secrets:\n        webhook: %s\n";
      settings(chain, "true", account.formatted("fake", "<yours>"));
      refused(
          "default_secret: tally.gateways.card.secrets.webhook was not filled in; write your own value,"
              + " or take it out.");
      settings(chain, "true", account.formatted("stripe", "a-secret"));
      refused(
          "default_secret: tally.gateways.card.secrets.webhook is one that everybody knows; write your"
              + " own.");
      settings(chain, "false", "  database:\n    password: postgres\n");
      refused("default_secret: tally.database.password is one that everybody knows");
      assertThat(folder.resolve("data/postgres")).as("no database was begun").doesNotExist();
    }
  }

  @Test
  void a_chain_without_our_contracts_is_refused_and_so_is_a_processors_without_a_vault()
      throws Exception {
    var evm = LocalEvm.of(Program.HOME);
    if ("required".equals(System.getProperty("tally.node")) || System.getenv("CI") != null) {
      assertThat(evm).isInstanceOf(LocalEvm.Runs.class);
    }
    assumeThat(evm).isInstanceOf(LocalEvm.Runs.class);
    var said = evmChain(((LocalEvm.Runs) evm).program());
    try (var _ = said.child()) {
      var places = new AnvilOuterChain(said.address(), Duration.ZERO).places();
      var base = new TreeMap<>(Map.of("rpc", places.get("rpc"), "channels", NOTHING));
      evmSettings(base);
      refused(
          "no_contracts: tally.networks.base: setting channels: no such contract at "
              + NOTHING
              + "; deploy it there first, as docs/operate/evm.md says");

      base.putAll(Map.of("channels", places.get("channels"), "vault", NOTHING, "asset", "TUSD/6"));
      evmSettings(base);
      refused("no_contracts: tally.networks.base: setting vault: no such contract at " + NOTHING);

      base.keySet().removeAll(List.of("vault", "asset"));
      evmSettings(base);
      refused(
          "no_contracts: tally.networks.base has no vault to grant from: deploy one"
              + " (docs/operate/evm.md), then set settings.vault and settings.asset.");
    }
  }

  private void refused(String line) throws InterruptedException {
    try (var node = run("up")) {
      assertThat(node.ended(START)).as(node.text()).isEqualTo(1);
      assertThat(node.text()).contains(line);
    }
  }

  private FakeChain chain() {
    return FakeChain.start(
        FakeChain.Options.manual(InstantSource.system())
            .withBlockInterval(Duration.ofMillis(100))
            .withFaults(Faults.MILD, 5));
  }

  /// Answers the private port.
  private int settings(FakeChain chain, String test, String more) throws IOException {
    var network =
        """
          networks:
            play:
              kind: fake
              settings:
                url: %s
        """
            .formatted(chain.url());
    return settings(test, network + more);
  }

  private int settings(String test, String more) throws IOException {
    int port = Stage.freePort();
    var text =
        """
        tally:
          test: %s
          private:
            port: %d
          public:
            port: %d
        """
            .formatted(test, port, Stage.freePort());
    Files.writeString(folder.resolve("tally.yaml"), text + more);
    return port;
  }

  /// A chain of this machine's own, with all our contracts.
  private Child.Started evmChain(Path anvil) {
    var jars = Program.HOME.resolve("plugins/network-evm/target");
    var jar = jars.resolve("tally-network-evm-" + NodeProgram.VERSION + ".jar");
    var command =
        List.of(
            NodeProgram.java(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-cp",
            jar + ":" + jars.resolve("lib") + "/*",
            "tally.network.evm.LocalChain",
            "--anvil",
            anvil.toString(),
            "--folder",
            folder.resolve("evm").toString());
    return Child.start(
        "the chain",
        command,
        folder.resolve("chain.log"),
        START,
        line -> Optional.of(line).filter(it -> it.startsWith("{")));
  }

  private void evmSettings(Map<String, String> base) throws IOException {
    var lines = new StringBuilder();
    base.forEach((name, value) -> lines.append("        %s: \"%s\"\n".formatted(name, value)));
    settings("true", "  networks:\n    base:\n      kind: evm\n      settings:\n" + lines);
  }

  private Program run(String... arguments) {
    return Program.start(folder.resolve("kept"), folder, arguments);
  }
}
