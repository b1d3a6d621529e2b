package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.network.fake.FakeChain;
import tally.network.fake.Faults;

/// A real node from its settings file, begun as a person begins it.
class UpIT {

  private static final Duration START = Duration.ofSeconds(120);

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
    int port = Stage.freePort();
    var text =
        """
        tally:
          test: %s
          private:
            port: %d
          public:
            port: %d
          networks:
            play:
              kind: fake
              settings:
                url: %s
        """
            .formatted(test, port, Stage.freePort(), chain.url());
    Files.writeString(folder.resolve("tally.yaml"), text + more);
    return port;
  }

  private Program run(String... arguments) {
    return Program.start(folder.resolve("kept"), folder, arguments);
  }
}
