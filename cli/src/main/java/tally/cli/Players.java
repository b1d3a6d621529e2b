package tally.cli;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// What the demo's people do at the doors, and how they read what the doors answer.
final class Players {

  private final Stage stage;
  private final PrintStream out;
  private final Api door;
  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final Map<String, Api> buyers = new LinkedHashMap<>();

  Players(Stage stage, PrintStream out) {
    this.stage = stage;
    this.out = out;
    this.door = Api.at(stage.privateDoor);
  }

  JsonNode offer(Api provider, String title, String adapter, Map<String, ?> source, String price) {
    var wish = new LinkedHashMap<String, Object>();
    wish.put("title", title);
    wish.put("adapter", adapter);
    wish.put("source", source);
    wish.put("unit", "byte");
    wish.put("price", money(price, "TUSD"));
    wish.put("per", Film.MIB);
    wish.put("portion", Film.MIB);
    wish.put("lagMax", 4 * Film.MIB);
    var offering = provider.post("/offerings", wish);
    stage.chain.fuel(offering.required("receiver").asString());
    return offering;
  }

  Api person(String name) {
    var password = UUID.randomUUID().toString();
    var unique = name + "-" + run;
    door.post("/parties", Map.of("name", unique, "password", password));
    return door.as(
        door.post("/session", Map.of("name", unique, "password", password))
            .required("token")
            .asString());
  }

  /// Pays on the bank's page; answers the payment's id once the money is there.
  String topUp(Api person, String amount) {
    var topUp = person.post("/topups", Map.of("amount", money(amount, "USD"), "gateway", "card"));
    var path = "/topups/" + topUp.required("id").asString();
    var waiting = person.await(path, "the pay page", node -> node.path("action").hasNonNull("url"));
    stage.outside.pay(waiting.path("action").path("url").asString());
    var credited = person.awaitState(path, "credited");
    out.println("       " + amount + " USD paid and credited");
    return credited.required("payment").asString();
  }

  String buy(Api person, JsonNode offering, String pays) {
    var quote =
        person.post(
            "/quotes",
            Map.of("offering", offering.required("id").asString(), "pays", money(pays, "USD")));
    expect("Tally's fee", "0.00", quote.path("fee").path("amount").asString());
    var purchase = person.post("/purchases", Map.of("quote", quote.required("id").asString()));
    var id = purchase.required("id").asString();
    person.awaitState("/purchases/" + id, "running");
    buyers.put(id, person);
    return id;
  }

  Film.Download download(String purchase, String path) {
    var person = buyers.getOrDefault(purchase, door);
    var given = person.get("/purchases/" + purchase).required("url").asString();
    var url = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
    return Film.fetch(URI.create(url + path));
  }

  JsonNode finish(Api person, String purchase) {
    person.post("/purchases/" + purchase + "/finish", Map.of());
    return person.awaitState("/purchases/" + purchase, "finished");
  }

  String object(String payment) {
    for (var one : stage.outside.store().path("payments")) {
      if (one.path("reference").asString().equals(payment)) {
        return one.path("object").asString();
      }
    }
    throw new IllegalStateException("the bank knows no payment " + payment);
  }

  static String available(Api person) {
    return person.get("/balance").path("available").path("amount").asString();
  }

  static boolean paid(JsonNode purchase, String least) {
    return new BigDecimal(purchase.path("paid").path("amount").asString("0"))
            .compareTo(new BigDecimal(least))
        >= 0;
  }

  static JsonNode latest(JsonNode list) {
    return list.path("items").path(0);
  }

  static Map<String, String> money(String amount, String asset) {
    return Map.of("amount", amount, "asset", asset);
  }

  static Figures.Money units(JsonNode money, int scale) {
    return new Figures.Money(
        money.path("asset").asString(),
        new BigDecimal(money.path("amount").asString("0"))
            .movePointRight(scale)
            .toBigIntegerExact());
  }

  static String text(JsonNode money) {
    return money.path("amount").asString("?") + " " + money.path("asset").asString("?");
  }

  static void expect(String what, String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new IllegalStateException(what + ": wanted " + wanted + ", found " + found);
    }
  }
}
