package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import tally.OtherSecret;
import tally.TestDatabase;
import tally.treasury.Grant;
import tally.treasury.References;

class SharedSecretTest {

  private static final Grant.Id GRANT = new Grant.Id(new UUID(1, 2));
  private final TestDatabase database = TestDatabase.fresh();
  private @TempDir Path folder;

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void nodes_with_one_secret_name_a_payment_alike_wherever_its_file_lies() throws Exception {
    var first = node(Map.of("tally.data", folder.resolve("one").toString()));
    Files.copy(folder.resolve("one/treasury.secret"), folder.resolve("elsewhere"));
    var second =
        node(
            Map.of(
                "tally.data", folder.resolve("two").toString(),
                "tally.treasury.secret-file", folder.resolve("elsewhere").toString()));
    assertThat(second.payment(GRANT)).isEqualTo(first.payment(GRANT));
    assertThat(folder.resolve("two")).doesNotExist();
  }

  @Test
  void a_node_with_a_secret_of_its_own_does_not_start_on_the_others_database() {
    node(Map.of("tally.data", folder.resolve("one").toString()));
    assertThatThrownBy(() -> node(Map.of("tally.data", folder.resolve("two").toString())))
        .isInstanceOfSatisfying(
            OtherSecret.class, no -> assertThat(no.code()).isEqualTo("other_secret"))
        .hasMessageContaining("copy that file")
        .hasMessageContaining("tally.treasury.secret-file");
  }

  private References node(Map<String, Object> settings) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
    return new TreasuryConfiguration().references(database.jdbc(), environment);
  }
}
