package tally.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Begins every command.
@Command(
    name = "tally",
    description = "Metered services of decentralised networks, bought with ordinary money.",
    subcommands = {DemoCommand.class, PrepareCommand.class},
    mixinStandardHelpOptions = true,
    version = "tally 0.1.0")
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
