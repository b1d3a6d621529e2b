package tally.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// The commands about one's own money.
final class MoneyCommands {

  private MoneyCommands() {}

  private static void show(boolean json, JsonNode facts, String... columns) {
    if (json) {
      Printing.json(System.out, facts);
    } else {
      Table.print(System.out, List.of(facts), List.of(columns));
    }
  }

  @Command(
      name = "balance",
      mixinStandardHelpOptions = true,
      description = "What is yours, and where it is.")
  static final class Balance implements Callable<Integer> {

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Mixin private NodeOptions node = new NodeOptions();

    @Override
    public Integer call() {
      var balance = node.api().get("/balance");
      show(json, balance, "available", "inUse", "frozen", "refunding", "yours");
      return 0;
    }
  }

  @Command(
      name = "topup",
      mixinStandardHelpOptions = true,
      description = "Pays money in: prints the gateway's page, and waits until it is paid.")
  static final class TopUp implements Callable<Integer> {

    @Parameters(paramLabel = "AMOUNT", description = "Such as \"25.00 USD\".")
    private String amount = "";

    @Option(names = "--gateway", description = "Which (default: the only one that there is).")
    private @Nullable String gateway;

    @Option(names = "--test-card", description = "Pay by the fake bank's own card.")
    private boolean testCard;

    @Option(names = "--json", description = "Print the top-up as JSON.")
    private boolean json;

    @Mixin private NodeOptions node = new NodeOptions();

    @Override
    public Integer call() {
      var api = node.api();
      var money = Cash.of(amount);
      var gateways = api.get("/node").path("gateways");
      if (gateway == null && gateways.size() != 1) {
        throw new Stop(
            "gateway_unnamed", "This node has " + gateways.size() + " gateways; name one.");
      }
      var name = gateway == null ? gateways.path(0).path("name").asString() : gateway;
      var topUp = api.post("/topups", Map.of("amount", money.json(), "gateway", name));
      var path = "/topups/" + topUp.required("id").asString();
      var waiting = api.await(path, "the pay page", it -> it.path("action").hasNonNull("url"));
      if (testCard) {
        TestCard.pay(waiting);
        show(json, api.awaitState(path, "credited"), "id", "state", "amount");
        return 0;
      }
      System.err.println("Pay here: " + waiting.path("action").path("url").asString());
      show(json, waiting, "id", "state", "amount");
      return 0;
    }
  }

  @Command(
      name = "refund",
      mixinStandardHelpOptions = true,
      description = "Gives back what is available, to where it came from.")
  static final class Refund implements Callable<Integer> {

    @Parameters(
        paramLabel = "AMOUNT",
        arity = "0..1",
        description = "Such as \"5.00 USD\" (default: all that is available).")
    private @Nullable String amount;

    @Option(names = "--json", description = "Print the refund as JSON.")
    private boolean json;

    @Mixin private NodeOptions node = new NodeOptions();

    @Override
    public Integer call() {
      var api = node.api();
      Map<String, ?> order = amount == null ? Map.of() : Map.of("amount", Cash.of(amount).json());
      var refund = api.post("/refunds", order);
      var path = "/refunds/" + refund.required("id").asString();
      var told = api.await(path, "the end of the refund", Refund::isTold);
      show(json, told, "id", "state", "amount");
      var state = told.path("state").asString("");
      return state.equals("completed") || state.equals("waiting") ? 0 : 1;
    }

    /// Whether nothing more comes by itself: what waits for approval may do so for days.
    private static boolean isTold(JsonNode refund) {
      return switch (refund.path("state").asString("")) {
        case "completed", "waiting", "declined", "failed", "stalled" -> true;
        default -> false;
      };
    }
  }
}
