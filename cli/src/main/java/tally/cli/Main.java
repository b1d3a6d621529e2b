package tally.cli;

import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Begins every command. What a command refuses is one line on the error stream, a stable code
/// first.
@Command(
    name = "tally",
    description = "Metered services of decentralised networks, bought with ordinary money.",
    subcommands = {
      DemoCommand.class,
      SellCommand.class,
      FetchCommand.class,
      DoctorCommand.class,
      InitCommand.class,
      UpCommand.class,
      PrepareCommand.class,
    },
    mixinStandardHelpOptions = true,
    version = "tally 0.1.0")
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return Nouns.addTo(new CommandLine(new Main()))
        .setExecutionExceptionHandler((fault, _, _) -> say(fault))
        .execute(arguments);
  }

  private static int say(Exception fault) {
    var line =
        switch (fault) {
          case Stop stop -> stop.code + ": " + stop.getMessage();
          case Api.Refused refused -> refused.code + ": " + refused.detail;
          case UncheckedIOException gone -> "unreachable: " + gone.getMessage();
          case IllegalStateException failed -> "failed: " + failed.getMessage();
          default -> "fault: " + fault;
        };
    System.err.println(line);
    return 1;
  }
}
