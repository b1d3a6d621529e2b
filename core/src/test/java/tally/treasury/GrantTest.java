package tally.treasury;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.treasury.Grant.Answer;
import tally.treasury.Grant.Notice;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;

class GrantTest {

  private static final Instant SINCE = Instant.parse("2026-11-01T12:00:00Z");
  private static final BigInteger FOUR = BigInteger.valueOf(4);
  private static final Grant.Order ORDER =
      new Grant.Order(
          new Grant.Id(new UUID(1, 1)),
          Tenant.HOUSE,
          new Holder("party:ann"),
          Address.ZERO,
          new UUID(1, 2),
          "fake",
          Amount.of(Asset.of("TUSD/6"), 10),
          Bytes32.ZERO,
          SINCE);
  private static final Grant.Submitted SUBMITTED = new Grant.Submitted(ORDER);
  private static final List<Grant> ALL =
      List.of(
          SUBMITTED,
          new Grant.Granted(ORDER, FOUR),
          new Grant.Frozen(ORDER, FOUR, SINCE),
          new Grant.Appealed(ORDER, FOUR, SINCE),
          new Grant.Reclaimed(ORDER, FOUR),
          new Grant.Matured(ORDER, FOUR),
          new Grant.Failed(ORDER, "Short"));

  @Test
  void only_a_submitted_grant_is_given_or_fails() {
    assertThat(SUBMITTED.on(new Notice.Given())).isEqualTo(new Answer.Moved(SUBMITTED.granted()));
    assertThat(SUBMITTED.on(new Notice.NotGiven("Short")))
        .isEqualTo(new Answer.Moved(new Grant.Failed(ORDER, "Short")));
    for (var grant : ALL.subList(1, ALL.size())) {
      assertThat(grant.on(new Notice.Given())).isEqualTo(new Answer.Already(grant));
      assertThat(grant.on(new Notice.NotGiven("Short"))).isEqualTo(new Answer.Already(grant));
    }
  }

  @Test
  void an_open_grant_becomes_what_the_vault_shows_and_a_final_one_stays() {
    for (var grant : ALL) {
      for (var state : State.values()) {
        var answer = grant.on(new Notice.Seen(state, SINCE));
        switch (grant) {
          case Grant.Reclaimed _, Grant.Matured _, Grant.Failed _ ->
              assertThat(answer.grant()).isEqualTo(grant);
          case Grant.Submitted _, Grant.Granted _, Grant.Frozen _, Grant.Appealed _ -> {
            assertThat(answer.grant().getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT))
                .isEqualTo(state.name());
            assertThat(answer.grant().reclaimed()).isEqualTo(grant.reclaimed());
            assertThat(answer instanceof Answer.Already).isEqualTo(answer.grant().equals(grant));
          }
        }
      }
    }
  }

  @Test
  void what_is_taken_back_adds_up_in_every_state_but_failed() {
    for (var grant : ALL) {
      var answer = grant.on(new Notice.TakenBack(BigInteger.TWO, State.RECLAIMED, SINCE));
      if (grant instanceof Grant.Failed) {
        assertThat(answer).isEqualTo(new Answer.OutOfTurn(grant));
      } else {
        assertThat(answer.grant().reclaimed()).isEqualTo(grant.reclaimed().add(BigInteger.TWO));
      }
    }
  }
}
