package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

  @TempDir Path folder;

  @Test
  void what_init_writes_is_read_back_and_no_two_files_share_a_secret() throws Exception {
    var one = read(InitCommand.settings(Instant.EPOCH, Path.of("/var/a \"b\"/data")));
    var other = read(InitCommand.settings(Instant.EPOCH, Path.of("/var/data")));
    assertThat(one.data()).isEqualTo(Path.of("/var/a \"b\"/data"));
    assertThat(one.privatePort()).isEqualTo(7070);
    assertThat(one.find("tally.networks.base.settings.vault").orElseThrow()).startsWith("<");
    var name = "tally.adapters.http.secrets.secret";
    assertThat(one.find(name)).isPresent().isNotEqualTo(other.find(name));
  }

  @Test
  void a_relative_data_folder_lies_beside_the_file() throws Exception {
    assertThat(read("tally:\n  data: here\n").data()).isEqualTo(folder.resolve("here"));
    assertThat(read("").data()).isEqualTo(folder.resolve("data"));
    assertThat(read("").publicPort()).isEqualTo(7071);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tally: [", "!!java.net.URL [\"http://a\"]", "tally:\n\tdata: x"})
  void what_is_no_settings_file_is_refused(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            Stop.class, stop -> assertThat(stop.code).isEqualTo("config_malformed"));
  }

  @Test
  void a_missing_file_says_how_to_make_one() {
    assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.yaml")))
        .hasMessageContaining("./tally init");
  }

  private ConfigFile read(String text) throws Exception {
    return ConfigFile.read(Files.writeString(folder.resolve("tally.yaml"), text));
  }
}
