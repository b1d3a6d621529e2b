package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.payment.port.Gateway.RefundStatus.*;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.Json;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;
import tally.payment.port.Gateway.RefundSnapshot;
import tally.payment.port.Gateway.RefundStatus;

class RefundTest {

  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
  private static final Amount TEN = Amount.of(Asset.of("USD/2"), 1000);
  private static final Refund.Order ORDER =
      new Refund.Order(
          new Refund.Id(new UUID(1, 2)),
          Tenant.HOUSE,
          new PaymentId(new UUID(3, 4)),
          TEN,
          "unused");
  private static final List<Refund> STATES =
      List.of(
          new Refund.Requested(ORDER),
          new Refund.Approved(ORDER, "policy"),
          new Refund.Sent(ORDER, "r", T),
          new Refund.Completed(ORDER, "r", T),
          new Refund.Failed(ORDER, Optional.of("r"), "refund_failed", "card gone", false, T),
          new Refund.Unknown(ORDER, "time-out", T));

  private static final Map<String, String> TABLE =
      Map.of(
          "Requested", "Sent Completed Failed",
          "Approved", "Sent Completed Failed",
          "Unknown", "Sent Completed Failed",
          "Sent", "Already Completed Failed",
          "Completed", "OutOfTurn Already Failed",
          "Failed", "OutOfTurn OutOfTurn Already");

  @Test
  void every_state_answers_every_status_by_the_table() {
    for (var state : STATES) {
      var wanted = TABLE.get(state.getClass().getSimpleName()).split(" ");
      for (var status : RefundStatus.values()) {
        var said =
            switch (state.on(snapshot(status, T.plusSeconds(1)))) {
              case Move.Moved<Refund>(var next) -> next.getClass().getSimpleName();
              case Move.Already<Refund> _ -> "Already";
              case Move.OutOfTurn<Refund> _ -> "OutOfTurn";
            };
        assertThat(said).as(state + " on " + status).isEqualTo(wanted[status.ordinal()]);
      }
    }
  }

  @Test
  void only_a_refund_that_was_completed_fails_after_completion() {
    for (var state : STATES) {
      if (state.on(snapshot(FAILED, T)) instanceof Move.Moved<Refund>(Refund.Failed failed)) {
        assertThat(failed.afterCompletion()).isEqualTo(state instanceof Refund.Completed);
      }
    }
  }

  @Test
  void an_older_snapshot_takes_nothing_back() {
    assertThat(new Refund.Completed(ORDER, "r", T).on(snapshot(FAILED, T.minusSeconds(1))))
        .isInstanceOf(Move.OutOfTurn.class);
    assertThat(new Refund.Sent(ORDER, "r", T).on(snapshot(COMPLETED, T.minusSeconds(1))))
        .isInstanceOf(Move.OutOfTurn.class);
  }

  @Test
  void every_state_is_read_as_it_was_written() {
    for (var state : STATES) {
      assertThat(Json.read(Refund.class, Json.write(Refund.class, state))).isEqualTo(state);
    }
  }

  private static RefundSnapshot snapshot(RefundStatus status, Instant at) {
    return new RefundSnapshot("r", "o", ORDER.id().value().toString(), status, TEN, "", at);
  }
}
