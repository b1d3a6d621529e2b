package tally.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The same and different requests at once: each acts once, and none is lost.
@Tag("node")
class ConcurrencyIT {

  private static final int MANY = 50;
  private static final WholeNode NODE = WholeNode.shared();

  private interface Act {
    Caller.Answer now();
  }

  /// All at once; the answers in the order of the acts.
  private static List<Caller.Answer> atOnce(List<Act> acts) {
    var gate = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running =
          acts.stream()
              .map(act ->
                  threads.submit(() -> {
                    gate.await();
                    return act.now();
                  }))
              .toList();
      gate.countDown();
      return running.stream().map(ConcurrencyIT::get).toList();
    }
  }

  private static Caller.Answer get(Future<Caller.Answer> answer) {
    try {
      return answer.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /// Every answer names the one thing that was made, and just one says that it made it.
  private static void assertOneWasMade(UUID id, List<Caller.Answer> answers) {
    assertThat(answers.stream().filter(it -> it.status() != 201).distinct()).isEmpty();
    assertThat(answers).allSatisfy(it -> assertThat(it.id()).isEqualTo(id.toString()));
    assertThat(answers).filteredOn(it -> !it.replayed()).hasSize(1);
  }

  private static long atTheBank(String things, String field, String value) {
    return bank(things).stream().filter(it -> it.path(field).asString("").equals(value)).count();
  }

  private static List<JsonNode> bank(String things) {
    return StreamSupport.stream(NODE.bankStore().path(things).spliterator(), false).toList();
  }

  @Test
  void fifty_equal_top_ups_are_one_payment() {
    var eve = NODE.person("eve");
    var id = UUID.randomUUID();
    var answers = atOnce(Collections.nCopies(MANY, () -> eve.orderTopUp(id, "12.00")));
    assertOneWasMade(id, answers);
    var payment = answers.getFirst().body().path("payment").asString();
    Caller.until(
        "the pay page",
        () -> eve.get("/api/v1/topups/" + id).need(200),
        it -> it.path("action").hasNonNull("url"));
    NODE.quiet();
    assertThat(NODE.count("payment.payment where id = ?", UUID.fromString(payment))).isEqualTo(1);
    assertThat(eve.get("/api/v1/topups").need(200).path("items")).hasSize(1);
    assertThat(atTheBank("payments", "reference", payment)).isEqualTo(1);
  }

  @Test
  void fifty_equal_refunds_are_one_refund() {
    var flo = NODE.person("flo");
    var payment = flo.topUp("20.00").path("payment").asString();
    var id = UUID.randomUUID();
    var answers = atOnce(Collections.nCopies(MANY, () -> flo.refund(id, "15.00")));
    assertOneWasMade(id, answers);
    flo.awaitState("/api/v1/refunds/" + id, "completed");
    assertThat(flo.available()).isEqualTo("5.00");
    assertThat(refundedAtTheBank(payment)).isEqualTo(1500);
  }

  @Test
  void fifty_equal_refunds_of_all_that_is_left_are_one_refund() {
    var gus = NODE.person("gus");
    var payment = gus.topUp("20.00").path("payment").asString();
    var id = UUID.randomUUID();
    var answers =
        atOnce(Collections.nCopies(MANY, () -> gus.post("/api/v1/refunds", id, Map.of())));
    assertOneWasMade(id, answers);
    gus.awaitState("/api/v1/refunds/" + id, "completed");
    assertThat(gus.available()).isEqualTo("0.00");
    assertThat(refundedAtTheBank(payment)).isEqualTo(2000);
  }

  @Test
  void of_two_refunds_of_more_than_there_is_one_is_refused() {
    var hal = NODE.person("hal");
    var payment = hal.topUp("20.00").path("payment").asString();
    var ids = List.of(UUID.randomUUID(), UUID.randomUUID());
    var answers = atOnce(ids.stream().map(id -> (Act) () -> hal.refund(id, "12.00")).toList());
    var ends = new ArrayList<String>();
    for (var answer : answers) {
      if (answer.status() == 422) {
        ends.add(answer.code());
      } else {
        var path = "/api/v1/refunds/" + answer.id();
        var end =
            Caller.until(
                "the refund's end",
                () -> hal.get(path).need(200),
                it -> List.of("completed", "failed").contains(Caller.state(it)));
        ends.add(Caller.state(end));
      }
    }
    assertThat(ends).containsOnlyOnce("completed").hasSize(2);
    assertThat(ends).containsAnyOf("above_refundable", "failed");
    assertThat(hal.available()).isEqualTo("8.00");
    assertThat(hal.balance("refunding")).isEqualTo("0.00");
    assertThat(refundedAtTheBank(payment)).isEqualTo(1200);
  }

  @Test
  void fifty_equal_purchases_are_one_purchase_and_of_two_too_dear_ones_one_is_refused() {
    var ida = NODE.person("ida");
    ida.topUp("10.00");
    var offering = offering(NODE.person("vera"));
    var quote = ida.quote(UUID.randomUUID(), offering, "6.00").id();
    var other = ida.quote(UUID.randomUUID(), offering, "6.00").id();
    var id = UUID.randomUUID();
    assertOneWasMade(id, atOnce(Collections.nCopies(MANY, () -> ida.purchase(id, quote))));
    ida.awaitState("/api/v1/purchases/" + id, "running");
    var second = ida.purchase(UUID.randomUUID(), other);
    assertThat(second.status()).isBetween(410, 422);
    assertThat(ida.available()).isEqualTo("4.00");
    assertThat(ida.balance("inUse")).isEqualTo("6.00");
    ida.post("/api/v1/purchases/" + id + "/finish", UUID.randomUUID(), Map.of()).need(200);
    ida.awaitState("/api/v1/purchases/" + id, "finished");
    assertThat(ida.available()).isEqualTo("10.00");
  }

  /// What each accepted voucher added tells which one was the highest before it: so the answers fit
  /// one order, and just that order is stored.
  @Test
  void a_hundred_vouchers_at_once_leave_the_highest() {
    var joe = NODE.person("joe");
    var payer =
        new OutsidePayer(NODE, joe.get("/api/v1/offerings/" + offering(joe)).need(200), 10_000_000);
    var amounts = new ArrayList<>(IntStream.rangeClosed(1, 100).mapToObj(n -> n * 1_000L).toList());
    Collections.shuffle(amounts, new Random(7));
    var headers = amounts.stream().map(payer::header).toList();
    var answers = atOnce(headers.stream().map(header -> (Act) () -> payer.pay(header)).toList());
    var accepted = new TreeMap<Long, Long>();
    for (int i = 0; i < answers.size(); i++) {
      var answer = answers.get(i);
      if (answer.status() == 200) {
        var extra = OutsidePayer.read(answer, "PAYMENT-RESPONSE").path("extra");
        accepted.put(amounts.get(i), Long.parseLong(extra.path("chargedAmount").asString()));
      } else {
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.code())
            .isEqualTo("invalid_batch_settlement_evm_cumulative_amount_mismatch");
      }
    }
    assertThat(payer.promised()).isEqualTo(BigInteger.valueOf(100_000));
    assertThat(accepted.lastKey()).isEqualTo(100_000);
    long before = 0;
    for (var one : accepted.entrySet()) {
      assertThat(one.getKey() - one.getValue()).as("%s", accepted).isEqualTo(before);
      before = one.getKey();
    }
    var stored =
        NODE.jdbc()
            .sql(
                """
                select max_claimable from escrow.voucher
                where channel = ? and side = 'RECEIVER' order by max_claimable
                """)
            .param(payer.channel.hex())
            .query(Long.class)
            .list();
    assertThat(stored).containsExactlyElementsOf(accepted.keySet());
  }

  private static String offering(Caller seller) {
    var folder = NODE.folder("busy-" + WholeNode.part()).toString();
    return seller.offer(UUID.randomUUID(), "Busy", folder).id();
  }

  /// In cents, as the bank wrote it down.
  private static long refundedAtTheBank(String payment) {
    return bank("payments").stream()
        .filter(it -> it.path("reference").asString("").equals(payment))
        .mapToLong(it -> it.path("refunded").asLong())
        .sum();
  }
}
