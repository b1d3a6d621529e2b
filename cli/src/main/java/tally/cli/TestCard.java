package tally.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The card that everybody has at the fake bank. Only a test node knows that bank.
final class TestCard {

  private TestCard() {}

  /// Sees to it that so much is on the balance. What is missing is paid by the test card, in whole
  /// units of its asset; on a node that takes real money it stops with `insufficient_funds` and
  /// says how to add some.
  static void fill(Api person, Cash wanted, Progress progress) {
    var available = Cash.of(person.get("/balance").path("available"));
    if (!available.asset().equals(wanted.asset())) {
      throw new Stop(
          "asset_unknown", "This node takes " + available.asset() + ", not " + wanted + ".");
    }
    var missing = wanted.amount().subtract(available.amount());
    if (missing.signum() <= 0) {
      return;
    }
    var gateway = gateway(person.get("/node"));
    if (gateway.isEmpty()) {
      throw new Stop(
          "insufficient_funds",
          "You have %s and may spend %s. Add money: ./tally topup \"%s %s\""
              .formatted(available, wanted, missing.toPlainString(), wanted.asset()));
    }
    var sum = missing.setScale(0, RoundingMode.UP).max(BigDecimal.ONE);
    var whole = new Cash(sum.setScale(2), wanted.asset());
    progress.says("Adding " + whole + " of test money by the fake card.");
    pay(person, whole, gateway.get());
  }

  private static Optional<String> gateway(JsonNode node) {
    if (!node.path("test").asBoolean(false)) {
      return Optional.empty();
    }
    return node.path("gateways")
        .valueStream()
        .filter(it -> it.path("kind").asString("").equals("fake") && !it.path("real").asBoolean())
        .map(it -> it.path("name").asString(""))
        .findFirst();
  }

  private static void pay(Api person, Cash amount, String gateway) {
    var topUp = person.post("/topups", Map.of("amount", amount.json(), "gateway", gateway));
    var path = "/topups/" + topUp.required("id").asString();
    pay(person.await(path, "the pay page", it -> it.path("action").hasNonNull("url")));
    person.awaitState(path, "credited");
  }

  /// Presses "Pay" on the page that a top-up waits for.
  static void pay(JsonNode topUp) {
    var page = URI.create(topUp.path("action").path("url").asString());
    new Outside(page.resolve("/")).pay(page.toString());
  }
}
