package tally.server.internal;

import org.springframework.jdbc.core.simple.JdbcClient;

/// The database as it is: where it runs, and whether it keeps what it confirms.
public final class Storage {

  public record Facts(boolean embedded, String fsync, String synchronous_commit, String version) {}

  private final Facts facts;

  /// Throws where the database does not keep what it confirms.
  public Storage(JdbcClient jdbc, boolean embedded) {
    facts =
        new Facts(
            embedded,
            show(jdbc, "fsync"),
            show(jdbc, "synchronous_commit"),
            show(jdbc, "server_version"));
    if (!facts.fsync().equals("on")) {
      throw new IllegalStateException("the database has fsync off and would lose money in a crash");
    }
  }

  public Facts facts() {
    return facts;
  }

  private static String show(JdbcClient jdbc, String setting) {
    return jdbc.sql("select current_setting(?)").param(setting).query(String.class).single();
  }
}
