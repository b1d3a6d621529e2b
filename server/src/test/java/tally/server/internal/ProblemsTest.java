package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProblemsTest {

  @Test
  void every_code_has_a_refusals_status_and_a_title() {
    Problems.kinds()
        .forEach((code, kind) -> {
          var problem = Problems.of(code, "Text.", "/here");
          assertThat(code).matches("[a-z0-9_]+");
          assertThat(problem.getStatus()).isBetween(400, 599);
          assertThat(problem.getTitle()).endsWith(".");
          assertThat(problem.getProperties()).containsEntry("code", code);
        });
  }

  @Test
  void every_code_that_a_room_lists_in_its_javadoc_is_on_the_page() throws IOException {
    var listed = new TreeSet<String>();
    var line = Pattern.compile("/// Codes: (.*)");
    var code = Pattern.compile("`([a-z0-9]+(?:_[a-z0-9]+)+)`");
    for (var root : new String[] {"../core/src/main/java", "../spi/src/main/java/tally/money"}) {
      try (var files = Files.walk(Path.of(root))) {
        for (var file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
          line.matcher(Files.readString(file))
              .results()
              .forEach(codes ->
                  code.matcher(codes.group(1)).results().forEach(it -> listed.add(it.group(1))));
        }
      }
    }
    listed.removeIf(it -> it.startsWith("invalid_batch_settlement_"));
    assertThat(listed).isNotEmpty();
    assertThat(Problems.kinds().keySet()).containsAll(listed);
  }
}
