package tally.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The commands that are a noun and a verb, each a route of the API.
final class Nouns {

  private Nouns() {}

  /// A noun alone only says which verbs it has.
  @Command(mixinStandardHelpOptions = true)
  private static final class Noun implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "Say what to do: one of " + spec.subcommands().keySet());
    }
  }

  static CommandLine addTo(CommandLine tally) {
    return tally
        .addSubcommand(new MoneyCommands.Balance())
        .addSubcommand(new MoneyCommands.TopUp())
        .addSubcommand(new MoneyCommands.Refund())
        .addSubcommand("offering", offering())
        .addSubcommand("purchase", purchase())
        .addSubcommand("channel", channel())
        .addSubcommand("dispute", dispute())
        .addSubcommand("flow", flow())
        .addSubcommand("ledger", noun().addSubcommand(new VerifyCommand()));
  }

  private static CommandLine noun() {
    return new CommandLine(new Noun());
  }

  private static CommandLine offering() {
    return noun()
        .addSubcommand(new Listing("/offerings", null, "id", "title", "price", "per", "state"))
        .addSubcommand(new PublishCommand())
        .addSubcommand("remove", Act.delete("/offerings", "id", "title", "state"));
  }

  private static CommandLine purchase() {
    return noun()
        .addSubcommand(
            new Listing(
                "/purchases", null, "id", "state", "pays", "received", "paid", "spent", "back"))
        .addSubcommand("finish", Act.post("/purchases", "/finish", "id", "state", "pays"));
  }

  private static CommandLine channel() {
    return noun()
        .addSubcommand(
            new Listing("/channels", null, "id", "side", "state", "deposit", "promised", "served"));
  }

  private static CommandLine dispute() {
    return noun()
        .addSubcommand(
            new Listing("/disputes", "/me/disputes", "id", "state", "amount", "fee", "reason"));
  }

  private static CommandLine flow() {
    return noun()
        .addSubcommand(new Listing("/flows", null, "id", "kind", "state", "stalled", "text"))
        .addSubcommand("retry", Act.post("/flows", "/retry", "id"));
  }
}
