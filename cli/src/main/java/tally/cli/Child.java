package tally.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A program that a command started, with its output in a file. Whatever way the command ends, its
/// children end with it, the youngest first.
public final class Child implements AutoCloseable {

  private static final Deque<Child> LIVING = new ConcurrentLinkedDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> LIVING.forEach(Child::close)));
  }

  private final Process process;
  private final String name;
  private final Path log;

  private Child(Process process, String name, Path log) {
    this.process = process;
    this.name = name;
    this.log = log;
  }

  /// Starts it and waits for the line by which it says where it listens.
  ///
  /// @param said the address in a line of output, where there is one
  public static Started start(
      String name,
      List<String> command,
      Path log,
      Duration patience,
      Function<String, Optional<String>> said) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var child = new Child(process, name, log);
      LIVING.addFirst(child);
      var heard = new CompletableFuture<String>();
      // Of its own: reading a pipe holds its carrier, and with as many children as processors there
      // may be none left for other virtual threads.
      Thread.ofPlatform().daemon().name("output of " + name).start(() -> child.copy(said, heard));
      try {
        return new Started(child, heard.get(patience.toMillis(), TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        child.close();
        throw new IllegalStateException(e);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        child.close();
        throw new IllegalStateException(name + " did not start; what it said is in " + log, e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public record Started(Child child, String address) {}

  private void copy(Function<String, Optional<String>> said, CompletableFuture<String> heard) {
    try (var in =
            new BufferedReader(
                new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var out = Files.newBufferedWriter(log)) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
        said.apply(line).ifPresent(heard::complete);
      }
      heard.completeExceptionally(new IllegalStateException(name + " ended"));
    } catch (IOException e) {
      heard.completeExceptionally(e);
    }
  }

  public boolean alive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    end(Duration.ofSeconds(15));
  }

  /// Asks it to end, and makes it end when it has not done so in time.
  public void end(Duration patience) {
    // By its handle: the other way closes its output, and with it what it says while it ends.
    process.toHandle().destroy();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    // Last, so that the end of this program waits for it whoever ends it.
    LIVING.remove(this);
  }
}
