package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The demo as a person plays it, from the jars: on a real EVM, read by a stranger, and taken up
/// again.
class DemoIT {

  private static final Path HOME = Program.HOME;

  @TempDir Path folder;

  @Test
  void a_stranger_with_cast_and_psql_finds_the_figures_and_a_second_start_the_same_chain()
      throws Exception {
    var evm = LocalEvm.of(HOME);
    if ("required".equals(System.getProperty("tally.node")) || System.getenv("CI") != null) {
      assertThat(evm).isInstanceOf(LocalEvm.Runs.class);
    }
    assumeThat(evm).isInstanceOf(LocalEvm.Runs.class);

    String vault;
    try (var stage = new Stage(HOME, folder, Demo.shop(folder).toString(), 0, 0)) {
      var figures = new Figures();
      var said = new ByteArrayOutputStream();
      new Demo(stage, new PrintStream(said, true, StandardCharsets.UTF_8), figures).play(folder);
      assertThat(said.toString(StandardCharsets.UTF_8))
          .contains("reclaimed on chain 16.000000 TUSD", "decided 1 appeal for the buyer");
      mustHold(stage, figures);
      figures.places.putAll(stage.chain.places());
      figures.places.put("database", stage.databaseAddress());
      vault = figures.places.get("vault");
      assertThat(stranger(figures)).contains(" 0 differ");

      var lie =
          new Figures.ChainLine(
              figures.chain.getFirst().holder(),
              "TUSD",
              figures.chain.getFirst().units().add(java.math.BigInteger.ONE));
      figures.chain.set(0, lie);
      assertThat(stranger(figures)).as("a figure that is wrong is found").contains(" 1 differ");
    }

    try (var stage = new Stage(HOME, folder, Demo.shop(folder).toString(), 0, 0)) {
      assertThat(stage.chain.places().get("vault")).isEqualTo(vault);
      mustHold(stage, new Figures());
    }
  }

  private static void mustHold(Stage stage, Figures figures) {
    Laws.judge(stage.databaseUrl(), stage.chain, stage.outside, figures);
    assertThat(figures.laws).hasSize(7).allMatch(Figures.Law::held);
  }

  private String stranger(Figures figures) throws IOException, InterruptedException {
    var file = folder.resolve("figures.json");
    Files.writeString(
        file,
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(figures.asMap()));
    var script =
        new ProcessBuilder(HOME.resolve("docs/operate/stranger.sh").toString(), file.toString());
    script.environment().put("CAST", HOME.resolve("contracts/node_modules/.bin/cast").toString());
    var process = script.redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
    return said;
  }
}
