package tally.ledger.internal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;

/// What a failure of a batch says about it, by PostgreSQL's own codes (SQLSTATE).
enum Trouble {
  /// Somebody else was first, or the database broke a circle of waiting: nothing was written, and
  /// another try may do it.
  RACED,
  /// The database refuses something that was to be written: nothing was.
  CONTENTS,
  /// It never began: nothing was written.
  BUSY,
  /// The database was lost, perhaps after it had written all of it.
  UNKNOWN;

  static Trouble of(RuntimeException why) {
    if (why instanceof CannotCreateTransactionException) {
      return BUSY;
    }
    return switch (state(why)) {
      case "23505", "40001", "40P01" -> RACED;
      case "55P03" -> BUSY;
      case String state when state.startsWith("22") || state.startsWith("23") -> CONTENTS;
      default -> UNKNOWN;
    };
  }

  private static String state(RuntimeException why) {
    @Nullable Throwable cause = why;
    while (cause != null) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
      cause = cause.getCause();
    }
    return "";
  }
}
