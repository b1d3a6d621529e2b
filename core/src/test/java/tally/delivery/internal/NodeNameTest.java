package tally.delivery.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeNameTest {

  private @TempDir Path folder;

  @Test
  void a_node_has_its_name_again_after_a_restart_and_no_other_has_it() {
    var name = NodeName.of("", folder.resolve("one"));
    assertThat(name).isNotBlank();
    assertThat(NodeName.of("", folder.resolve("one"))).isEqualTo(name);
    assertThat(NodeName.of("", folder.resolve("two"))).isNotEqualTo(name);
  }

  @Test
  void a_copied_data_folder_is_another_nodes() throws Exception {
    var name = NodeName.of("", folder.resolve("one"));
    Files.createDirectories(folder.resolve("copy"));
    Files.copy(folder.resolve("one/node-name"), folder.resolve("copy/node-name"));
    var copy = NodeName.of("", folder.resolve("copy"));
    assertThat(copy).isNotBlank().isNotEqualTo(name);
    assertThat(NodeName.of("", folder.resolve("copy"))).isEqualTo(copy);
    assertThat(NodeName.of("", folder.resolve("one"))).isEqualTo(name);
  }

  @Test
  void a_name_that_was_given_is_taken() {
    assertThat(NodeName.of(" north ", folder)).isEqualTo("north");
  }
}
