package tally.cli;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Plays the whole road through the doors that anyone may use.
final class Demo {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int FILM_MIB = 56;
  private static final int SHORT_MIB = 16;
  private final Stage stage;
  private final PrintStream out;
  private final Figures figures;
  private final Api door;
  private final Players players;
  private Api operator;
  private Api provider;

  Demo(Stage stage, PrintStream out, Figures figures) {
    this.stage = stage;
    this.out = out;
    this.figures = figures;
    this.players = new Players(stage, out);
    this.door = Api.at(stage.privateDoor);
    this.operator = door;
    this.provider = door;
  }

  /// From where alone the demo's node sells.
  static Path shop(Path folder) {
    return folder.resolve("shop");
  }

  void play(Path folder) {
    long began = System.nanoTime();
    introduce();
    opening(folder);
    roadThereAndBack(folder);
    chargeback(folder);
    appeal(folder);
    unknownOutcome();
    cheats();
    gather();
    figures.seconds = (System.nanoTime() - began) / 1e9;
  }

  /// The operator's way in, once it has played.
  Api operator() {
    return operator;
  }

  private void introduce() {
    var node = door.get("/node");
    var database = node.path("database");
    out.printf(
        "real   PostgreSQL %s (fsync %s), signatures, HTTP, every byte of the service%n",
        database.path("version").asString(), database.path("fsync").asString());
    out.println(stage.chain.says());
    out.println("fake   the card gateway (" + stage.bank + "), which doubles and loses answers");
    out.println("       no real money moves");
  }

  // The world before the first buyer comes.

  private void opening(Path folder) {
    operator = door.follow(stage.signInLink());
    var house = door.get("/node").path("networks").path(0).path("house").asString();
    stage.chain.appoint(house, new BigInteger("1000000000"));
    var stock =
        operator.post(
            "/reserve",
            Map.of("network", stage.chain.network(), "amount", Players.money("1000.00", "TUSD")));
    operator.awaitState("/reserve/" + stock.required("id").asString(), "stocked");
    stage.outside.lend("USD/2", "10000");
    var capital =
        operator.post(
            "/reserve", Map.of("gateway", "card", "amount", Players.money("100.00", "USD")));
    operator.awaitState("/reserve/" + capital.required("id").asString(), "stocked");
    provider = players.person("vera");
    Film.write(shop(folder).resolve("film.bin"), FILM_MIB, 1);
    Film.write(shop(folder).resolve("short.bin"), SHORT_MIB, 2);
    out.println(
        "stock  1000.000000 TUSD and 100.00 USD of the house's own, each booked as an entry");
  }

  // (a)

  private void roadThereAndBack(Path folder) {
    title("a  25.00 USD by card, a film bought MiB by MiB, the rest back on the card");
    var ada = players.person("ada");
    players.topUp(ada, "25.00");
    Players.expect("to spend", "25.00", Players.available(ada));
    var shop =
        players.offer(provider, "Films", "http", Map.of("folder", shop(folder).toString()), "0.02");
    var purchase = players.buy(ada, shop, "5.00");
    var film = players.download(purchase, "/film.bin");
    Players.expect("SHA-256", Film.sha256(shop(folder).resolve("film.bin")), film.sha256());
    staleVoucher(ada, purchase);
    var finished = players.finish(ada, purchase);
    var vouchers = ada.get("/purchases/" + purchase + "/vouchers?limit=200").path("items").size();
    figures.vouchers += vouchers;
    figures.bytes.put("received", finished.path("received").path("count").asLong());
    figures.bytes.put("served", finished.path("served").path("count").asLong());
    figures.bytes.put("paid", paidBytes(finished, "0.02"));
    out.printf(
        "       %d MiB came through a socket, paid with %d vouchers; spent %s, back %s%n",
        film.bytes() / Film.MIB,
        vouchers,
        Players.text(finished.path("spent")),
        Players.text(finished.path("back")));
    var refund = ada.post("/refunds", Map.of());
    var done = ada.awaitState("/refunds/" + refund.required("id").asString(), "completed");
    figures.refunded = Players.units(done.path("amount"), 2);
    Players.expect("balance after the refund", "0.00", Players.available(ada));
    out.println("       " + Players.text(done.path("amount")) + " are back on the card");
  }

  /// A voucher that was good once is shown again: the seller refuses it.
  private void staleVoucher(Api buyer, String purchase) {
    var seen =
        buyer.await(
            "/purchases/" + purchase + "/vouchers?limit=200",
            "vouchers",
            node -> node.path("items").size() > 2);
    var newestFirst = seen.path("items");
    var stale = newestFirst.path(newestFirst.size() - 1);
    var payload =
        Map.of(
            "x402Version",
            2,
            "payload",
            Map.of(
                "type", "voucher",
                "channelConfig", stale.path("config"),
                "voucher",
                    Map.of(
                        "channelId", stale.path("channel").asString(),
                        "maxClaimableAmount", stale.path("maxClaimable").asString(),
                        "signature", stale.path("signature").asString())));
    var header =
        Base64.getEncoder()
            .encodeToString(JSON.writeValueAsString(payload).getBytes(StandardCharsets.UTF_8));
    var url = buyer.get("/purchases/" + purchase).path("payUrl").asString();
    var response =
        stage.outside.send(
            HttpRequest.newBuilder(URI.create(url))
                .header("PAYMENT-SIGNATURE", header)
                .POST(BodyPublishers.noBody()));
    var code =
        response.statusCode() == 402
            ? JSON.readTree(response.body()).path("code").asString("")
            : "accepted";
    figures.refusals.put("stale voucher", code);
    Players.expect(
        "a stale voucher", "invalid_batch_settlement_evm_cumulative_amount_mismatch", code);
  }

  // (b)

  private void chargeback(Path folder) {
    title("b  a second buyer spends a third, and has his bank take all of it back");
    var bob = players.person("bob");
    var payment = players.topUp(bob, "24.00");
    var shop =
        players.offer(
            provider, "Shorts", "http", Map.of("folder", shop(folder).toString()), "0.50");
    var purchase = players.buy(bob, shop, "24.00");
    players.download(purchase, "/short.bin");
    bob.await("/purchases/" + purchase, "payment of what came", node -> Players.paid(node, "8.00"));
    var dispute = stage.outside.dispute(players.object(payment));
    operator.await("/chargebacks", "the time to appeal", Demo::reclaiming);
    stage.chain.passAppealWindow();
    var held =
        operator.await(
            "/chargebacks",
            "the unspent",
            node -> "held".equals(Players.latest(node).path("state").asString("")));
    Players.expect("to spend while disputed", "0.00", Players.available(bob));
    bob.await(
        "/balance",
        "what is frozen",
        node -> "16.00".equals(node.path("frozen").path("amount").asString("")));
    out.println(
        "       frozen "
            + Players.text(bob.get("/balance").path("frozen"))
            + ", reclaimed on chain "
            + Players.text(Players.latest(held).path("reclaimed")));
    stage.outside.decide(dispute, false);
    var lost =
        Players.latest(
            operator.await(
                "/chargebacks",
                "the verdict",
                node -> "lost".equals(Players.latest(node).path("state").asString(""))));
    figures.chargeback =
        new Figures.Chargeback(
            Players.units(lost.path("granted"), 6),
            Players.units(lost.path("spent"), 6),
            Players.units(lost.path("reclaimed"), 6),
            Players.units(lost.path("loss"), 2),
            Players.units(lost.path("fee"), 2));
    Players.expect("loss", "8.00", lost.path("loss").path("amount").asString());
    out.printf(
        "       the bank keeps 24.00 USD: loss %s and fee %s are booked%n",
        Players.text(lost.path("loss")), Players.text(lost.path("fee")));
    hashes("freeze", "reclaim");
  }

  // The appeal

  /// A payer whose bank errs says so, the council agrees, and so does the bank at last.
  private void appeal(Path folder) {
    if (!stage.chain.hasCouncil()) {
      out.println("       (an appeal is not played: the fake chain has no council)");
      return;
    }
    title("c  a third buyer appeals against a dispute that was none of his doing, and wins");
    var dora = players.person("dora");
    var payment = players.topUp(dora, "12.00");
    var shop =
        players.offer(
            provider, "Shorts again", "http", Map.of("folder", shop(folder).toString()), "0.25");
    var purchase = players.buy(dora, shop, "12.00");
    players.download(purchase, "/short.bin");
    dora.await(
        "/purchases/" + purchase, "payment of what came", node -> Players.paid(node, "4.00"));
    var dispute = stage.outside.dispute(players.object(payment));
    var mine = dora.await("/me/disputes", "the time to appeal", node -> reclaiming(node));
    dora.postOnce(
        "/me/disputes/" + Players.latest(mine).required("dispute").asString() + "/appeal",
        "nothing_frozen");
    int decided = awaitDecision();
    stage.outside.decide(dispute, true);
    dora.await(
        "/me/disputes",
        "the verdict",
        node -> "won".equals(Players.latest(node).path("state").asString("")));
    out.printf(
        "       the council decided %d appeal for the buyer: nothing is reclaimed of what he paid%n",
        decided);
    hashes("freeze", "appeal");
  }

  /// The council decides as soon as it hears of the appeal.
  private int awaitDecision() {
    var told =
        operator.await(
            "/transactions?limit=200",
            "the appeal on chain",
            node -> {
              for (var one : node.path("items")) {
                if (one.path("purpose").asString().equals("appeal")
                    && one.path("state").asString().equals("Final")) {
                  return true;
                }
              }
              return false;
            });
    Players.expect("an appeal was sent", "true", Boolean.toString(!told.path("items").isEmpty()));
    return stage.chain.decide(true);
  }

  private static boolean reclaiming(JsonNode list) {
    return List.of("reclaiming", "held").contains(Players.latest(list).path("state").asString(""));
  }

  /// The newest transaction of each purpose, for whoever wants to look it up.
  private void hashes(String... purposes) {
    var all = operator.get("/transactions?limit=200").path("items");
    for (var purpose : purposes) {
      for (var one : all) {
        if (one.path("purpose").asString().equals(purpose)) {
          out.println("       " + purpose + " " + one.path("hash").asString());
          break;
        }
      }
    }
  }

  // The unknown

  private Api carol = Api.at(URI.create("http://127.0.0.1"));

  private void unknownOutcome() {
    title("d  a payment whose outcome nobody knows is looked up, and credited once");
    carol = players.person("carol");
    players.topUp(carol, "10.07");
    Players.expect("to spend", "10.07", Players.available(carol));
  }

  // The cheat

  private void cheats() {
    title("e  a seller whose meter cheats is not paid for what did not come");
    var liar =
        players.offer(
            provider,
            "Too good",
            "fake",
            Map.of("bytes", Long.toString(12 * Film.MIB), "seed", "7", "inflate", "3/1"),
            "0.05");
    var purchase = players.buy(carol, liar, "5.00");
    try {
      players.download(purchase, "/anything");
    } catch (UncheckedIOException cut) {
      out.println("       the service was cut off while it ran");
    }
    var ended = carol.awaitState("/purchases/" + purchase, "finished");
    var code = ended.path("code").asString("");
    figures.refusals.put("cheating meter", code);
    Players.expect("a cheating meter", "meter_disagrees", code);
  }

  // The books, as the API shows them.

  private void gather() {
    for (var line : operator.all("/book")) {
      figures.book.add(
          new Figures.BookLine(
              line.path("account").asString(),
              line.path("asset").asString(),
              new BigInteger(line.path("units").asString())));
    }
    for (var transaction : operator.all("/transactions")) {
      if (transaction.hasNonNull("hash")) {
        figures.transactions.add(
            new Figures.Transaction(
                transaction.path("hash").asString(), transaction.path("purpose").asString()));
      }
    }
    var verified = operator.post("/ledger/verify", Map.of());
    if (!verified.path("sound").asBoolean()) {
      throw new IllegalStateException("the book is not sound: " + verified);
    }
  }

  private long paidBytes(JsonNode purchase, String price) {
    var paid = new BigDecimal(purchase.path("paid").path("amount").asString("0"));
    return paid.multiply(BigDecimal.valueOf(Film.MIB))
        .divide(new BigDecimal(price), java.math.RoundingMode.DOWN)
        .longValue();
  }

  private void title(String text) {
    out.println();
    out.println("(" + text.charAt(0) + ")" + text.substring(2));
  }
}
