package tally.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/// What the database takes at the very most: rows of four columns without an index but the primary
/// key, 500 a commit, by arrays.
final class PlainInserts {

  static final int ROWS = 500;
  private final HikariDataSource source;

  PlainInserts(HikariDataSource source) {
    this.source = source;
    execute(
        "create table plain (id uuid primary key, from_account bigint, to_account bigint, units numeric)");
  }

  Load.Measured measure(int writers, Duration time) {
    return Load.run(writers, time, _ -> asking());
  }

  private Callable<?> asking() {
    return () -> {
      var ids = new UUID[ROWS];
      Arrays.setAll(ids, _ -> UUID.randomUUID());
      var numbers = LongStream.range(0, ROWS).boxed().toArray(Long[]::new);
      try (var connection = source.getConnection();
          var statement =
              connection.prepareStatement(
                  "insert into plain select * from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::numeric[])")) {
        statement.setArray(1, connection.createArrayOf("uuid", ids));
        for (int column = 2; column <= 4; column++) {
          statement.setArray(
              column, connection.createArrayOf(column == 4 ? "numeric" : "bigint", numbers));
        }
        return statement.executeUpdate();
      }
    };
  }

  private void execute(String sql) {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
