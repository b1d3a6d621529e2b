package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  /// The parent ends by a signal while it waits for its child too, as commands that stay up do.
  @Test
  void a_program_that_is_ended_ends_after_its_children() throws Exception {
    try (var parent =
        Program.of(folder, Parent.class.getName(), folder.resolve("log").toString())) {
      long child = Long.parseLong(parent.await("child ([0-9]+)", PATIENCE).group(1));
      assertThat(ProcessHandle.of(child)).isPresent();
      parent.interrupt(PATIENCE);
      assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  /// Starts a child that takes half a second to end.
  static final class Parent {
    public static void main(String[] arguments) {
      var slow = "trap 'sleep 0.5; exit 0' TERM; echo here; while :; do sleep 0.05; done";
      try (var child =
          Child.start(
                  "slow",
                  List.of("sh", "-c", slow),
                  Path.of(arguments[0]),
                  PATIENCE,
                  line -> Optional.of(line))
              .child()) {
        System.out.println("child " + child.pid());
        var end = Ending.of(() -> System.out.println("ending"));
        while (!end.within(Duration.ofSeconds(1))) {
          assertThat(child.alive()).isTrue();
        }
      }
    }
  }
}
