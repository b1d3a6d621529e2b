package tally.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/// An embedded PostgreSQL in a folder of its own, as durable as a node's: what it says is committed
/// has reached the disk.
final class DurablePostgres implements AutoCloseable {

  private final Path folder;
  private final EmbeddedPostgres postgres;

  /// @param parent on the disk that is to be measured
  DurablePostgres(Path parent) {
    try {
      Files.createDirectories(parent);
      folder = Files.createTempDirectory(parent, "tally-bench-");
      postgres =
          EmbeddedPostgres.builder()
              .setDataDirectory(folder.resolve("postgres"))
              .setRegisterShutdownHook(false)
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("full_page_writes", "on")
              .setServerConfig("max_connections", "100")
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return postgres.getPort();
  }

  /// A new database and a pool of connections to it.
  HikariDataSource create(String name) {
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    var source = new HikariDataSource();
    source.setJdbcUrl(postgres.getJdbcUrl("postgres", name));
    source.setMaximumPoolSize(10);
    return source;
  }

  /// Processor seconds that the server and its connections used so far; 0 where the system does not
  /// say.
  double processorSeconds() {
    try {
      var pid =
          Long.parseLong(Files.readAllLines(folder.resolve("postgres/postmaster.pid")).getFirst());
      return ProcessHandle.of(pid).stream()
          .flatMap(server -> Stream.concat(Stream.of(server), server.children()))
          .mapToDouble(process -> Machine.seconds(process.pid()))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  static String setting(HikariDataSource source, String name) {
    return JdbcClient.create(source).sql("show " + name).query(String.class).single();
  }

  @Override
  public void close() {
    try {
      postgres.close();
      if (Files.exists(folder)) {
        Machine.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
