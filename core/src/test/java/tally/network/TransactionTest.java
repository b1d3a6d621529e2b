package tally.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.Json;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Transaction.Attempt;
import tally.network.port.Chain.Receipt;
import tally.x402.Bytes32;

class TransactionTest {

  private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final Transaction.Order ORDER =
      new Transaction.Order(
          new TransactionId(ID),
          Tenant.HOUSE,
          "plain:1",
          new KeyRef(Tenant.HOUSE, Holder.HOUSE, "plain:1"),
          new Intent.Fund(BigInteger.TEN),
          new Approval.Flow("stocking", ID),
          "fund");
  private static final Attempt FIRST = attempt(0);
  private static final Attempt SECOND = attempt(1);
  private static final Receipt RECEIPT = new Receipt(FIRST.hash(), 7, Bytes32.ZERO, true, "");
  private static final Receipt ELSEWHERE = new Receipt(SECOND.hash(), 8, Bytes32.ZERO, true, "");

  private static final List<Transaction> STATES =
      List.of(
          new Transaction.Drafted(ORDER),
          new Transaction.Signed(ORDER, FIRST),
          new Transaction.Broadcast(ORDER, FIRST, 5),
          new Transaction.Included(ORDER, FIRST, RECEIPT),
          new Transaction.Final(ORDER, FIRST, RECEIPT),
          new Transaction.Replaced(ORDER, FIRST),
          new Transaction.Dropped(ORDER, "policy_refused", "No."));

  private static final List<Notice> NOTICES =
      List.of(
          new Notice.Signed(FIRST),
          new Notice.Refused("policy_refused", "No."),
          new Notice.Sent(5),
          new Notice.Bumped(SECOND, 9),
          new Notice.Included(FIRST, RECEIPT),
          new Notice.Included(SECOND, ELSEWHERE),
          new Notice.Uncovered(SECOND, 9),
          new Notice.Buried(RECEIPT),
          new Notice.Buried(ELSEWHERE),
          new Notice.Outrun());

  /// One line a state; the columns are `NOTICES`: the state that follows, `=` known already, `-`
  /// out of turn.
  private static final String TABLE =
      """
                 Signed  Refused  Sent       Bumped     Included  Included' Uncovered  Buried  Buried' Outrun
      Drafted    Signed  Dropped  -          -          -         -         -          -       -       -
      Signed     =       -        Broadcast  Signed     Included  Included  -          -       -       Replaced
      Broadcast  =       -        =          Broadcast  Included  Included  =          -       -       Replaced
      Included   =       -        =          -          =         Included  Broadcast  Final   -       -
      Final      =       -        =          -          =         -         -          =       =       -
      Replaced   =       -        =          -          -         -         -          -       -       =
      Dropped    -       =        -          -          -         -         -          -       -       -
      """;

  @Test
  void every_state_answers_every_notice_as_the_table_says() {
    var wanted = new ArrayList<String>();
    var found = new ArrayList<String>();
    for (var line : TABLE.lines().skip(1).toList()) {
      var words = line.trim().split(" +");
      var state = STATES.stream().filter(s -> name(s).equals(words[0])).findAny().orElseThrow();
      for (int column = 0; column < NOTICES.size(); column++) {
        var cell = words[0] + " on " + NOTICES.get(column) + ": ";
        wanted.add(cell + words[1 + column]);
        found.add(cell + answer(state, NOTICES.get(column)));
      }
    }
    assertThat(found).isEqualTo(wanted);
  }

  @Test
  void the_table_names_every_state_and_notice() {
    assertThat(STATES.stream().map(Object::getClass).toList())
        .containsExactlyInAnyOrder(Transaction.class.getPermittedSubclasses().clone())
        .hasSize(TABLE.lines().toList().size() - 1);
    var notices =
        Arrays.stream(Notice.class.getPermittedSubclasses())
            .filter(kind -> !kind.isInterface())
            .toList();
    assertThat(NOTICES.stream().map(Object::getClass).distinct().toList())
        .hasSameElementsAs(notices);
  }

  @Test
  void what_a_bump_signed_is_the_form_that_waits_from_then_on() {
    assertThat(new Transaction.Broadcast(ORDER, FIRST, 5).on(new Notice.Bumped(SECOND, 9)))
        .isEqualTo(new Notice.Answer.Moved(new Transaction.Broadcast(ORDER, SECOND, 9)));
  }

  @Test
  void after_a_reorganisation_the_newest_form_waits() {
    assertThat(new Transaction.Included(ORDER, FIRST, RECEIPT).on(new Notice.Uncovered(SECOND, 9)))
        .isEqualTo(new Notice.Answer.Moved(new Transaction.Broadcast(ORDER, SECOND, 9)));
  }

  @Test
  void every_state_is_read_back_as_it_was_written() {
    for (var state : STATES) {
      assertThat(Json.read(Transaction.class, Json.write(Transaction.class, state)))
          .isEqualTo(state);
    }
  }

  private static String answer(Transaction state, Notice notice) {
    return switch (state.on(notice)) {
      case Notice.Answer.Moved(var next) -> name(next);
      case Notice.Answer.Already _ -> "=";
      case Notice.Answer.OutOfTurn _ -> "-";
    };
  }

  private static String name(Transaction state) {
    return state.getClass().getSimpleName();
  }

  private static Attempt attempt(int bumps) {
    var hash = new Bytes32("0x" + ("0" + bumps).repeat(32));
    return new Attempt(BigInteger.TWO, bumps, new byte[] {1, (byte) bumps}, hash, Instant.EPOCH);
  }
}
