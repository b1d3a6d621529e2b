package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalEvmTest {

  @TempDir Path home;

  @Test
  void a_program_that_tells_its_version_runs() throws IOException {
    var program = program("#!/bin/sh\n[ \"$1\" = --version ]\n");
    assertThat(tried(program)).isEqualTo(new LocalEvm.Runs(program));
  }

  @Test
  void npms_package_without_the_program_of_this_machine_is_absent() throws IOException {
    Files.createDirectories(home.resolve("contracts/node_modules/@foundry-rs/anvil"));
    var program = LocalEvm.program(home, null);
    assertThat(program).startsWithRaw(home.resolve("contracts/node_modules"));
    assertThat(why(tried(program))).isEqualTo("there is no " + program);
  }

  @Test
  void a_file_that_may_not_be_executed_is_absent() throws IOException {
    var program = Files.writeString(home.resolve("anvil"), "#!/bin/sh\n");
    assertThat(why(tried(program))).isEqualTo("there is no " + program);
  }

  @Test
  void a_program_of_another_kind_of_machine_is_absent_and_is_said_not_to_run() throws IOException {
    assertThat(why(tried(program("\0of another kind")))).contains("anvil cannot run here: ");
  }

  @Test
  void a_program_that_fails_is_absent_and_says_with_what() throws IOException {
    assertThat(why(tried(program("#!/bin/sh\nexit 3\n"))))
        .endsWith("anvil cannot run here: it answered 3");
  }

  @Test
  void a_program_that_never_ends_is_given_up() throws IOException {
    var program = program("#!/bin/sh\nexec sleep 600\n");
    assertThat(why(LocalEvm.tried(program, Duration.ofMillis(50))))
        .endsWith("anvil does not tell its version");
  }

  private static LocalEvm tried(Path program) {
    return LocalEvm.tried(program, LocalEvm.PATIENCE);
  }

  private static String why(LocalEvm evm) {
    return ((LocalEvm.Absent) evm).why();
  }

  private Path program(String text) throws IOException {
    var program = Files.writeString(home.resolve("anvil"), text);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }
}
