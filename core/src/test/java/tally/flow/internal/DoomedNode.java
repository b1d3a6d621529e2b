package tally.flow.internal;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import tally.TestDatabase;

/// A node that dies at one of its statements to the database: its open transactions are cut, its
/// sockets break off, and nothing that it was about to do is done.
final class DoomedNode implements AutoCloseable {

  private static final String NAME = "doomed";

  private final TestDatabase database;
  private final HikariDataSource pool = new HikariDataSource();
  private final AtomicLong left;
  private final CompletableFuture<Void> death = new CompletableFuture<>();
  private final Runnable mourning;
  private final CrashNode node;

  /// Whoever of this node wants something of the database finds that he is dead.
  static final class Dead extends Error {
    private static final long serialVersionUID = 1;
  }

  /// @param statement which one is not sent any more, counted from 1 once the node stands
  /// @param node made on the database as this one reaches it
  /// @param mourning what else happens at the death
  DoomedNode(
      TestDatabase database,
      long statement,
      Function<DataSource, CrashNode> node,
      Runnable mourning) {
    this.database = database;
    this.mourning = mourning;
    this.left = new AtomicLong(Long.MAX_VALUE);
    pool.setJdbcUrl(database.url());
    pool.addDataSourceProperty("ApplicationName", NAME);
    pool.setMaximumPoolSize(16);
    this.node = node.apply(new Mortal());
    left.set(statement);
  }

  CrashNode node() {
    return node;
  }

  boolean lives() {
    return !death.isDone();
  }

  /// Begins a turn; done when the turn is over or the node is dead. What a dead node complains of
  /// concerns nobody.
  CompletableFuture<Void> turn() {
    if (!lives()) {
      return death;
    }
    var turn = CompletableFuture.runAsync(node::turn, Thread::startVirtualThread);
    return CompletableFuture.anyOf(turn, death)
        .handle((_, fault) -> {
          if (fault != null && lives()) {
            throw new AssertionError("a node that lives", fault);
          }
          return null;
        });
  }

  private void live() {
    if (!lives() || left.decrementAndGet() <= 0) {
      die();
      throw new Dead();
    }
  }

  /// Once; from then on nothing of it reaches the database.
  void die() {
    if (death.complete(null)) {
      database
          .jdbc()
          .sql(
              """
              select pg_terminate_backend(pid) from pg_stat_activity
              where application_name = :name and datname = current_database()
              """)
          .param("name", NAME)
          .query(Boolean.class)
          .list();
      node.hangUp();
      mourning.run();
    }
  }

  /// Counts the statements that are prepared, and those that end a transaction.
  private final class Mortal extends DelegatingDataSource {

    private Mortal() {
      super(pool);
    }

    @Override
    public Connection getConnection() throws SQLException {
      if (!lives()) {
        throw new Dead();
      }
      var real = super.getConnection();
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (_, method, arguments) -> {
                if (method.getName().equals("commit")
                    || method.getName().startsWith("prepare")
                    || method.getName().equals("createStatement")) {
                  live();
                }
                try {
                  return method.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  @Override
  public void close() {
    node.close();
    pool.close();
  }
}
