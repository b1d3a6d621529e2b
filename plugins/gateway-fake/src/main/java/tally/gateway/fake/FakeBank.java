package tally.gateway.fake;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A card gateway as an outer party: own process, own port, own store, own clock. It misbehaves as
/// `Behaviour` says.
///
/// ```
/// FakeBank --port N --store DIR --key KEY [--webhook URL] [--secret S] [--soon-delay MS] [--late-delay MS] [--page-delay MS]
/// ```
///
/// It listens on 127.0.0.1 only and prints `listening http://127.0.0.1:PORT`.
public final class FakeBank implements AutoCloseable {

  /// @param port 0 for any free one
  /// @param key what the merchant's calls must bear
  /// @param secret what webhooks are signed with
  /// @param soon after what time the bank does what it does by itself
  /// @param late how late a late webhook is
  /// @param lost how long a caller waits before he finds that his answer was lost
  public record Options(
      int port,
      Path store,
      String key,
      Optional<URI> webhook,
      String secret,
      Duration soon,
      Duration late,
      Duration lost) {

    /// Reads `--name value` pairs. Throws `IllegalArgumentException` that names what is wrong.
    public static Options of(String... args) {
      var given = new HashMap<String, String>();
      for (int i = 0; i < args.length; i += 2) {
        if (!args[i].startsWith("--") || i + 1 == args.length) {
          throw new IllegalArgumentException("options are written --name value: " + args[i]);
        }
        given.put(args[i].substring(2), args[i + 1]);
      }
      return new Options(
          Integer.parseInt(given.getOrDefault("port", "0")),
          Path.of(need(given, "store")),
          given.getOrDefault("key", "fake-key"),
          Optional.ofNullable(given.get("webhook")).map(URI::create),
          given.getOrDefault("secret", "fake-secret"),
          millis(given, "soon-delay", "300"),
          millis(given, "late-delay", "3000"),
          millis(given, "page-delay", "300"));
    }

    private static String need(Map<String, String> given, String name) {
      return Optional.ofNullable(given.get(name))
          .orElseThrow(() -> new IllegalArgumentException("option missing: --" + name));
    }

    private static Duration millis(Map<String, String> given, String name, String standard) {
      return Duration.ofMillis(Long.parseLong(given.getOrDefault(name, standard)));
    }
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final BankRecords records;
  private final BankHooks hooks;

  private FakeBank(
      HttpServer server, ExecutorService threads, BankRecords records, BankHooks hooks) {
    this.server = server;
    this.threads = threads;
    this.records = records;
    this.hooks = hooks;
  }

  public static FakeBank start(Options options) {
    try {
      var records = new BankRecords(options, InstantSource.system());
      var books = new BankBooks(records);
      var hooks = new BankHooks(records, books, options.webhook(), options.secret());
      var server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), 100);
      var threads = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(threads);
      server.createContext("/", new BankDoors(options, records, books, hooks));
      server.start();
      hooks.start();
      return new FakeBank(server, threads, records, hooks);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String... args) throws InterruptedException {
    var bank = start(Options.of(args));
    Runtime.getRuntime().addShutdownHook(new Thread(bank::close));
    System.out.println("listening " + bank.url());
    Thread.currentThread().join();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// Where webhooks go from now on.
  public void webhook(URI url) {
    hooks.to(url);
  }

  @Override
  public void close() {
    hooks.close();
    server.stop(0);
    threads.shutdownNow();
    records.close();
  }
}
