package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `tally doctor`: what stands in the way of a node, and what to do about each.
@Command(
    name = "doctor",
    description = "Looks at settings, databases, chains, disk and ports; says what to do.")
final class DoctorCommand implements Callable<Integer> {

  private static final long DISK_LEAST = 1L << 30;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long DISK_GOOD = 5L << 30;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A node's settings (default: tally.yaml here, where there is one).")
  private @Nullable Path config;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    var findings = new ArrayList<Finding>();
    findings.add(disk(Folders.kept()));
    for (var node : NodeFolder.running()) {
      findings.addAll(running(node));
    }
    settings().ifPresent(file -> findings.addAll(look(file)));
    if (json) {
      Printing.json(System.out, findings);
    } else {
      findings.forEach(System.out::println);
    }
    return findings.stream().anyMatch(it -> it.level() == Finding.Level.FAULT) ? 1 : 0;
  }

  private Optional<ConfigFile> settings() {
    if (config != null) {
      return Optional.of(ConfigFile.read(config));
    }
    var here = Path.of(InitCommand.FILE);
    return Files.exists(here) ? Optional.of(ConfigFile.read(here)) : Optional.empty();
  }

  static Finding disk(Path folder) {
    try {
      long free = Files.getFileStore(there(folder)).getUsableSpace();
      var what = Sizes.of(free) + " of disk are free at " + folder;
      if (free >= DISK_GOOD) {
        return Finding.ok(what);
      }
      var remedy = "make room: the database stops when the disk is full";
      return free >= DISK_LEAST ? Finding.warning(what, remedy) : Finding.fault(what, remedy);
    } catch (IOException e) {
      return Finding.fault("the disk at " + folder + " cannot be read", String.valueOf(e));
    }
  }

  /// The nearest folder above that there is already.
  private static Path there(Path folder) {
    var one = folder.toAbsolutePath();
    while (!Files.exists(one)) {
      one = java.util.Objects.requireNonNull(one.getParent(), "there is a root");
    }
    return one;
  }

  private static List<Finding> running(NodeFolder folder) {
    var open = folder.open().orElseThrow();
    var what = "the node of ./tally " + open.command() + " at " + open.door();
    var findings = new ArrayList<Finding>();
    try {
      var door = Api.at(open.door(), PATIENCE);
      var node = door.get("/node");
      findings.add(Finding.ok(what + " answers"));
      node.path("faults")
          .forEach(fault ->
              findings.add(Finding.fault(what + ": " + fault.asString(), "correct it, restart")));
      folder.session().map(door::as).ifPresent(operator -> networks(operator, findings));
    } catch (UncheckedIOException | Api.Refused e) {
      findings.add(Finding.fault(what + " does not answer", "see node.log in " + folder.folder()));
    }
    embedded(folder.folder().resolve("node")).ifPresent(findings::addAll);
    return findings;
  }

  private static void networks(Api operator, List<Finding> findings) {
    for (var network : operator.get("/networks")) {
      var name = "network " + network.path("name").asString("");
      findings.add(
          network.hasNonNull("head")
              ? Finding.ok(name + " is at block " + network.path("head").asLong())
              : Finding.fault(name + " does not answer", "see whether its endpoints are up"));
      for (var alarm : network.path("alarms")) {
        findings.add(
            Finding.fault(
                name + " has the alarm " + alarm.path("code").asString(""),
                alarm.path("text").asString("")));
      }
    }
  }

  /// The PostgreSQL that a node runs in its data folder, where it runs now; its port stands in the
  /// fourth line of its pid file.
  private static Optional<List<Finding>> embedded(Path data) {
    var file = data.resolve("postgres/postmaster.pid");
    try {
      var lines = Files.exists(file) ? Files.readAllLines(file) : List.<String>of();
      return lines.size() < 4
          ? Optional.empty()
          : Optional.of(
              new DatabaseCheck(InstantSource.system())
                  .look(
                      "jdbc:postgresql://127.0.0.1:" + lines.get(3).strip() + "/postgres",
                      "postgres",
                      ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Finding> look(ConfigFile settings) {
    var findings = new ArrayList<Finding>();
    settings
        .values()
        .forEach((name, value) -> {
          if (value.startsWith("<") && value.endsWith(">")) {
            findings.add(Finding.fault(name + " was not filled in", "write your own value"));
          }
        });
    findings.add(disk(settings.data()));
    findings.add(port(settings, settings.privatePort()));
    findings.add(port(settings, settings.publicPort()));
    var url = settings.find("tally.database.url");
    if (url.isPresent()) {
      findings.addAll(
          new DatabaseCheck(InstantSource.system())
              .look(
                  url.get(),
                  settings.find("tally.database.user").orElse("postgres"),
                  settings.find("tally.database.password").orElse("")));
    } else {
      embedded(settings.data()).ifPresent(findings::addAll);
    }
    chains(settings).forEach((name, chain) -> findings.addAll(ChainCheck.look(name, chain)));
    return findings;
  }

  /// Taken by this very node is as it should be.
  private static Finding port(ConfigFile settings, int port) {
    if (Ports.isFree(port)) {
      return Finding.ok("port " + port + " is free");
    }
    return NodeFolder.of(settings).open().isPresent()
        ? Finding.ok("port " + port + " is this node's, which runs")
        : Finding.fault(
            "port " + port + " is taken by " + Ports.who(port), "end it, or set another port");
  }

  private static TreeMap<String, TreeMap<String, String>> chains(ConfigFile settings) {
    var networks = "tally.networks.";
    var chains = new TreeMap<String, TreeMap<String, String>>();
    settings
        .values()
        .forEach((name, value) -> {
          var words = name.startsWith(networks) ? name.split("\\.", 5) : new String[0];
          boolean filled = !value.startsWith("<");
          if (words.length == 5 && words[3].equals("settings") && filled) {
            chains.computeIfAbsent(words[2], _ -> new TreeMap<>()).put(words[4], value);
          }
        });
    chains.values().removeIf(chain -> !chain.containsKey("rpc"));
    return chains;
  }
}
