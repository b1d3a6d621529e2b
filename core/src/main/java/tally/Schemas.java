package tally;

import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// The rooms' database schemas, one each, brought up to date in floor order. No foreign key crosses
/// a schema.
public final class Schemas {

  private static final List<String> ROOMS =
      List.of(
          "ledger",
          "party",
          "custody",
          "network",
          "payment",
          "delivery",
          "escrow",
          "treasury",
          "market",
          "flow");

  private Schemas() {}

  /// Creates or migrates every room's schema. Safe to run from several nodes at once.
  public static void migrate(DataSource database) {
    for (var room : ROOMS) {
      Flyway.configure()
          .dataSource(database)
          .schemas(room)
          .locations("classpath:db/migration/" + room)
          .load()
          .migrate();
    }
  }
}
