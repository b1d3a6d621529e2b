package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFolderTest {

  private static final URI DOOR = URI.create("http://127.0.0.1:7070");

  @TempDir Path kept;

  @BeforeEach
  void commands_keep_their_folders_here() {
    System.setProperty("tally.kept", kept.toString());
  }

  @AfterEach
  void nobody_else_does() {
    System.clearProperty("tally.kept");
  }

  @Test
  void a_running_node_is_found_by_its_door_until_it_ends() {
    var node = new NodeFolder(kept.resolve("sell"));
    assertThat(NodeFolder.running()).isEmpty();
    node.opened("sell", DOOR, URI.create("http://127.0.0.1:7071"));
    node.keepSession("secret");
    var found = NodeFolder.at(URI.create("http://localhost:7070/")).orElseThrow();
    assertThat(found.session()).contains("secret");
    assertThat(NodeFolder.at(URI.create("http://127.0.0.1:7071"))).isEmpty();
    assertThat(NodeFolder.at(URI.create("http://node.example:7070"))).isEmpty();
    node.closed();
    assertThat(NodeFolder.running()).isEmpty();
    assertThat(node.session()).isEmpty();
  }

  @Test
  void the_mark_of_a_killed_command_is_passed_over() throws Exception {
    Files.createDirectories(kept.resolve("demo"));
    var gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.writeString(
        kept.resolve("demo/open.json"),
        "{\"command\":\"demo\",\"door\":\"%s\",\"publicDoor\":\"%s\",\"pid\":%d}"
            .formatted(DOOR, DOOR, gone.pid()));
    assertThat(NodeFolder.running()).isEmpty();
  }

  @Test
  void only_the_owner_can_read_a_session() throws Exception {
    var node = new NodeFolder(kept.resolve("up"));
    node.keepSession("secret");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(kept.resolve("up/session"))))
        .isEqualTo("rw-------");
  }
}
