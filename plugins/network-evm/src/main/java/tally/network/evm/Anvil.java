package tally.network.evm;

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
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One anvil process on this machine. It outlives this program, so that a chain can be found again.
final class Anvil {

  private static final Duration START_WITHIN = Duration.ofSeconds(45);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
  private static final Duration LOOK_EACH = Duration.ofMillis(20);
  private static final int FOLDERS_MAX = 8;

  private final ProcessHandle process;
  private final int port;

  private Anvil(ProcessHandle process, int port) {
    this.process = process;
    this.port = port;
  }

  /// The program: `ANVIL` of the environment, else what npm has put below `contracts/` of this
  /// folder or of one above it.
  static Optional<Path> program() {
    var named = System.getenv("ANVIL");
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named)).filter(Files::isExecutable);
    }
    var inside = Path.of("contracts/node_modules/@foundry-rs/anvil-" + platform() + "/bin/anvil");
    var folder = Path.of("").toAbsolutePath();
    for (int i = 0; i < FOLDERS_MAX && folder != null; i++, folder = folder.getParent()) {
      if (Files.isExecutable(folder.resolve(inside))) {
        return Optional.of(folder.resolve(inside));
      }
    }
    return Optional.empty();
  }

  private static String platform() {
    var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var chip = System.getProperty("os.arch");
    return (system.startsWith("mac") ? "darwin" : "linux")
        + (chip.equals("aarch64") ? "-arm64" : "-amd64");
  }

  /// Starts it on this port, or on a free one for 0; waits until it answers.
  ///
  /// @param log what it prints; the file is begun anew
  static Anvil start(Path program, int port, List<String> arguments, Path log) {
    int chosen = port == 0 ? free() : port;
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(chosen), "--quiet"));
    command.addAll(arguments);
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      var anvil = new Anvil(process.toHandle(), chosen);
      anvil.awaitAnswer(log);
      return anvil;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One that runs already, if the process of this number is an anvil that keeps this state:
  /// numbers are given again.
  static Optional<Anvil> running(long pid, int port, Path state) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(it -> it.info().command().map(name -> name.endsWith("anvil")).orElse(false))
        .filter(it ->
            List.of(it.info().arguments().orElseGet(() -> new String[0]))
                .contains(state.toString()))
        .map(it -> new Anvil(it, port));
  }

  private void awaitAnswer(Path log) {
    var asked = new ChainEndpoint(Endpoint.of(url()));
    long until = System.nanoTime() + START_WITHIN.toNanos();
    while (!(asked.identity() instanceof Answer.Said)) {
      if (!process.isAlive() || System.nanoTime() > until) {
        stop();
        throw new IllegalStateException("anvil does not answer at " + url() + "; see " + log);
      }
      try {
        Thread.sleep(LOOK_EACH);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while anvil was started", e);
      }
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /// Lets it write its state down, and ends it.
  void stop() {
    process.destroy();
    try {
      process.onExit().get(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
      process.destroyForcibly();
    }
  }

  private static int free() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
