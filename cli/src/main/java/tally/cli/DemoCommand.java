package tally.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final Duration LOOK = Duration.ofSeconds(1);

  @Option(names = "--once", description = "End after playing; exit code 0 only if every law holds.")
  private boolean once;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures to a file.")
  private @Nullable Path json;

  @Option(
      names = "--port",
      defaultValue = "7070",
      description = "Where the node's own pages are, without --once (default: ${DEFAULT-VALUE}).")
  private int port = 7070;

  @Option(names = "--no-browser", description = "Open no browser.")
  private boolean noBrowser;

  @Override
  public Integer call() throws IOException {
    var out = System.out;
    var home = Folders.home();
    var folder = Folders.kept().resolve(once ? "once-" + ProcessHandle.current().pid() : "demo");
    if (!once) {
      Ports.need(port, Ports.OPTION);
      Ports.need(port + 1, Ports.OPTION);
    }
    var figures = new Figures();
    out.println("Tally: metered services of decentralised networks, bought with ordinary money.");
    out.println();
    try (var stage =
        new Stage(
            home, folder, Demo.shop(folder).toString(), once ? 0 : port, once ? 0 : port + 1)) {
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
        stay(out, stage, new OperatorSession(new NodeFolder(folder), demo.operator()));
      }
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

  /// Until Ctrl-C.
  private void stay(PrintStream out, Stage stage, OperatorSession operator) {
    var way = URI.create(operator.link());
    boolean opened = !noBrowser && Browser.here().map(it -> it.open(way)).orElse(false);
    out.println(
        "Tally stays up at "
            + stage.privateDoor
            + (opened ? "; your browser opens it, signed in." : "; your way in, once: " + way));
    out.println(
        "Ctrl-C ends it. The next start finds everything as it was; ./tally reset forgets it.");
    operator.node().opened("demo", stage.privateDoor, stage.publicDoor);
    var end =
        Ending.of(() -> {
          operator.node().closed();
          out.println();
          out.println("Ending. Everything is kept in " + operator.node().folder() + ".");
        });
    while (!end.within(LOOK)) {
      operator.renew();
    }
  }
}
