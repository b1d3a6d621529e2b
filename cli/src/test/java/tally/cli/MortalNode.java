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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A node in a process of its own, which can be killed and started again on what it left.
final class MortalNode implements AutoCloseable {

  private static final Duration START_WITHIN = Duration.ofSeconds(120);
  private final Path folder;
  private final List<String> command;
  final URI privateDoor;
  private @Nullable Child node;
  private int starts;

  /// @param folder its data folder
  /// @param settings beside that and the private door
  MortalNode(Path folder, List<String> settings) {
    int inside = freePort();
    this.folder = folder;
    this.privateDoor = URI.create("http://127.0.0.1:" + inside);
    this.command =
        new ArrayList<>(
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
                "--tally.data=" + folder,
                "--tally.private.port=" + inside));
    command.addAll(settings);
  }

  /// Returns when its doors are open.
  void start() {
    starts++;
    node =
        Child.start(
                "node",
                command,
                folder.resolveSibling(folder.getFileName() + "-" + starts + ".log"),
                START_WITHIN,
                line -> line.contains("ready: private") ? Optional.of(line) : Optional.empty())
            .child();
  }

  /// SIGKILL: nothing in the node hears of it. A database server of its own lives on as an orphan.
  void kill() {
    var process = ProcessHandle.of(Optional.ofNullable(node).orElseThrow().pid()).orElseThrow();
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

  /// The one-time link by which the operator signs in.
  URI signInLink() {
    return URI.create(read(folder.resolve("sign-in-link")).getFirst().strip());
  }

  /// Where the node's own PostgreSQL listens, as it wrote it down itself.
  String databaseUrl() {
    var port = read(folder.resolve("postgres/postmaster.pid")).get(3).strip();
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (node != null) {
      node.close();
    }
  }
}
