package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.payment.port.Gateway.Status.*;

import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.Json;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.port.Gateway.Action;
import tally.payment.port.Gateway.Decline;
import tally.payment.port.Gateway.DeclineKind;
import tally.payment.port.Gateway.Snapshot;
import tally.payment.port.Gateway.Status;

class PaymentTest {

  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
  private static final Amount TEN = Amount.of(Asset.of("USD/2"), 1000);
  private static final Payment.Order ORDER =
      new Payment.Order(
          new PaymentId(UUID.fromString("00000000-0000-4000-8000-000000000001")),
          Tenant.HOUSE,
          new Holder("party:1"),
          "card",
          TEN,
          URI.create("http://127.0.0.1/back"),
          "Top-up");
  private static final Action ACTION =
      new Action(URI.create("http://127.0.0.1/pay"), T.plusSeconds(60));
  private static final Decline DECLINE = new Decline(DeclineKind.HARD, "no");

  private static final List<Payment> STATES =
      List.of(
          new Payment.Requested(ORDER),
          new Payment.ActionRequired(ORDER, "o", ACTION, T),
          new Payment.Pending(ORDER, "o", "pending", T),
          new Payment.Authorized(ORDER, "o", TEN, T),
          new Payment.Captured(ORDER, "o", TEN, Optional.empty(), "card", false, true, T),
          new Payment.Returned(ORDER, "o", TEN, T),
          new Payment.Declined(ORDER, DECLINE, T),
          new Payment.Voided(ORDER, T),
          new Payment.Expired(ORDER, T),
          new Payment.Unknown(ORDER, Optional.of("o"), "time-out", T));

  private static final Set<Status> ALL = EnumSet.allOf(Status.class);

  /// To which statuses each state moves; to `Already` it answers for its own, and `OutOfTurn` for
  /// all others.
  private static final Map<String, Set<Status>> MOVES =
      Map.of(
          "Requested", ALL,
          "Unknown", ALL,
          "ActionRequired", EnumSet.complementOf(EnumSet.of(OPEN, ACTION_REQUIRED)),
          "Pending", EnumSet.complementOf(EnumSet.of(PENDING)),
          "Authorized", EnumSet.complementOf(EnumSet.of(OPEN, ACTION_REQUIRED, AUTHORIZED)),
          "Captured", EnumSet.of(RETURNED),
          "Returned", EnumSet.noneOf(Status.class),
          "Declined", EnumSet.noneOf(Status.class),
          "Voided", EnumSet.noneOf(Status.class),
          "Expired", EnumSet.noneOf(Status.class));

  private static final Map<String, Set<Status>> OWN =
      Map.of(
          "Requested", Set.of(),
          "Unknown", Set.of(),
          "ActionRequired", Set.of(OPEN, ACTION_REQUIRED),
          "Pending", Set.of(PENDING),
          "Authorized", Set.of(AUTHORIZED),
          "Captured", Set.of(CAPTURED),
          "Returned", Set.of(RETURNED),
          "Declined", Set.of(DECLINED),
          "Voided", Set.of(CANCELLED),
          "Expired", Set.of(EXPIRED));

  private static final Map<Status, Class<? extends Payment>> NAMES =
      Map.of(
          OPEN, Payment.ActionRequired.class,
          ACTION_REQUIRED, Payment.ActionRequired.class,
          PENDING, Payment.Pending.class,
          AUTHORIZED, Payment.Authorized.class,
          CAPTURED, Payment.Captured.class,
          DECLINED, Payment.Declined.class,
          CANCELLED, Payment.Voided.class,
          EXPIRED, Payment.Expired.class,
          RETURNED, Payment.Returned.class);

  @Test
  void every_state_answers_every_status_by_the_table() {
    for (var state : STATES) {
      var name = state.getClass().getSimpleName();
      for (var status : Status.values()) {
        var move = state.on(snapshot(status, T.plusSeconds(1)));
        if (MOVES.get(name).contains(status)) {
          assertThat(move).as(name + " on " + status).isInstanceOf(Move.Moved.class);
          assertThat(((Move.Moved<Payment>) move).next()).isInstanceOf(NAMES.get(status));
        } else if (OWN.get(name).contains(status)) {
          assertThat(move).as(name + " on " + status).isInstanceOf(Move.Already.class);
        } else {
          assertThat(move).as(name + " on " + status).isInstanceOf(Move.OutOfTurn.class);
        }
      }
    }
  }

  @Test
  void an_older_snapshot_moves_no_state_that_the_gateway_dated() {
    for (var state : STATES) {
      boolean dated =
          !(state instanceof Payment.Requested
              || state instanceof Payment.Unknown
              || state instanceof Payment.Expired);
      for (var status : Status.values()) {
        var move = state.on(snapshot(status, T.minusSeconds(1)));
        assertThat(!dated || move instanceof Move.OutOfTurn).as(state + " on " + status).isTrue();
      }
    }
  }

  @Test
  void
      what_is_missing_becomes_unknown_and_ends_only_when_the_gateway_is_sure_and_the_key_is_over() {
    for (var state : STATES) {
      var early = state.missing(true, false, T);
      var unsure = state.missing(false, true, T);
      var sure = state.missing(true, true, T);
      switch (state) {
        case Payment.Requested _, Payment.Unknown _ -> {
          assertThat(early).isInstanceOf(Move.Already.class);
          assertThat(unsure).isInstanceOf(Move.Already.class);
          assertThat(sure).isEqualTo(new Move.Moved<Payment>(new Payment.Expired(ORDER, T)));
        }
        case Payment.ActionRequired _, Payment.Pending _, Payment.Authorized _ -> {
          assertThat(((Move.Moved<Payment>) sure).next()).isInstanceOf(Payment.Unknown.class);
          assertThat(((Move.Moved<Payment>) early).next().named()).contains("o");
        }
        case Payment.Captured _,
            Payment.Returned _,
            Payment.Declined _,
            Payment.Voided _,
            Payment.Expired _ ->
            assertThat(sure).isInstanceOf(Move.OutOfTurn.class);
      }
    }
  }

  @Test
  void another_amount_currency_reference_or_a_part_captured_is_a_mismatch() {
    assertThat(ORDER.mismatch(snapshot(CAPTURED, T))).isEmpty();
    var less = Amount.of(Asset.of("USD/2"), 999);
    var euro = Amount.of(Asset.of("EUR/2"), 1000);
    var id = ORDER.id().value().toString();
    assertThat(ORDER.mismatch(snapshot(CAPTURED, id, less, less, T))).isPresent();
    assertThat(ORDER.mismatch(snapshot(CAPTURED, id, euro, euro, T))).isPresent();
    assertThat(ORDER.mismatch(snapshot(CAPTURED, id, TEN, less, T))).isPresent();
    assertThat(ORDER.mismatch(snapshot(CAPTURED, "another", TEN, TEN, T))).isPresent();
  }

  @Test
  void every_state_is_read_as_it_was_written() {
    for (var state : STATES) {
      assertThat(Json.read(Payment.class, Json.write(Payment.class, state))).isEqualTo(state);
    }
  }

  private static Snapshot snapshot(Status status, Instant at) {
    var captured = status == CAPTURED || status == RETURNED ? TEN : Amount.zero(TEN.asset());
    return snapshot(status, ORDER.id().value().toString(), TEN, captured, at);
  }

  private static Snapshot snapshot(
      Status status, String reference, Amount amount, Amount captured, Instant at) {
    return new Snapshot(
        "o",
        reference,
        status,
        amount,
        captured,
        Amount.zero(amount.asset()),
        Optional.empty(),
        "card",
        false,
        true,
        status == DECLINED ? Optional.of(DECLINE) : Optional.empty(),
        status == OPEN || status == ACTION_REQUIRED ? Optional.of(ACTION) : Optional.empty(),
        at);
  }
}
