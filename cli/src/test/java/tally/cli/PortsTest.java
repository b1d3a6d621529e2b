package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {

  @TempDir Path kept;
  private HttpServer other;

  @BeforeEach
  void a_program_listens() throws Exception {
    System.setProperty("tally.kept", kept.toString());
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.start();
  }

  @AfterEach
  void it_ends() {
    other.stop(0);
    System.clearProperty("tally.kept");
  }

  @Test
  void a_port_of_one_of_our_nodes_is_refused_and_the_node_is_named() {
    var node = new NodeFolder(kept.resolve("sell"));
    node.opened("sell", at(port()), at(1));
    refused("the node of ./tally sell (process " + ProcessHandle.current().pid());
  }

  @Test
  void a_port_of_a_tally_node_that_others_run_is_told_from_that_of_another_program() {
    refused("another program");
    other.createContext(
        "/api/v1/node",
        exchange -> {
          var body = "{\"name\":\"tally\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    refused("a Tally node that another program runs");
  }

  @Test
  void a_free_port_is_good() {
    int free = port();
    other.stop(0);
    assertThatCode(() -> Ports.need(free, "")).doesNotThrowAnyException();
    assertThatCode(() -> Ports.need(0, "")).doesNotThrowAnyException();
  }

  private void refused(String who) {
    assertThatThrownBy(() -> Ports.need(port(), Ports.OPTION))
        .isInstanceOfSatisfying(Stop.class, stop -> assertThat(stop.code).isEqualTo("port_taken"))
        .hasMessageContaining(who)
        .hasMessageContaining("--port");
  }

  private int port() {
    return other.getAddress().getPort();
  }

  private static URI at(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
