package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class LocalPostgresTest {

  @TempDir Path data;

  @Test
  void the_second_start_finds_what_the_first_confirmed_and_nothing_is_fast_and_loose() {
    try (var first = new LocalPostgres(data)) {
      var jdbc = JdbcClient.create(new DriverManagerDataSource(first.url()));
      jdbc.sql("create table kept as select 42 as n").update();
      assertThat(new Storage(jdbc, true).facts().fsync()).isEqualTo("on");
      assertThat(new Storage(jdbc, true).facts().synchronous_commit()).isEqualTo("on");
      assertThatThrownBy(() -> new LocalPostgres(data))
          .hasMessageContaining("another node has the data folder");
    }
    try (var second = new LocalPostgres(data)) {
      var jdbc = JdbcClient.create(new DriverManagerDataSource(second.url()));
      assertThat(jdbc.sql("select n from kept").query(Integer.class).single()).isEqualTo(42);
    }
  }

  @Test
  void a_data_folder_is_one_nodes_also_where_the_database_is_elsewhere() {
    try (var first = DataFolder.take(data)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> DataFolder.take(data))
          .isInstanceOfSatisfying(
              StartRefused.class, it -> assertThat(it.code()).isEqualTo("data_taken"));
      assertThatThrownBy(() -> new LocalPostgres(data)).isInstanceOf(StartRefused.class);
    }
    DataFolder.take(data).close();
  }

  @Test
  void a_database_that_could_lose_what_it_confirmed_is_refused() throws Exception {
    var settings = List.of("fsync", "full_page_writes", "synchronous_commit");
    for (var setting : settings) {
      var builder = EmbeddedPostgres.builder();
      settings.forEach(it -> builder.setServerConfig(it, it.equals(setting) ? "off" : "on"));
      try (var loose = builder.start()) {
        var source = new DriverManagerDataSource(loose.getJdbcUrl("postgres", "postgres"));
        assertThatThrownBy(() -> new Storage(JdbcClient.create(source), false))
            .isInstanceOfSatisfying(
                StartRefused.class, it -> assertThat(it.code()).isEqualTo("database_not_durable"))
            .hasMessageContaining(setting);
      }
    }
  }
}
