package tally.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The contracts' own tests are written in Solidity and run by forge; here they are part of the
/// house's.
class ContractsTest {

  private static final Map<String, String> AS_IS = Map.of();
  private static final Map<String, String> LONG = Map.of("FOUNDRY_PROFILE", "long");
  private static final Map<String, String> SOURCE = Map.of("FOUNDRY_PROFILE", "source");

  private static final Pattern TALLY =
      Pattern.compile("(\\d+) tests passed, (\\d+) failed, (\\d+) skipped");

  /// A line of forge's summary: the file, then the shares of lines, statements and branches.
  private static final Pattern SHARES =
      Pattern.compile("\\| (src/\\S+\\.sol) +\\| +([\\d.]+)% .*?\\| +[\\d.]+% .*?\\| +([\\d.]+)% ");

  private static final double SHARE_LEAST = 95.0;

  @BeforeEach
  void tools_are_there() {
    Tool.needsNode();
    said(AS_IS, Duration.ofMinutes(5), "./build", "--tools");
  }

  @Test
  void the_committed_artefacts_are_what_the_sources_compile_to() {
    said(AS_IS, Duration.ofMinutes(5), "./build", "--check");
  }

  @Test
  void every_test_of_the_contracts_passes() {
    all_pass(said(AS_IS, Duration.ofMinutes(5), "bin/forge", "test"));
  }

  @Test
  void the_tests_walk_nearly_every_line_and_branch() {
    var summary = said(SOURCE, Duration.ofMinutes(5), "bin/forge", "coverage");
    all_pass(summary);
    var lines = SHARES.matcher(summary).results().toList();
    assertThat(lines).as(summary).hasSizeGreaterThanOrEqualTo(3);
    for (var line : lines) {
      assertThat(Double.parseDouble(line.group(2)))
          .as("lines of " + line.group(1))
          .isGreaterThanOrEqualTo(SHARE_LEAST);
      assertThat(Double.parseDouble(line.group(3)))
          .as("branches of " + line.group(1))
          .isGreaterThanOrEqualTo(SHARE_LEAST);
    }
  }

  @Test
  @Tag("long")
  void the_laws_hold_on_long_walks() {
    all_pass(said(LONG, Duration.ofMinutes(30), "bin/forge", "test"));
  }

  @Test
  @Tag("long")
  void every_planted_fault_is_noticed() {
    said(AS_IS, Duration.ofMinutes(60), "./mutate");
  }

  private static void all_pass(String output) {
    var tally = TALLY.matcher(output);
    assertThat(tally.find()).as(output).isTrue();
    assertThat(Integer.parseInt(tally.group(1))).as("passed").isPositive();
    assertThat(List.of(tally.group(2), tally.group(3)))
        .as("failed, skipped")
        .containsExactly("0", "0");
  }

  private static String said(Map<String, String> environment, Duration most, String... command) {
    var outcome = Tool.run(environment, most, command);
    assertThat(outcome.answer()).as(outcome.said()).isZero();
    return outcome.said();
  }
}
