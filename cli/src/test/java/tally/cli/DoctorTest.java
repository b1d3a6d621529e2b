package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// What the doctor finds, and what he says is to be done.
class DoctorTest {

  private static final String VAULT = "0x" + "1".repeat(40);

  @TempDir Path folder;

  @BeforeEach
  void no_node_runs_here() {
    System.setProperty("tally.kept", folder.resolve("kept").toString());
  }

  @AfterEach
  void nothing_stays() {
    System.clearProperty("tally.kept");
  }

  @Test
  void a_loose_database_with_another_clock_is_found_out_and_a_good_one_is_well() throws Exception {
    var builder = EmbeddedPostgres.builder();
    for (var setting : List.of("full_page_writes", "synchronous_commit")) {
      builder.setServerConfig(setting, "on");
    }
    try (var postgres = builder.setServerConfig("fsync", "off").start()) {
      var url = postgres.getJdbcUrl("postgres", "postgres");
      var findings = new DatabaseCheck(InstantSource.system()).look(url, "postgres", "");
      assertThat(faults(findings))
          .singleElement()
          .asString()
          .contains("fsync off", "set fsync = on");

      var slow = InstantSource.system().instant().minus(Duration.ofMinutes(3));
      assertThat(new DatabaseCheck(InstantSource.fixed(slow)).look(url, "postgres", ""))
          .anyMatch(it -> it.toString().matches("fault.*clock is 1[78]. s away.*NTP"));
    }
  }

  @Test
  void a_database_that_is_not_there_is_a_fault_and_not_a_crash() {
    int nobody = Stage.freePort();
    var url = "jdbc:postgresql://127.0.0.1:" + nobody + "/postgres";
    assertThat(new DatabaseCheck(InstantSource.fixed(Instant.EPOCH)).look(url, "postgres", ""))
        .singleElement()
        .asString()
        .contains("cannot be reached", "tally.database.url");
  }

  @Test
  void a_chain_without_our_vault_and_one_with_another_number_are_told() throws Exception {
    var chain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    chain.createContext(
        "/",
        exchange -> {
          var asked = JsonMapper.shared().readTree(exchange.getRequestBody());
          var code = asked.path("params").path(0).asString("").equals(VAULT) ? "0x60" : "0x";
          var result = asked.path("method").asString().equals("eth_chainId") ? "0x7a69" : code;
          var body =
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"%s\"}"
                  .formatted(result)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    chain.start();
    try {
      var rpc = "http://127.0.0.1:" + chain.getAddress().getPort() + "/a-secret";
      var good = Map.of("rpc", rpc, "vault", VAULT, "chain-id", "31337");
      assertThat(ChainCheck.look("base", good)).noneMatch(DoctorTest::isFault).hasSize(2);
      assertThat(ChainCheck.look("base", good).toString()).doesNotContain("a-secret");
      var bare = Map.of("rpc", rpc, "vault", "0x" + "2".repeat(40));
      assertThat(faults(ChainCheck.look("base", bare)))
          .singleElement()
          .asString()
          .contains("no contract at settings.vault", "docs/operate/evm.md");
      assertThat(faults(ChainCheck.look("base", Map.of("rpc", rpc, "chain-id", "1"))))
          .singleElement()
          .asString()
          .contains("is chain 31337, not 1");
    } finally {
      chain.stop(0);
    }
    assertThat(ChainCheck.look("base", Map.of("rpc", "http://127.0.0.1:" + Stage.freePort())))
        .singleElement()
        .asString()
        .contains("does not answer");
  }

  @Test
  void settings_that_wait_to_be_filled_in_and_ports_that_others_have_are_named() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var file = folder.resolve("tally.yaml");
      Files.writeString(
          file,
          InitCommand.settings(Instant.EPOCH, folder.resolve("data"))
              .replace("port: 7070", "port: " + other.getLocalPort())
              .replace("port: 7071", "port: " + Stage.freePort()));
      var findings = DoctorCommand.look(ConfigFile.read(file));
      assertThat(faults(findings))
          .extracting(Finding::what)
          .contains(
              "tally.networks.base.settings.rpc was not filled in",
              "port " + other.getLocalPort() + " is taken by another program");
      assertThat(findings).allMatch(it -> it.level() == Finding.Level.OK || !it.remedy().isEmpty());
    }
  }

  private static List<Finding> faults(List<Finding> findings) {
    return findings.stream().filter(DoctorTest::isFault).toList();
  }

  private static boolean isFault(Finding finding) {
    return finding.level() == Finding.Level.FAULT;
  }
}
