package tally.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `tally prepare`: part of the build. Unpacks the node and lets it run once with a data folder of
/// its own, so that later starts are quick.
@Command(
    name = "prepare",
    hidden = true,
    description = "Unpacks the node and lets it run once, so that later starts are quick.")
final class PrepareCommand implements Callable<Integer> {

  private static final String READY = "ready: private doors at ";

  /// The JVM writes its cache after the program's end.
  private static final Duration WRITING = Duration.ofMinutes(3);

  /// What a person's first page asks for.
  private static final List<String> PATHS =
      List.of("/", "/tally.css", "/api/v1/node", "/api/v1/offerings", "/api/v1/openapi.json");

  @Override
  public Integer call() throws IOException, InterruptedException {
    var home = Folders.home();
    var program = new NodeProgram(home);
    Folders.delete(program.folder());
    if (!unpack(program)) {
      System.err.println("The node could not be unpacked; it starts from its one jar.");
      return 0;
    }
    var data = Files.createTempDirectory("tally-trial");
    try {
      trial(program, data);
    } catch (IllegalStateException failed) {
      System.err.println("The node's trial run failed, so its starts take longer: " + failed);
    } finally {
      Folders.delete(data);
    }
    return 0;
  }

  private static boolean unpack(NodeProgram program) throws IOException, InterruptedException {
    var command =
        List.of(
            NodeProgram.java(),
            "-Djarmode=tools",
            "-jar",
            program.packed().toString(),
            "extract",
            "--destination",
            program.folder().toString(),
            "--application-filename",
            program.unpacked().getFileName().toString());
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  private static void trial(NodeProgram program, Path data)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(program.trial());
    command.addAll(
        List.of(
            "--tally.data=" + data.resolve("node"),
            "--tally.plugins=" + program.plugIns(),
            "--tally.private.port=" + Stage.freePort(),
            "--tally.public.port=" + Stage.freePort()));
    var started =
        Child.start(
            "the trial run",
            command,
            data.resolve("log"),
            Duration.ofMinutes(3),
            line -> {
              int at = line.indexOf(READY);
              return at < 0
                  ? Optional.empty()
                  : Optional.of(line.substring(at + READY.length()).strip());
            });
    try (var node = started.child();
        var http = HttpClient.newHttpClient()) {
      for (var path : PATHS) {
        var request = HttpRequest.newBuilder(URI.create(started.address() + path)).build();
        http.send(request, BodyHandlers.discarding());
      }
      node.end(WRITING);
    }
    if (!Files.exists(program.cache())) {
      throw new IllegalStateException("the JVM kept nothing");
    }
    program.seal();
  }
}
