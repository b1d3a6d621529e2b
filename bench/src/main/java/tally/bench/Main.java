package tally.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `./tally bench NAME`.
@Command(
    name = "bench",
    description = "Measures, on this machine, now.",
    subcommands = {LedgerBench.class, WebhookBench.class, StartBench.class, MicroBench.class},
    mixinStandardHelpOptions = true)
public final class Main implements Runnable {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
