package tally;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SchemasTest {

  @Test
  void every_room_has_its_schema_and_a_second_start_changes_nothing() {
    try (var database = TestDatabase.fresh()) {
      Schemas.migrate(database.source());
      var schemas =
          database
              .jdbc()
              .sql("select schema_name from information_schema.schemata")
              .query(String.class)
              .list();
      assertThat(schemas)
          .contains(
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
    }
  }
}
