package tally.bench;

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
import tally.cli.Child;
import tally.cli.NodeProgram;

/// Begins what is measured, each as a process of its own.
final class Programs {

  private static final String LISTENS = "listening ";
  private static final String READY = "ready: private doors at ";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Programs() {}

  static Path home() {
    return Path.of(System.getProperty("tally.home", ".")).toAbsolutePath().normalize();
  }

  /// The node; answers once it says that it is ready.
  ///
  /// @param command of the JVM, jar and all
  static Child.Started node(List<String> command, Path log) {
    return Child.start("the node", command, log, PATIENCE, line -> behind(READY, line));
  }

  /// The fake bank, as the demo starts it, with room for all that it keeps in mind. Compiled once
  /// and not again: it is an outside party, whose compiler would compete with what is measured.
  static Child.Started bank(Path folder, String... options) {
    var target = home().resolve("plugins/gateway-fake/target");
    var jar = target.resolve("tally-gateway-fake-" + NodeProgram.VERSION + ".jar");
    var command =
        java(
            "512m",
            jar + ":" + target.resolve("lib") + "/*",
            "tally.gateway.fake.FakeBank",
            "--store",
            folder.resolve("bank").toString());
    command.add(1, "-XX:TieredStopAtLevel=1");
    command.addAll(List.of(options));
    return Child.start(
        "the bank", command, folder.resolve("bank.log"), PATIENCE, line -> behind(LISTENS, line));
  }

  /// A program of this module.
  static Child.Started own(Class<?> main, Path log, String... options) {
    var command = java("128m", System.getProperty("java.class.path"), main.getName());
    command.addAll(List.of(options));
    return Child.start(main.getSimpleName(), command, log, PATIENCE, line -> behind(LISTENS, line));
  }

  private static List<String> java(String heap, String classPath, String... rest) {
    var command =
        new ArrayList<>(List.of(NodeProgram.java(), "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx" + heap, "-cp", classPath));
    command.addAll(List.of(rest));
    return command;
  }

  private static Optional<String> behind(String words, String line) {
    int at = line.indexOf(words);
    return at < 0 ? Optional.empty() : Optional.of(line.substring(at + words.length()).strip());
  }

  static URI freeAddress() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where the PostgreSQL of a node's data folder listens, as it wrote down itself (the fourth line
  /// of its pid file).
  static String database(Path data, String name) {
    try {
      var port = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3).strip();
      return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=postgres";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
