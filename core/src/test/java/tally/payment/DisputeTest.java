package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.payment.port.Gateway.DisputeStatus.*;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.Json;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;
import tally.payment.port.Gateway.DisputeSnapshot;
import tally.payment.port.Gateway.DisputeStatus;

class DisputeTest {

  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
  private static final Amount TEN = Amount.of(Asset.of("USD/2"), 1000);
  private static final Amount FEE = Amount.of(Asset.of("USD/2"), 1500);
  private static final Dispute.Case CASE =
      new Dispute.Case(
          Dispute.Id.of("card", "d"),
          Tenant.HOUSE,
          new PaymentId(new UUID(3, 4)),
          "card",
          "d",
          TEN,
          FEE,
          true,
          "fraudulent",
          Optional.of(T.plusSeconds(60)),
          T);

  private static final Map<DisputeStatus, Set<DisputeStatus>> MOVES =
      Map.of(
          WARNED, EnumSet.of(INQUIRY, OPENED, CONTESTED, WON, LOST, ACCEPTED, PREVENTED, CLOSED),
          INQUIRY, EnumSet.of(OPENED, CONTESTED, WON, LOST, ACCEPTED, PREVENTED, CLOSED),
          OPENED, EnumSet.of(CONTESTED, WON, LOST, ACCEPTED, PREVENTED, CLOSED),
          CONTESTED, EnumSet.of(WON, LOST, ACCEPTED, PREVENTED, CLOSED),
          WON, EnumSet.of(OPENED, CONTESTED, LOST, ACCEPTED),
          LOST, EnumSet.noneOf(DisputeStatus.class),
          ACCEPTED, EnumSet.noneOf(DisputeStatus.class),
          PREVENTED, EnumSet.noneOf(DisputeStatus.class),
          CLOSED, EnumSet.noneOf(DisputeStatus.class));

  @Test
  void every_state_answers_every_status_by_the_table() {
    for (var from : DisputeStatus.values()) {
      for (var to : DisputeStatus.values()) {
        var move = Dispute.as(from, CASE).on(snapshot(to, true, T.plusSeconds(1)));
        if (from == to) {
          assertThat(move).as(from + " on " + to).isInstanceOf(Move.Already.class);
        } else if (MOVES.get(from).contains(to)) {
          var next = ((Move.Moved<Dispute>) move).next();
          var wanted = Dispute.as(from == WON ? OPENED : to, CASE).getClass();
          assertThat(next).as(from + " on " + to).isInstanceOf(wanted);
        } else {
          assertThat(move).as(from + " on " + to).isInstanceOf(Move.OutOfTurn.class);
        }
      }
    }
  }

  @Test
  void what_was_won_and_is_lost_was_opened_again_in_between() {
    var lost = snapshot(LOST, true, T.plusSeconds(1));
    var opened = ((Move.Moved<Dispute>) new Dispute.Won(CASE).on(lost)).next();
    assertThat(opened).isInstanceOf(Dispute.Opened.class);
    assertThat(((Move.Moved<Dispute>) opened.on(lost)).next()).isInstanceOf(Dispute.Lost.class);
  }

  @Test
  void the_same_state_with_news_moves() {
    var move = new Dispute.Opened(CASE).on(snapshot(OPENED, false, T.plusSeconds(1)));
    assertThat(((Move.Moved<Dispute>) move).next().about().withdrawn()).isFalse();
  }

  @Test
  void an_older_snapshot_moves_nothing() {
    for (var from : DisputeStatus.values()) {
      for (var to : DisputeStatus.values()) {
        assertThat(Dispute.as(from, CASE).on(snapshot(to, true, T.minusSeconds(1))))
            .isInstanceOf(Move.OutOfTurn.class);
      }
    }
  }

  @Test
  void every_state_is_read_as_it_was_written() {
    for (var status : DisputeStatus.values()) {
      var state = Dispute.as(status, CASE);
      assertThat(Json.read(Dispute.class, Json.write(Dispute.class, state))).isEqualTo(state);
    }
  }

  private static DisputeSnapshot snapshot(DisputeStatus status, boolean withdrawn, Instant at) {
    return new DisputeSnapshot(
        "d", "o", status, TEN, FEE, withdrawn, "fraudulent", CASE.answerBy(), at);
  }
}
