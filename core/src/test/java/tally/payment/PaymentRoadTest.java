package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.payment.PaymentRoom.order;
import static tally.payment.PaymentRoom.refund;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.gateway.fake.FakeBank;
import tally.gateway.fake.FakePlugin;
import tally.money.Tenant;
import tally.plugin.Settings;

/// The room against the fake bank over HTTP: webhooks come in, workers go round, the bank
/// misbehaves.
class PaymentRoadTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  @TempDir Path folder;
  private FakeBank bank;
  private PaymentRoom room;
  private HttpServer door;

  @BeforeEach
  void open() throws IOException {
    bank =
        FakeBank.start(
            FakeBank.Options.of(
                "--store",
                folder.toString(),
                "--key",
                "k",
                "--secret",
                "s",
                "--soon-delay",
                "50",
                "--late-delay",
                "400",
                "--page-delay",
                "20"));
    var gateway =
        new FakePlugin().open(new Settings(Map.of("url", bank.url().toString(), "key", "k")));
    room = new PaymentRoom(gateway, PaymentSettings.quick(Duration.ofMillis(20)), true);
    door = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    door.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    door.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var headers =
                exchange.getRequestHeaders().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().getFirst()));
            var receipt =
                room.inbox.receive("card", exchange.getRequestBody().readAllBytes(), headers);
            exchange.sendResponseHeaders(receipt instanceof Inbox.Receipt.Taken ? 200 : 400, -1);
          }
        });
    door.start();
    bank.webhook(URI.create("http://127.0.0.1:" + door.getAddress().getPort() + "/"));
  }

  @AfterEach
  void close() {
    bank.close();
    door.stop(0);
    room.close();
  }

  @Test
  void a_paid_payment_is_captured_by_its_webhook_once_however_webhooks_come() {
    for (long cents : new long[] {1000, 1008, 1009, 1010}) {
      var order = pay(cents);
      until(() -> room.find(order) instanceof Payment.Captured, false);
      assertThat(room.history(order.id().value()))
          .containsExactly("Requested", "ActionRequired", "Captured");
    }
    assertThat(room.captures()).isEqualTo(4);
  }

  @Test
  void an_unknown_outcome_is_shown_as_such_and_credited_once() {
    var order = pay(1007);
    assertThat(room.look(order)).isInstanceOf(Payment.Unknown.class);
    until(() -> room.find(order) instanceof Payment.Captured, true);
    assertThat(room.captures()).isEqualTo(1);
    assertThat(balance()).isEqualTo(1007);
  }

  @Test
  void a_making_whose_answer_was_lost_is_found_by_reference() {
    var order = order(1014);
    assertThat(room.payments.start(order)).isInstanceOf(Payment.Unknown.class);
    assertThat(room.look(order)).isInstanceOf(Payment.ActionRequired.class);
  }

  @Test
  void fifty_equal_starts_at_once_make_one_payment_at_the_bank() throws Exception {
    var order = order(1000);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 50)
              .mapToObj(i -> threads.submit(() -> room.payments.start(order)))
              .toList();
      for (var one : all) {
        one.get();
      }
    }
    assertThat(store().split("\"reference\"", -1)).hasSize(2);
    assertThat(room.find(order)).isInstanceOf(Payment.ActionRequired.class);
  }

  @Test
  void a_bank_that_is_down_leaves_it_requested_until_it_is_back() {
    var url = bank.url();
    bank.close();
    var order = order(1000);
    assertThat(room.payments.start(order)).isInstanceOf(Payment.Requested.class);
    bank =
        FakeBank.start(
            FakeBank.Options.of(
                "--port",
                "" + url.getPort(),
                "--store",
                folder.toString(),
                "--key",
                "k",
                "--secret",
                "s"));
    assertThat(room.payments.start(order)).isInstanceOf(Payment.ActionRequired.class);
  }

  @Test
  void a_webhook_that_never_came_is_caught_up_from_the_banks_own_list() {
    bank.webhook(URI.create("http://127.0.0.1:1/"));
    var order = pay(1000);
    assertThat(room.find(order)).isInstanceOf(Payment.ActionRequired.class);
    assertThat(room.catchUp.tick()).isEqualTo(1);
    assertThat(room.inbox.tick()).isEqualTo(1);
    assertThat(room.find(order)).isInstanceOf(Payment.Captured.class);
  }

  @Test
  void a_decline_is_told() {
    var order = pay(1005);
    until(() -> room.find(order) instanceof Payment.Declined, false);
    assertThat(balance()).isZero();
  }

  @Test
  void refunds_end_as_the_bank_says_and_are_issued_once() {
    var order = pay(9000);
    until(() -> room.find(order) instanceof Payment.Captured, false);
    var good = room.refunds.start(refund(order, 1000), "p");
    assertThat(good).isInstanceOf(Refund.Completed.class);
    var waits = room.refunds.start(refund(order, 1013), "p");
    var lost = room.refunds.start(refund(order, 1012), "p");
    assertThat(lost).isInstanceOf(Refund.Unknown.class);
    var fails = room.refunds.start(refund(order, 1011), "p");
    until(
        () -> now(waits) instanceof Refund.Completed && now(lost) instanceof Refund.Completed,
        true);
    until(() -> now(fails) instanceof Refund.Failed f && f.afterCompletion(), true);
    assertThat(balance()).isEqualTo(9000 - 1000 - 1013 - 1012);
    assertThat(room.refunds.remaining(order.tenant(), order.id()).units())
        .isEqualTo(9000 - 1000 - 1013 - 1012);
  }

  @Test
  void a_dispute_appears_by_itself_and_bars_refunds_until_it_is_won() {
    var order = pay(1006);
    until(() -> !room.disputes.list(Tenant.HOUSE, 10).isEmpty(), false);
    var dispute = room.disputes.list(Tenant.HOUSE, 10).getFirst();
    assertThat(dispute).isInstanceOf(Dispute.Opened.class);
    assertThat(room.refunds.start(refund(order, 100), "p"))
        .isInstanceOfSatisfying(
            Refund.Failed.class, f -> assertThat(f.code()).isEqualTo("payment_disputed"));
    var id = dispute.about().id();
    room.disputes.contest(Tenant.HOUSE, id, Map.of("usage", "receipts"), "oscar");
    assertThat(room.disputes.find(Tenant.HOUSE, id)).containsInstanceOf(Dispute.Contested.class);
    post(
        bank.url().resolve("/outside/dispute/" + dispute.about().dispute() + "/decide"),
        "{\"won\":true}");
    until(() -> room.disputes.find(Tenant.HOUSE, id).orElseThrow() instanceof Dispute.Won, false);
    assertThat(room.refunds.start(refund(order, 100), "p")).isInstanceOf(Refund.Completed.class);
  }

  private Payment.Order pay(long cents) {
    var order = order(cents);
    var started = (Payment.ActionRequired) room.payments.start(order);
    post(started.action().url(), "");
    return order;
  }

  private Refund now(Refund refund) {
    return room.refunds.find(refund.order().tenant(), refund.order().id()).orElseThrow();
  }

  /// Lets the inbox, and if wanted the janitor, go round until it is so.
  private void until(Supplier<Boolean> condition, boolean janitor) {
    var deadline = Instant.now().plusSeconds(20);
    while (!condition.get()) {
      assertThat(Instant.now()).as("waited long enough").isBefore(deadline);
      room.inbox.tick();
      if (janitor) {
        room.janitor.tick();
      }
    }
  }

  private long balance() {
    var store = store();
    int at = store.indexOf("\"balance\":[{");
    if (at < 0) {
      return 0;
    }
    var digits = store.substring(store.indexOf("\"units\":", at) + 8);
    return Long.parseLong(digits.replaceFirst("[^0-9-].*", ""));
  }

  private String store() {
    return send(HttpRequest.newBuilder(bank.url().resolve("/outside/store")).build());
  }

  private static void post(URI url, String body) {
    send(HttpRequest.newBuilder(url).POST(BodyPublishers.ofString(body)).build());
  }

  /// What was answered; nothing, where the bank lost its answer.
  private static String send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
