package tally;

import static org.assertj.core.api.Assertions.assertThat;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import tally.network.Ranges;
import tally.network.internal.JdbcRanges;

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

  @Test
  void blocks_that_escrow_had_still_to_read_are_read_after_the_ranges_became_the_networks() {
    try (var database = TestDatabase.fresh()) {
      var jdbc = database.jdbc();
      jdbc.sql("drop schema escrow cascade").update();
      Flyway.configure()
          .dataSource(database.source())
          .schemas("escrow")
          .locations("classpath:db/migration/escrow")
          .target("3")
          .load()
          .migrate();
      jdbc.sql("insert into escrow.range (network, from_block, to_block) values ('fake', 3, 7)")
          .update();
      jdbc.sql(
              """
              insert into network.range (reader, network, from_block, to_block)
              values ('treasury', 'fake', 3, 9)
              """)
          .update();
      Schemas.migrate(database.source());
      var ranges = new JdbcRanges(jdbc);
      assertThat(ranges.next("escrow", "fake")).contains(new Ranges.Range("escrow", "fake", 3, 7));
      assertThat(ranges.next("treasury", "fake"))
          .contains(new Ranges.Range("treasury", "fake", 3, 9));
      assertThat(
              jdbc.sql("select to_regclass('escrow.range') is null").query(Boolean.class).single())
          .isTrue();
    }
  }
}
