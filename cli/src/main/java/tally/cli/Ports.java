package tally.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import tools.jackson.core.JacksonException;

/// Which ports of this machine's loopback are free, and who has those that are not.
final class Ports {

  /// Whoever listens may speak no HTTP at all, and never answer.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  static final String OPTION = "Give another with --port.";

  private Ports() {}

  /// Stops with `port_taken` where somebody listens there; names the node where it is one of ours.
  ///
  /// @param port 0 stands for any free one
  /// @param remedy how another one is given
  static void need(int port, String remedy) {
    if (port < 0 || port > 65_535) {
      throw new Stop("port_malformed", "A port is 0 to 65535; this is " + port + ".");
    }
    if (port != 0 && !isFree(port)) {
      throw new Stop("port_taken", "Port " + port + " is taken by " + who(port) + ". " + remedy);
    }
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      // As the node itself will: a port whose last connections still linger is free.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  static String who(int port) {
    for (var node : NodeFolder.running()) {
      var open = node.open();
      if (open.isPresent() && open.get().has(port)) {
        return "the node of ./tally %s (process %d, folder %s)"
            .formatted(open.get().command(), open.get().pid(), node.folder());
      }
    }
    return isTally(port) ? "a Tally node that another program runs" : "another program";
  }

  private static boolean isTally(int port) {
    try {
      var node = Api.at(URI.create("http://127.0.0.1:" + port), PATIENCE).get("/node");
      return node.path("name").asString("").equals("tally");
    } catch (java.io.UncheckedIOException | Api.Refused | JacksonException other) {
      return false;
    }
  }
}
