package tally.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `tally up`: a real node, in the foreground.
@Command(
    name = "up",
    description = "Runs a real node from its settings, in the foreground, until Ctrl-C.")
final class UpCommand implements Callable<Integer> {

  private static final String READY = "ready: private doors at ";
  private static final String REFUSED = "refused ";
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = InitCommand.FILE,
      description = "The settings, as ./tally init writes them (default: ${DEFAULT-VALUE}).")
  private Path config = Path.of(InitCommand.FILE);

  @Option(
      names = "--role",
      paramLabel = "ROLES",
      description = "Any of processor, provider, consumer, separated by commas.")
  private @Nullable String roles;

  @Option(names = "--no-pages", description = "API and health only.")
  private boolean noPages;

  @Option(names = "--no-browser", description = "Open no browser.")
  private boolean noBrowser;

  @Override
  public Integer call() {
    var settings = ConfigFile.read(config);
    Ports.need(settings.privatePort(), "Set another tally.private.port.");
    Ports.need(settings.publicPort(), "Set another tally.public.port.");
    var node = NodeFolder.of(settings);
    var log = node.folder().resolve("node.log");
    System.out.println("Starting the node of " + settings.path() + "; it writes to " + log);
    var refused = new AtomicReference<String>();
    try (var child = start(settings, log, refused)) {
      var link = link(settings);
      var operator = new OperatorSession(node, Api.at(link.resolve("/")).follow(link));
      var publicDoor = URI.create("http://127.0.0.1:" + settings.publicPort());
      node.opened("up", link.resolve("/"), publicDoor);
      introduce(operator, link.resolve("/"));
      return stay(node, child, operator);
    }
  }

  private Child start(ConfigFile settings, Path log, AtomicReference<String> refused) {
    try {
      return Child.start("the node", command(settings), log, START, line -> heard(line, refused))
          .child();
    } catch (IllegalStateException failed) {
      var said = refused.get();
      if (said == null) {
        throw new Stop("node_failed", String.valueOf(failed.getMessage()) + ".");
      }
      var parts = said.split(": ", 2);
      throw new Stop(parts[0], parts.length > 1 ? parts[1] : "");
    }
  }

  private static Optional<String> heard(String line, AtomicReference<String> refused) {
    if (line.startsWith(REFUSED)) {
      refused.set(line.substring(REFUSED.length()));
    }
    int at = line.indexOf(READY);
    return at < 0 ? Optional.empty() : Optional.of(line.substring(at + READY.length()).strip());
  }

  private List<String> command(ConfigFile settings) {
    var program = new NodeProgram(Folders.home());
    var command = new ArrayList<>(program.command());
    command.add("--spring.config.additional-location=file:" + settings.path());
    command.add("--tally.data=" + settings.data());
    if (settings.find("tally.plugins").isEmpty()) {
      command.add("--tally.plugins=" + program.plugIns());
    }
    if (roles != null) {
      command.add("--tally.roles=" + roles);
    }
    if (noPages) {
      command.add("--tally.pages=false");
    }
    return command;
  }

  private static URI link(ConfigFile settings) {
    try {
      return URI.create(Files.readString(settings.data().resolve("sign-in-link")).strip());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void introduce(OperatorSession operator, URI door) {
    var facts = operator.api().get("/node");
    boolean test = facts.path("test").asBoolean(true);
    var words = facts.path("roles").valueStream().map(it -> it.asString()).toList();
    System.out.println(
        "The node is up at %s as %s; it is a %s node."
            .formatted(door, String.join(", ", words), test ? "test" : "LIVE"));
    facts.path("faults").forEach(fault -> System.out.println("fault: " + fault.asString()));
    if (!noPages) {
      var way = URI.create(operator.link());
      boolean opened = !noBrowser && Browser.here().map(it -> it.open(way)).orElse(false);
      System.out.println(
          opened ? "Your browser opens it, signed in." : "Your way in, once: " + way);
    }
    System.out.println("Ctrl-C ends it; everything is kept.");
  }

  private static int stay(NodeFolder node, Child child, OperatorSession operator) {
    var end =
        Ending.of(() -> {
          node.closed();
          System.out.println("\nEnding the node. Everything is kept; ./tally up goes on.");
        });
    while (!end.within(LOOK)) {
      if (!child.alive()) {
        throw new Stop(
            "node_gone", "The node ended by itself; its last words are in " + node.folder() + ".");
      }
      operator.renew();
    }
    return 0;
  }
}
