package tally.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The command line as a person starts it: a process of its own, with what it keeps in a folder of
/// the test's.
final class Program implements AutoCloseable {

  static final Path HOME = home();
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private boolean over;

  private Program(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /// @param kept what stands for `.tally`
  /// @param here the working folder
  static Program start(Path kept, Path here, String... arguments) {
    var all = new ArrayList<>(List.of("-Dtally.home=" + HOME, "-Dtally.kept=" + kept));
    all.add("tally.cli.Main");
    all.addAll(List.of(arguments));
    return run(here, all);
  }

  /// Another program of this class path.
  static Program of(Path here, String main, String... arguments) {
    var all = new ArrayList<>(List.of(main));
    all.addAll(List.of(arguments));
    return run(here, all);
  }

  private static Program run(Path here, List<String> arguments) {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            NodeProgram.java(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(here.toFile()).redirectErrorStream(true);
    builder.environment().remove("TALLY_KEY");
    try {
      var process = builder.start();
      process.getOutputStream().close();
      return new Program(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (var in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        heard(line);
      }
    } catch (IOException e) {
      heard("the output broke: " + e);
    } finally {
      end();
    }
  }

  private synchronized void heard(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    over = true;
    notifyAll();
  }

  /// The first line in which this is found; waits for it.
  synchronized Matcher await(String pattern, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (int next = 0; ; next++) {
      while (next >= lines.size()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (over || left <= 0) {
          throw new AssertionError("waited in vain for " + pattern + " in\n" + text());
        }
        wait(left);
      }
      var found = Pattern.compile(pattern).matcher(lines.get(next));
      if (found.find()) {
        return found;
      }
    }
  }

  /// Its exit code, once it ended and all its output was read.
  int ended(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("it goes on:\n" + text());
    }
    synchronized (this) {
      long deadline = System.nanoTime() + patience.toNanos();
      while (!over && System.nanoTime() < deadline) {
        wait(100);
      }
    }
    return process.exitValue();
  }

  synchronized String text() {
    return String.join("\n", lines);
  }

  /// Ends it as Ctrl-C does, and waits.
  void interrupt(Duration patience) throws InterruptedException {
    process.toHandle().destroy();
    ended(patience);
  }

  @Override
  public void close() {
    process.toHandle().destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static Path home() {
    var folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isRegularFile(folder.resolve("tally"))) {
      folder = folder.getParent();
    }
    return Objects.requireNonNull(folder, "not inside the repository");
  }
}
