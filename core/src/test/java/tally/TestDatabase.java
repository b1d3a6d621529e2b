package tally;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// A real PostgreSQL for tests: one server a JVM, one migrated database a call.
public final class TestDatabase implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private final HikariDataSource source;

  private TestDatabase(HikariDataSource source) {
    this.source = source;
  }

  /// A new database with every room's schema.
  public static TestDatabase fresh() {
    var name = "test_" + COUNT.incrementAndGet();
    execute("create database " + name + " template tally_template");
    return open(name);
  }

  public HikariDataSource source() {
    return source;
  }

  public JdbcClient jdbc() {
    return JdbcClient.create(source);
  }

  public TransactionTemplate transactions() {
    return new TransactionTemplate(new DataSourceTransactionManager(source));
  }

  /// Where another process, or `psql`, reaches this database; user postgres, no password.
  public String url() {
    return source.getJdbcUrl();
  }

  @Override
  public void close() {
    source.close();
  }

  private static TestDatabase open(String name) {
    var source = new HikariDataSource();
    source.setJdbcUrl(Server.POSTGRES.getJdbcUrl("postgres", name));
    source.setMaximumPoolSize(16);
    return new TestDatabase(source);
  }

  private static void execute(String sql) {
    try (var connection = Server.POSTGRES.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /// Started once; ends with the JVM.
  private static final class Server {
    static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        var postgres = EmbeddedPostgres.builder().start();
        try (var connection = postgres.getPostgresDatabase().getConnection();
            var statement = connection.createStatement()) {
          statement.execute("create database tally_template");
        }
        try (var template = new HikariDataSource()) {
          template.setJdbcUrl(postgres.getJdbcUrl("postgres", "tally_template"));
          Schemas.migrate(template);
        }
        return postgres;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
