package tally.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Sees when accounts of the book have their money, by asking the database every four milliseconds
/// for those alone that are waited for, by a plan that is made once. Two hundred balances a second
/// by the API would be a load of its own, larger than what is measured; both read the same
/// committed rows.
final class BalanceWatch implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(4);

  private final HikariDataSource source;
  private final Map<String, Long> waited = new ConcurrentHashMap<>();
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean over;
  private volatile String trouble = "";

  BalanceWatch(HikariDataSource source) {
    this.source = source;
    this.thread = Thread.ofPlatform().name("balance watch").start(this::run);
  }

  /// From now on this account is asked for, until it holds so many units.
  void await(String account, long units) {
    waited.put(account, units);
  }

  /// When the account was seen to hold what was waited for, by `System.nanoTime`; 0 where it was
  /// not.
  long seen(String account) {
    return seen.getOrDefault(account, 0L);
  }

  /// Waits until nothing is waited for, as long at most; answers how many accounts still are.
  int rest(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!waited.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    if (!trouble.isEmpty()) {
      throw new IllegalStateException("the book could not be read: " + trouble);
    }
    return waited.size();
  }

  private void run() {
    try (var connection = source.getConnection();
        var once = connection.createStatement();
        var asking =
            connection.prepareStatement(
                """
                select path, posted::bigint from ledger.account
                where tenant = 'house' and asset = 'USD/2' and path = any(?)
                """)) {
      once.execute("set plan_cache_mode = force_generic_plan");
      while (!over) {
        var paths = waited.keySet().toArray(String[]::new);
        if (paths.length > 0) {
          asking.setArray(1, connection.createArrayOf("text", paths));
          try (var rows = asking.executeQuery()) {
            long now = System.nanoTime();
            while (rows.next()) {
              found(rows.getString(1), rows.getLong(2), now);
            }
          }
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    } catch (SQLException e) {
      trouble = e.toString();
    }
  }

  private void found(String account, long units, long now) {
    var wanted = waited.get(account);
    if (wanted != null && units >= wanted) {
      seen.put(account, now);
      waited.remove(account);
    }
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
