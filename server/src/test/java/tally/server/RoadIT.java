package tally.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Money in, a service bought portion by portion, money back; also where messages are lost and the
/// node ends in the middle of it.
@Tag("node")
class RoadIT {

  private static final int MIB = 1 << 20;
  private static final int FILM_MIB = 6;
  private static final WholeNode NODE = WholeNode.shared();
  private final HttpClient http = HttpClient.newHttpClient();

  @ParameterizedTest
  @CsvSource({
    "20.00", "20.03", "20.07", "20.08", "20.09", "20.10", "20.11", "20.12", "20.13", "20.14"
  })
  void however_the_bank_behaves_what_was_captured_is_credited_once(String amount) {
    var kim = NODE.person("kim");
    var payment = kim.topUp(amount).path("payment").asString();
    assertCreditedOnce(kim, payment, amount);
  }

  private static void assertCreditedOnce(Caller person, String payment, String amount) {
    NODE.quiet();
    assertThat(person.available()).isEqualTo(amount);
    var lots = person.get("/api/v1/balance").need(200).path("lots");
    assertThat(lots).hasSize(1);
    assertThat(lots.path(0).path("source").path("payment").asString()).isEqualTo(payment);
    assertThat(atTheBank(payment).path("captured").asLong())
        .isEqualTo(new BigDecimal(amount).movePointRight(2).longValueExact());
  }

  private static JsonNode atTheBank(String payment) {
    JsonNode found = null;
    for (var one : NODE.bankStore().path("payments")) {
      if (one.path("reference").asString().equals(payment)) {
        assertThat(found).as("two payments of one reference").isNull();
        found = one;
      }
    }
    assertThat(found).isNotNull();
    return found;
  }

  @Test
  void a_declined_payment_credits_nothing() {
    var lea = NODE.person("lea");
    var declined = lea.awaitState(lea.payIn("20.05"), "declined");
    NODE.quiet();
    assertThat(lea.available()).isEqualTo("0.00");
    assertThat(lea.get("/api/v1/balance").body().path("lots")).isEmpty();
    var bank = atTheBank(declined.path("payment").asString());
    assertThat(bank.path("captured").asLong()).isZero();
  }

  @Test
  void nobody_has_own_power_from_the_beginning_and_releases_are_off() {
    var ria = NODE.person("ria");
    var own = ria.get("/api/v1/me/power").need(200).path("items").path(0);
    assertThat(own.path("network").asString()).isEqualTo("fake");
    assertThat(own.path("own").path("amount").asString()).isEqualTo("0.000000");
    assertThat(own.path("releasable").path("amount").asString()).isEqualTo("0.000000");
    assertThat(own.path("release").asBoolean()).isFalse();
    var id = UUID.randomUUID();
    var wish =
        Map.of(
            "id", id.toString(),
            "to", "0x" + "44".repeat(20),
            "amount", Map.of("amount", "1.00", "asset", "TUSD"));
    var refused = ria.post("/api/v1/me/power/fake/release", id, wish);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body().path("code").asString()).isEqualTo("release_off");
    assertThat(ria.get("/api/v1/me/releases/" + id).status()).isEqualTo(404);
  }

  @Test
  void a_disputed_payment_is_frozen_whole() {
    var mia = NODE.person("mia");
    mia.topUp("20.06");
    Caller.until("frozen", () -> mia.balance("frozen"), "20.06"::equals);
    NODE.quiet();
    assertThat(mia.available()).isEqualTo("0.00");
  }

  @ParameterizedTest
  @CsvSource({"20.00, completed", "20.11, failed", "20.12, completed", "20.13, completed"})
  void however_a_refund_ends_it_ends_once(String amount, String end) {
    var noa = NODE.person("noa");
    var payment = noa.topUp(amount).path("payment").asString();
    var refund = noa.post("/api/v1/refunds", UUID.randomUUID(), Map.of()).id();
    noa.awaitState("/api/v1/refunds/" + refund, end);
    NODE.quiet();
    boolean paid = end.equals("completed");
    assertThat(noa.available()).isEqualTo(paid ? "0.00" : amount);
    assertThat(noa.balance("refunding")).isEqualTo("0.00");
    var cents = new BigDecimal(amount).movePointRight(2).longValueExact();
    assertThat(atTheBank(payment).path("refunded").asLong()).isEqualTo(paid ? cents : 0);
  }

  @Test
  void a_payment_whose_webhooks_are_lost_is_found_and_credited_once() throws IOException {
    var oda = NODE.person("oda");
    String payment;
    try (var nobody = new ServerSocket(0)) {
      nobody.close();
      NODE.bank.webhook(URI.create("http://127.0.0.1:" + nobody.getLocalPort() + "/nobody"));
      payment = oda.topUp("25.00").path("payment").asString();
      assertCreditedOnce(oda, payment, "25.00");
    } finally {
      NODE.bank.webhook(NODE.webhookDoor());
    }
    var hooks = "payment.webhook where state = 'Done'";
    var before = NODE.count(hooks);
    oda.topUp("1.00");
    Caller.until("webhooks come again", () -> NODE.count(hooks), now -> now > before);
    assertThat(oda.available()).isEqualTo("26.00");
  }

  @Test
  void a_purchase_goes_on_after_a_restart_and_ends_with_exact_sums() throws Exception {
    var seller = NODE.person("pam");
    var buyer = NODE.person("ray");
    var payment = buyer.topUp("25.00").path("payment").asString();
    var folder = NODE.folder("films-" + WholeNode.part());
    var film = write(folder.resolve("film.bin"));
    var offering = seller.offer(UUID.randomUUID(), "Films", folder.toString()).id();
    var quote = buyer.quote(UUID.randomUUID(), offering, "5.00").id();
    var path = "/api/v1/purchases/" + buyer.purchase(UUID.randomUUID(), quote).id();
    buyer.awaitState(path, "running");

    assertThat(fetch(buyer, path)).isEqualTo(film);
    awaitPaid(buyer, path, FILM_MIB);
    try (var open = open(buyer, path)) {
      assertThat(open.readNBytes(MIB)).isEqualTo(Arrays.copyOf(film, MIB));
      NODE.restart();
    }
    Caller.until("the film comes again", () -> fetchOrNothing(buyer, path), it -> it.length > 0);
    assertThat(fetch(buyer, path)).isEqualTo(film);
    awaitPaid(buyer, path, 2 * FILM_MIB + 1);

    buyer.post(path + "/finish", UUID.randomUUID(), Map.of()).need(200);
    var end = buyer.awaitState(path, "finished");
    assertSums(buyer, seller, end);
    assertEvidence(payment, end);
  }

  /// The buyer's bank asks for the payment back: the house can show both counts of what it bought,
  /// and the last voucher that his key signed.
  private static void assertEvidence(String payment, JsonNode end) {
    var asked = Map.of("object", atTheBank(payment).path("object").asString());
    Caller.at(NODE.bank.url()).post("/outside/dispute", UUID.randomUUID(), asked).need(200);
    var id = Caller.until("the dispute", () -> disputeOf(payment), it -> !it.isEmpty());
    var evidence =
        NODE.operator().get("/api/v1/disputes/" + id).need(200).path("evidence").toString();
    assertThat(evidence)
        .contains("received by the buyer's count: " + count(end, "received"))
        .contains("served by the seller's: " + count(end, "served"))
        .contains("signed for " + amount(end.path("paid")).movePointRight(6).longValueExact())
        .contains("on channel " + end.path("channel").asString())
        .contains("the last of at least " + end.path("vouchers").asLong());
  }

  private static String count(JsonNode purchase, String side) {
    return purchase.path(side).path("count").asLong() + " byte";
  }

  private static String disputeOf(String payment) {
    for (var line : NODE.operator().get("/api/v1/disputes").need(200).path("items")) {
      if (line.path("payment").asString().equals(payment)) {
        return line.path("id").asString();
      }
    }
    return "";
  }

  /// Every unit that was paid for was received, all that was promised was earned by the seller, and
  /// the rest is the buyer's again.
  private static void assertSums(Caller buyer, Caller seller, JsonNode end) {
    NODE.quiet();
    var paid = amount(end.path("paid"));
    var owed =
        new BigDecimal(end.path("received").path("count").asLong())
            .divide(new BigDecimal(MIB))
            .movePointLeft(2);
    assertThat(paid).isBetween(owed.subtract(new BigDecimal("0.01")), owed);
    var spent = paid.setScale(2, RoundingMode.UP);
    assertThat(amount(end.path("spent"))).isEqualByComparingTo(spent);
    assertThat(amount(end.path("back"))).isEqualByComparingTo(new BigDecimal("5").subtract(spent));
    assertThat(buyer.available()).isEqualTo(new BigDecimal("25.00").subtract(spent).toString());
    assertThat(buyer.balance("inUse")).isEqualTo("0.00");
    var id = seller.get("/api/v1/me").need(200).path("id").asString();
    var earned =
        NODE.jdbc()
            .sql(
                """
                select sum(posted) from ledger.account where asset = 'TUSD/6' and path like ?
                """)
            .param("%/party:" + id + "%")
            .query(BigDecimal.class)
            .single();
    assertThat(earned.movePointLeft(6)).isEqualByComparingTo(paid);
    var verified = NODE.operator().post("/api/v1/ledger/verify", UUID.randomUUID(), Map.of());
    assertThat(verified.need(200).path("sound").asBoolean()).isTrue();
  }

  private static BigDecimal amount(JsonNode money) {
    return new BigDecimal(money.path("amount").asString());
  }

  /// At 0.01 a MiB.
  private static void awaitPaid(Caller buyer, String path, int mib) {
    var least = BigDecimal.valueOf(mib, 2);
    Caller.until(
        "paid for " + mib + " MiB",
        () -> amount(buyer.get(path).need(200).path("paid")),
        paid -> paid.compareTo(least) >= 0);
  }

  private InputStream open(Caller buyer, String path) throws IOException {
    var url = buyer.get(path).need(200).path("url").asString();
    try {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url + "/film.bin")).build(),
              BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        answer.body().close();
        throw new IOException("the film answered " + answer.statusCode());
      }
      return answer.body();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] fetch(Caller buyer, String path) throws IOException {
    try (var in = open(buyer, path)) {
      return in.readAllBytes();
    }
  }

  /// Nothing while the way to the service is not open again.
  private byte[] fetchOrNothing(Caller buyer, String path) {
    try {
      return fetch(buyer, path);
    } catch (IOException notYet) {
      return new byte[0];
    }
  }

  private static byte[] write(Path file) throws IOException {
    var film = new byte[FILM_MIB * MIB];
    new SplittableRandom(1).nextBytes(film);
    Files.write(file, film);
    return film;
  }
}
