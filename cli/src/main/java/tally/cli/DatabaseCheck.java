package tally.cli;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// Looks at a node's database: whether it can be reached, keeps what it confirms, and has the same
/// time as this machine.
final class DatabaseCheck {

  /// Holds and links last minutes; a second of difference is nothing to them, a minute is.
  static final Duration SKEW_MAX = Duration.ofSeconds(2);

  private static final int VERSION_LEAST = 15;
  private static final String SECONDS_MAX = "5";
  private final InstantSource clock;

  DatabaseCheck(InstantSource clock) {
    this.clock = clock;
  }

  List<Finding> look(String url, String user, String password) {
    var login = new Properties();
    login.setProperty("user", user);
    login.setProperty("password", password);
    login.setProperty("connectTimeout", SECONDS_MAX);
    login.setProperty("socketTimeout", SECONDS_MAX);
    var findings = new ArrayList<Finding>();
    try (var connection = DriverManager.getConnection(url, login)) {
      findings.add(version(connection));
      for (var setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
        findings.add(isOn(setting, ask(connection, "select current_setting('" + setting + "')")));
      }
      findings.add(skew(connection));
    } catch (SQLException e) {
      findings.add(
          Finding.fault(
              "the database cannot be reached (" + e.getMessage() + ")",
              "start it, or correct tally.database.url, user and password"));
    }
    return findings;
  }

  private static Finding version(Connection connection) throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    return version >= VERSION_LEAST
        ? Finding.ok("the database is reached, PostgreSQL " + version)
        : Finding.fault(
            "the database is PostgreSQL " + version, "take " + VERSION_LEAST + " or newer");
  }

  private static Finding isOn(String setting, String value) {
    return value.equals("off")
        ? Finding.fault(
            "the database has " + setting + " off and would lose money in a crash",
            "set " + setting + " = on there")
        : Finding.ok("the database has " + setting + " " + value);
  }

  private Finding skew(Connection connection) throws SQLException {
    var before = clock.instant();
    Instant there;
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      there = row.getObject(1, Timestamp.class).toInstant();
    }
    var after = clock.instant();
    var apart =
        there.isBefore(before)
            ? Duration.between(there, before)
            : there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
    return apart.compareTo(SKEW_MAX) <= 0
        ? Finding.ok("the database's clock agrees with this machine's")
        : Finding.fault(
            "the database's clock is " + apart.toSeconds() + " s away from this machine's",
            "let both keep time by NTP");
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
