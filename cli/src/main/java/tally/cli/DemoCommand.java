package tally.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `tally demo`: the whole road on this machine.
@Command(
    name = "demo",
    description = "Plays the whole road on this machine, then stays up for you to look at.")
final class DemoCommand implements Callable<Integer> {

  @Option(names = "--once", description = "End after playing; exit code 0 only if every law holds.")
  private boolean once;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures to a file.")
  private @Nullable Path json;

  @Option(
      names = "--port",
      defaultValue = "7070",
      description = "Where the node's own pages are, without --once (default: ${DEFAULT-VALUE}).")
  private int port = 7070;

  @Override
  public Integer call() throws IOException {
    var out = System.out;
    var home = Path.of(System.getProperty("tally.home", ".")).toAbsolutePath().normalize();
    var folder =
        home.resolve(".tally").resolve(once ? "once-" + ProcessHandle.current().pid() : "demo");
    var figures = new Figures();
    out.println("Tally: metered services of decentralised networks, bought with ordinary money.");
    out.println();
    try (var stage = new Stage(home, folder, once ? 0 : port, once ? 0 : port + 1)) {
      var stop = new Thread(stage::close);
      Runtime.getRuntime().addShutdownHook(stop);
      var demo = new Demo(stage, out, figures);
      demo.play(folder);
      Laws.judge(stage.databaseUrl(), stage.chain, stage.outside, figures);
      figures.places.putAll(stage.chain.places());
      figures.places.put("database", stage.databaseAddress());
      print(out, figures);
      if (json != null) {
        var mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(json, mapper.writeValueAsString(figures.asMap()));
      }
      if (!once) {
        out.println();
        out.println(
            "Tally stays up at " + stage.privateDoor + "; your way in, once: " + demo.signInLink());
        out.println(
            "Ctrl-C ends it. The next start finds everything as it was; ./tally reset forgets it.");
        waitForEnd();
      }
      Runtime.getRuntime().removeShutdownHook(stop);
    } catch (RuntimeException failed) {
      out.println();
      out.println("The demo failed: " + failed.getMessage());
      out.println("What each program said is in " + folder);
      return 1;
    }
    if (once && figures.allHold()) {
      Folders.delete(folder);
    }
    return figures.allHold() ? 0 : 1;
  }

  private static void print(PrintStream out, Figures figures) {
    out.println();
    out.println("The laws, read a second time from SQL, the chain's RPC and the bank's own store:");
    for (var law : figures.laws) {
      out.printf(
          "  %s  %d  %s%s%n",
          law.held() ? "holds " : "BROKEN",
          law.number(),
          law.name(),
          law.held() ? "" : ": " + law.found());
    }
    out.printf("%n%.1f s, %d chain transactions.%n", figures.seconds, figures.transactions.size());
  }

  private static void waitForEnd() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
