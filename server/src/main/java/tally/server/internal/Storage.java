package tally.server.internal;

import org.springframework.jdbc.core.simple.JdbcClient;

/// The database as it is: where it runs, and whether it keeps what it confirms.
public final class Storage {

  public record Facts(
      boolean embedded,
      String fsync,
      String full_page_writes,
      String synchronous_commit,
      String version) {}

  private final Facts facts;

  /// Throws `StartRefused` with `database_not_durable` where the database does not keep what it
  /// confirms.
  public Storage(JdbcClient jdbc, boolean embedded) {
    facts =
        new Facts(
            embedded,
            show(jdbc, "fsync"),
            show(jdbc, "full_page_writes"),
            show(jdbc, "synchronous_commit"),
            show(jdbc, "server_version"));
    mustBeOn("fsync", facts.fsync());
    mustBeOn("full_page_writes", facts.full_page_writes());
    mustBeOn("synchronous_commit", facts.synchronous_commit());
  }

  /// Some settings have more words than on and off; only off loses what was confirmed.
  private static void mustBeOn(String setting, String value) {
    if (value.equals("off")) {
      throw new StartRefused(
          "database_not_durable",
          "The database has %s off and would lose money in a crash: set %s = on there."
              .formatted(setting, setting));
    }
  }

  public Facts facts() {
    return facts;
  }

  private static String show(JdbcClient jdbc, String setting) {
    return jdbc.sql("select current_setting(?)").param(setting).query(String.class).single();
  }
}
