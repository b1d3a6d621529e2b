package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.payment.PaymentRoom.order;
import static tally.payment.PaymentRoom.refund;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.money.Tenant;
import tally.payment.port.Gateway;
import tally.payment.port.Gateway.RefundStatus;
import tally.payment.port.Gateway.Status;

class JanitorTest {

  private final StubGateway gateway = new StubGateway();
  private final PaymentRoom room = new PaymentRoom(gateway, PaymentSettings.normal());

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void it_looks_by_schedule_and_not_before() {
    var order = order(1000);
    room.payments.start(order);
    gateway.says(order, Status.PENDING);
    for (var pause : PaymentSettings.normal().looks().subList(0, 1)) {
      room.pass(pause.minusSeconds(1));
      assertThat(room.janitor.tick()).isZero();
      room.pass(Duration.ofSeconds(1));
      assertThat(room.janitor.tick()).isEqualTo(1);
    }
    assertThat(room.find(order)).isInstanceOf(Payment.Pending.class);
    for (var pause : PaymentSettings.normal().looks()) {
      room.pass(pause.minusSeconds(1));
      assertThat(room.janitor.tick()).isZero();
      room.pass(Duration.ofSeconds(1));
      assertThat(room.janitor.tick()).isEqualTo(1);
    }
  }

  @Test
  void an_unknown_payment_is_credited_once_when_the_gateway_finds_it() {
    var order = order(1000);
    gateway.failure = Optional.of(new IllegalStateException("time-out"));
    room.payments.start(order);
    gateway.failure = Optional.empty();
    gateway.definitive = false;
    room.pass(Duration.ofSeconds(15));
    room.janitor.tick();
    assertThat(room.find(order)).isInstanceOf(Payment.Unknown.class);
    gateway.says(order, Status.CAPTURED);
    room.pass(Duration.ofMinutes(1));
    room.janitor.tick();
    room.pass(Duration.ofDays(1));
    assertThat(room.janitor.tick()).isZero();
    assertThat(room.captures()).isEqualTo(1);
  }

  @Test
  void age_alone_ends_nothing_and_after_the_horizon_a_human_hears() {
    var order = order(1000);
    gateway.failure = Optional.of(new IllegalStateException("time-out"));
    room.payments.start(order);
    gateway.failure = Optional.empty();
    gateway.definitive = false;
    for (int day = 0; day < 9; day++) {
      room.pass(Duration.ofDays(1));
      room.janitor.tick();
    }
    assertThat(room.find(order)).isInstanceOf(Payment.Unknown.class);
    assertThat(room.codes()).containsExactly("horizon_passed", "outcome_unknown");
    assertThat(room.janitor.tick()).isZero();
    gateway.says(order, Status.CAPTURED);
    room.look(order);
    assertThat(room.codes()).isEmpty();
  }

  @Test
  void who_moves_on_after_the_horizon_is_nobodys_matter_any_more() {
    var order = order(1000);
    room.payments.start(order);
    gateway.says(order, Status.PENDING);
    room.look(order);
    for (int day = 0; day < 9; day++) {
      room.pass(Duration.ofDays(1));
      room.janitor.tick();
    }
    assertThat(room.codes()).containsExactly("horizon_passed");
    gateway.says(order, Status.AUTHORIZED);
    room.look(order);
    assertThat(room.codes()).isEmpty();
    gateway.says(order, Status.CAPTURED);
    room.look(order);
    assertThat(room.find(order)).isInstanceOf(Payment.Captured.class);
    assertThat(room.codes()).isEmpty();
  }

  @Test
  void what_is_not_known_is_looked_at_daily_after_the_horizon_and_what_is_pending_is_not() {
    var unknown = order(1000);
    gateway.failure = Optional.of(new IllegalStateException("time-out"));
    room.payments.start(unknown);
    gateway.failure = Optional.empty();
    gateway.definitive = false;
    var pending = order(2000);
    room.payments.start(pending);
    gateway.says(pending, Status.PENDING);
    room.look(pending);
    for (int day = 0; day < 9; day++) {
      room.pass(Duration.ofDays(1));
      room.janitor.tick();
    }
    assertThat(room.codes()).containsOnly("horizon_passed", "outcome_unknown");
    room.pass(Duration.ofHours(23));
    assertThat(room.janitor.tick()).isZero();
    gateway.says(unknown, Status.CAPTURED);
    room.pass(Duration.ofHours(1));
    assertThat(room.janitor.tick()).isEqualTo(1);
    assertThat(room.find(unknown)).isInstanceOf(Payment.Captured.class);
  }

  @Test
  void an_outcome_that_is_not_known_within_an_hour_is_a_humans_matter_until_it_is_known() {
    var order = order(1000);
    gateway.failure = Optional.of(new IllegalStateException("time-out"));
    room.payments.start(order);
    gateway.failure = Optional.empty();
    gateway.definitive = false;
    room.pass(Duration.ofMinutes(59));
    room.janitor.tick();
    assertThat(room.codes()).isEmpty();
    room.pass(Duration.ofHours(1));
    room.janitor.tick();
    assertThat(room.codes()).containsExactly("outcome_unknown");
    gateway.says(order, Status.CAPTURED);
    room.pass(Duration.ofDays(1));
    room.janitor.tick();
    assertThat(room.codes()).isEmpty();
  }

  @Test
  void an_alarm_is_closed_once_and_with_a_note_and_what_comes_again_is_a_new_one() {
    var order = order(1000);
    gateway.failure = Optional.of(new IllegalStateException("time-out"));
    room.payments.start(order);
    room.pass(Duration.ofHours(2));
    room.janitor.tick();
    var id = room.alarms.list(Tenant.HOUSE, true, 10).getFirst().id();
    assertThat(closing(id, " ")).isEqualTo("note_malformed");
    assertThat(closing(UUID.randomUUID(), "The bank was asked.")).isEqualTo("alarm_unknown");
    assertThat(room.alarms.close(Tenant.HOUSE, id, "oscar", "The bank was asked."))
        .isInstanceOf(Alarms.Closing.Done.class);
    assertThat(closing(id, "Once more.")).isEqualTo("alarm_closed");
    assertThat(room.codes()).isEmpty();
    assertThat(room.alarms.list(Tenant.HOUSE, false, 10))
        .singleElement()
        .satisfies(kept -> assertThat(kept.closedBy()).isEqualTo("oscar"))
        .satisfies(kept -> assertThat(kept.note()).isEqualTo("The bank was asked."));
    room.pass(Duration.ofDays(1));
    room.janitor.tick();
    assertThat(room.codes()).containsExactly("outcome_unknown");
  }

  private String closing(UUID id, String note) {
    return ((Alarms.Closing.Refused) room.alarms.close(Tenant.HOUSE, id, "oscar", note)).code();
  }

  @Test
  void a_sure_no_ends_it_only_after_the_keys_life() {
    var order = order(1000);
    gateway.failure = Optional.of(new IllegalStateException("time-out"));
    room.payments.start(order);
    gateway.failure = Optional.empty();
    room.pass(Duration.ofHours(23));
    room.janitor.tick();
    assertThat(room.find(order)).isInstanceOf(Payment.Unknown.class);
    room.pass(Duration.ofHours(2));
    room.janitor.tick();
    assertThat(room.find(order)).isInstanceOf(Payment.Expired.class);
  }

  @Test
  void a_refund_that_never_left_is_sent_and_a_pending_one_followed() {
    var order = order(1000);
    room.payments.start(order);
    gateway.says(order, Status.CAPTURED);
    room.look(order);
    var back = refund(order, 1000);
    gateway.failure = Optional.of(new Gateway.NotSent("no route"));
    assertThat(room.refunds.start(back, "policy")).isInstanceOf(Refund.Approved.class);
    gateway.failure = Optional.empty();
    gateway.refundStatus = RefundStatus.PENDING;
    room.pass(Duration.ofSeconds(15));
    room.janitor.tick();
    assertThat(room.refunds.find(back.tenant(), back.id()).orElseThrow())
        .isInstanceOf(Refund.Sent.class);
    gateway.refund(back.id(), RefundStatus.COMPLETED);
    room.pass(Duration.ofSeconds(15));
    room.janitor.tick();
    assertThat(room.refunds.find(back.tenant(), back.id()).orElseThrow())
        .isInstanceOf(Refund.Completed.class);
  }
}
