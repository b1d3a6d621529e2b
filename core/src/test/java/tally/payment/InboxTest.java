package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.payment.PaymentRoom.order;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.payment.port.Gateway.About;
import tally.payment.port.Gateway.DisputeStatus;
import tally.payment.port.Gateway.ListedEvent;
import tally.payment.port.Gateway.Reference;
import tally.payment.port.Gateway.Status;

class InboxTest {

  private static final Map<String, String> PROVEN = Map.of("ok", "");
  private final StubGateway gateway = new StubGateway();
  private final PaymentRoom room = new PaymentRoom(gateway, PaymentSettings.normal());

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void one_event_a_hundred_times_at_once_has_one_effect() throws Exception {
    var order = started(Status.CAPTURED);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 100)
              .mapToObj(i ->
                  threads.submit(() -> {
                    var receipt = deliver("e1 PAYMENT o-" + order.id().value(), PROVEN);
                    room.inbox.tick();
                    return receipt;
                  }))
              .toList();
      for (var one : all) {
        assertThat(one.get()).isInstanceOf(Inbox.Receipt.Taken.class);
      }
    }
    assertThat(room.captures()).isEqualTo(1);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void a_delivery_wakes_who_follows_it_and_its_copy_wakes_nobody() throws Exception {
    var order = started(Status.CAPTURED);
    deliver("e1 PAYMENT o-" + order.id().value(), PROVEN);
    assertThat(room.inbox.bell().rest(Duration.ZERO)).isTrue();
    deliver("e1 PAYMENT o-" + order.id().value(), PROVEN);
    assertThat(room.inbox.bell().rest(Duration.ZERO)).isFalse();
  }

  @Test
  void more_deliveries_than_one_round_takes_are_all_followed() {
    var order = started(Status.CAPTURED);
    for (int i = 0; i < 20; i++) {
      deliver("e" + i + " PAYMENT o-" + order.id().value(), PROVEN);
    }
    int followed = 0;
    for (int now = room.inbox.tick(); now > 0; now = room.inbox.tick()) {
      assertThat(now).isLessThan(20);
      followed += now;
    }
    assertThat(followed).isEqualTo(20);
  }

  @Test
  void a_look_that_takes_long_goes_on_without_its_round_and_holds_up_no_other() throws Exception {
    var slow = started(Status.CAPTURED);
    var quick = started(Status.CAPTURED);
    var told = new CountDownLatch(1);
    gateway.slow.put("o-" + slow.id().value(), told);
    var inbox = room.patient.apply(Duration.ofMillis(50));
    deliver("e1 PAYMENT o-" + slow.id().value(), PROVEN);
    inbox.tick();
    assertThat(done()).isEmpty();
    deliver("e2 PAYMENT o-" + quick.id().value(), PROVEN);
    for (int round = 0; round < 100 && !done().contains("e2"); round++) {
      inbox.tick();
    }
    assertThat(done()).containsExactly("e2");
    told.countDown();
    assertThat(inbox.bell().rest(Duration.ofSeconds(30))).as("it rings when it has ended").isTrue();
    assertThat(done()).containsExactlyInAnyOrder("e1", "e2");
    assertThat(room.find(slow)).isInstanceOf(Payment.Captured.class);
  }

  @Test
  void a_gateway_for_which_many_looks_go_on_is_left_alone_until_they_end() throws Exception {
    var slow = started(Status.CAPTURED);
    var told = new CountDownLatch(1);
    gateway.slow.put("o-" + slow.id().value(), told);
    var inbox = room.patient.apply(Duration.ZERO);
    for (int i = 0; i < 40; i++) {
      deliver("e" + i + " PAYMENT o-" + slow.id().value(), PROVEN);
    }
    assertThat(inbox.tick()).as("a full round goes on").isEqualTo(16);
    assertThat(inbox.tick()).as("no more is taken").isZero();
    told.countDown();
    for (int rings = 0; rings < 1000 && done().size() < 40; rings++) {
      inbox.bell().rest(Duration.ofMillis(20));
      inbox.tick();
    }
    assertThat(done()).hasSize(40);
    assertThat(room.captures()).isEqualTo(1);
  }

  private List<String> done() {
    return room.database
        .jdbc()
        .sql("select event from payment.webhook where state = 'Done'")
        .query(String.class)
        .list();
  }

  @Test
  void an_unproven_delivery_is_a_hint_that_leads_to_a_look_and_to_nothing_else() {
    var order = started(Status.CAPTURED);
    assertThat(deliver("e1 PAYMENT o-" + order.id().value(), Map.of()))
        .isInstanceOf(Inbox.Receipt.Unproven.class);
    assertThat(deliver("e2 PAYMENT nobody", Map.of())).isInstanceOf(Inbox.Receipt.Unproven.class);
    assertThat(room.find(order)).isInstanceOf(Payment.ActionRequired.class);
    assertThat(room.inbox.tick()).isEqualTo(2);
    assertThat(room.find(order)).isInstanceOf(Payment.Captured.class);
    room.pass(Duration.ofDays(2));
    assertThat(room.inbox.tick()).isZero();
    assertThat(room.codes()).containsExactly("webhook_unproven");
  }

  @Test
  void refused_deliveries_are_a_humans_matter_until_one_is_proven_again() {
    var order = started(Status.CAPTURED);
    deliver("e1 PAYMENT o-" + order.id().value(), Map.of());
    deliver("e2 PAYMENT o-" + order.id().value(), Map.of());
    assertThat(room.codes()).containsExactly("webhook_unproven");
    assertThat(deliver("e3 PAYMENT o-" + order.id().value(), PROVEN))
        .isInstanceOf(Inbox.Receipt.Taken.class);
    assertThat(room.codes()).isEmpty();
  }

  @Test
  void hints_are_kept_up_to_a_bound_only() {
    var few =
        new PaymentSettings(
            List.of(Duration.ofSeconds(1)),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            100,
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            3);
    try (var small = new PaymentRoom(gateway, few)) {
      for (int i = 0; i < 10; i++) {
        small.inbox.receive(
            "card", ("h" + i + " PAYMENT x").getBytes(StandardCharsets.UTF_8), Map.of());
      }
      assertThat(
              small
                  .database
                  .jdbc()
                  .sql("select count(*) from payment.webhook")
                  .query(Integer.class)
                  .single())
          .isEqualTo(3);
    }
  }

  @Test
  void an_object_that_nobody_knows_is_kept_and_tried_again_and_after_a_day_a_human_hears() {
    assertThat(deliver("e1 PAYMENT stranger", PROVEN)).isInstanceOf(Inbox.Receipt.Taken.class);
    assertThat(room.inbox.tick()).isZero();
    assertThat(room.inbox.tick()).isZero();
    room.pass(Duration.ofHours(23));
    assertThat(room.inbox.tick()).isZero();
    assertThat(room.codes()).isEmpty();
    room.pass(Duration.ofHours(30));
    assertThat(room.inbox.tick()).isEqualTo(1);
    assertThat(room.codes()).containsExactly("stranger");
  }

  @Test
  void an_event_that_came_too_early_is_followed_once_its_object_is_known() {
    var order = order(1000);
    deliver("e1 PAYMENT o-" + order.id().value(), PROVEN);
    assertThat(room.inbox.tick()).isZero();
    room.payments.start(order);
    gateway.says(order, Status.CAPTURED);
    room.pass(Duration.ofMinutes(2));
    assertThat(room.inbox.tick()).isEqualTo(1);
    assertThat(room.find(order)).isInstanceOf(Payment.Captured.class);
  }

  @Test
  void success_before_processing_and_a_dispute_before_its_payment_end_right() {
    var order = started(Status.CAPTURED);
    gateway.says("d1", order, DisputeStatus.LOST, order.amount());
    deliver("e3 DISPUTE d1", PROVEN);
    deliver("e2 PAYMENT o-" + order.id().value(), PROVEN);
    deliver("e1 PAYMENT o-" + order.id().value(), PROVEN);
    assertThat(room.inbox.tick()).isEqualTo(3);
    assertThat(
            room.facts.stream()
                .map(f ->
                    switch (f) {
                      case PaymentListener.Fact.PaymentMoved(var p) -> p.getClass().getSimpleName();
                      case PaymentListener.Fact.RefundMoved(var r) -> r.getClass().getSimpleName();
                      case PaymentListener.Fact.DisputeMoved(var d) -> d.getClass().getSimpleName();
                    }))
        .containsExactly("ActionRequired", "Captured", "Lost");
  }

  @Test
  void a_gateway_out_of_reach_only_delays_also_what_has_ended() {
    var order = started(Status.CAPTURED);
    room.look(order);
    gateway.says(order, Status.RETURNED);
    deliver("e1 PAYMENT o-" + order.id().value(), PROVEN);
    gateway.failure = Optional.of(new IllegalStateException("down"));
    assertThat(room.inbox.tick()).isZero();
    assertThat(room.find(order)).isInstanceOf(Payment.Captured.class);
    gateway.failure = Optional.empty();
    room.pass(Duration.ofMinutes(1));
    assertThat(room.inbox.tick()).isEqualTo(1);
    assertThat(room.find(order)).isInstanceOf(Payment.Returned.class);
  }

  @Test
  void webhooks_that_never_came_are_caught_up_once() {
    var order = started(Status.CAPTURED);
    var object = "o-" + order.id().value();
    deliver("e1 PAYMENT " + object, PROVEN);
    var about = List.of(new Reference(About.PAYMENT, object));
    gateway.listed =
        List.of(
            new ListedEvent("e1", Instant.EPOCH, about),
            new ListedEvent("e2", Instant.EPOCH, about));
    assertThat(room.catchUp.tick()).isEqualTo(1);
    assertThat(room.catchUp.tick()).isZero();
    room.pass(Duration.ofMinutes(2));
    assertThat(room.catchUp.tick()).isZero();
    assertThat(room.inbox.tick()).isEqualTo(2);
    assertThat(room.captures()).isEqualTo(1);
  }

  @Test
  void an_unknown_gateway_is_told_so() {
    assertThat(room.inbox.receive("none", new byte[0], Map.of()))
        .isInstanceOf(Inbox.Receipt.NoSuchGateway.class);
  }

  private Payment.Order started(Status status) {
    var order = order(1000);
    room.payments.start(order);
    gateway.says(order, status);
    return order;
  }

  private Inbox.Receipt deliver(String body, Map<String, String> headers) {
    return room.inbox.receive("card", body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private int rows() {
    return room.database
        .jdbc()
        .sql("select count(*) from payment.webhook")
        .query(Integer.class)
        .single();
  }
}
