package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
}
