package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.treasury.Grant;
import tally.treasury.GrantListener.Fact;
import tally.treasury.Outcomes;
import tally.treasury.port.Grants.State;

/// A grant is given, frozen and thawed.
class GrantsTest extends GrantsWorld {

  @Test
  void giving_writes_grant_and_transaction_and_the_same_again_changes_nothing() {
    var grant = submitted();
    var order = grant.order();
    assertThat(grant).isInstanceOf(Grant.Submitted.class);
    assertThat(order.maturesAt()).isEqualTo(now.plus(Duration.ofDays(180)));
    assertThat(only(grant).intent())
        .isEqualTo(new Intent.Grant(ANNS, order.payment(), BigInteger.TEN, order.maturesAt()));
    assertThat(only(grant).sender()).isEqualTo(new KeyRef(Tenant.HOUSE, Holder.HOUSE, "fake"));

    assertThat(grants.give(order.id(), Tenant.HOUSE, ANN, order.lot(), "fake", TEN))
        .isEqualTo(grant);
    assertThat(journal).hasSize(1);
    assertThat(grants.ofLot(Tenant.HOUSE, order.lot())).containsExactly(grant);
    assertThatThrownBy(() ->
            grants.give(
                order.id(), Tenant.HOUSE, ANN, order.lot(), "fake", Amount.of(StubVault.TUSD, 11)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("id_reused");
  }

  @Test
  void a_final_grant_is_told_once_however_often_it_is_heard() {
    var grant = submitted();
    land(only(grant), 1, true, "");
    land(only(grant), 1, true, "");
    assertThat(outcomes.tick()).isEqualTo(1);
    land(only(grant), 1, true, "");
    assertThat(outcomes.tick()).isZero();
    assertThat(facts)
        .containsExactly(new Fact.GrantMoved(new Grant.Granted(grant.order(), BigInteger.ZERO)));
    assertThat(found(grant)).isEqualTo(new Grant.Granted(grant.order(), BigInteger.ZERO));
  }

  @Test
  void a_reverted_or_dropped_grant_failed_unless_the_vault_has_it() {
    var reverted = submitted();
    land(only(reverted), 1, false, "Short");
    var dropped = submitted();
    outcomes.heard(new Transaction.Dropped(only(dropped), "policy_refused", ""));
    var there = submitted();
    vault.shows(there.order().payment(), State.GRANTED, now);
    land(only(there), 1, false, "AlreadyDone");
    assertThat(outcomes.tick()).isEqualTo(3);
    assertThat(found(reverted)).isEqualTo(new Grant.Failed(reverted.order(), "Short"));
    assertThat(found(dropped)).isEqualTo(new Grant.Failed(dropped.order(), "policy_refused"));
    assertThat(found(there)).isInstanceOf(Grant.Granted.class);
    assertThat(facts).hasSize(3);
  }

  @Test
  void a_freeze_tells_since_when_and_on_a_matured_grant_that_it_is_matured() {
    var grant = granted();
    freeze(grant);
    vault.shows(grant.order().payment(), State.FROZEN, now.plusSeconds(5));
    land(only(grant), 2, true, "");
    outcomes.tick();
    assertThat(facts)
        .containsExactly(
            new Fact.GrantMoved(
                new Grant.Frozen(grant.order(), BigInteger.ZERO, now.plusSeconds(5))));

    var old = granted();
    freeze(old);
    vault.shows(old.order().payment(), State.MATURED, now);
    land(only(old), 3, false, "OutOfTurn");
    outcomes.tick();
    assertThat(facts)
        .containsExactly(new Fact.GrantMoved(new Grant.Matured(old.order(), BigInteger.ZERO)));
  }

  @Test
  void a_second_freeze_waits_for_the_first_so_that_it_cannot_undo_a_thaw() {
    var grant = granted();
    freeze(grant);
    freeze(grant);
    assertThat(journal).hasSize(1);
    vault.shows(grant.order().payment(), State.GRANTED, now);
    land(only(grant), 2, false, "OutOfTurn");
    outcomes.tick();
    freeze(grant);
    assertThat(journal).as("the first came to nothing").hasSize(2);
  }

  @Test
  void a_freeze_that_did_nothing_is_told_whatever_became_of_its_transaction() {
    var reverted = granted();
    var dropped = granted();
    var other = granted();
    land(journal.get(freeze(reverted)), 2, false, "NotYours");
    outcomes.heard(new Transaction.Dropped(journal.get(freeze(dropped)), "would_revert", ""));
    var overtaken = freeze(other);
    vault.shows(other.order().payment(), State.FROZEN, now);
    land(journal.get(overtaken), 2, false, "OutOfTurn");
    outcomes.tick();
    assertThat(facts)
        .containsExactlyInAnyOrder(
            new Fact.FreezeFailed(reverted, "NotYours"),
            new Fact.FreezeFailed(dropped, "would_revert"),
            new Fact.GrantMoved(new Grant.Frozen(other.order(), BigInteger.ZERO, now)));
  }

  @Test
  void a_thaw_waits_for_the_freeze_that_is_on_its_way_and_then_undoes_it() {
    var grant = granted();
    var freeze = freeze(grant);
    assertThat(grants.held(Tenant.HOUSE, grant.order().id())).isTrue();
    var thaw = thaw(grant);
    outcomes.tick();
    assertThat(journal).as("there is nothing to give back yet").doesNotContainKey(thaw);

    vault.shows(grant.order().payment(), State.FROZEN, now);
    land(journal.get(freeze), 2, true, "");
    now = now.plus(Outcomes.Settings.DEFAULT.lease());
    outcomes.tick();
    now = now.plus(Outcomes.Settings.DEFAULT.lease());
    outcomes.tick();
    assertThat(journal.get(thaw).intent())
        .isEqualTo(new Intent.Thaw(ANNS, grant.order().payment()));
    vault.shows(grant.order().payment(), State.GRANTED, now);
    land(journal.get(thaw), 3, true, "");
    outcomes.tick();
    assertThat(facts).last().isEqualTo(new Fact.GrantMoved(grant));
    assertThat(grants.held(Tenant.HOUSE, grant.order().id())).isFalse();
  }

  @Test
  void a_thaw_that_waited_for_a_freeze_that_did_nothing_sends_nothing_and_is_told() {
    var grant = granted();
    var freeze = freeze(grant);
    var thaw = thaw(grant);
    land(journal.get(freeze), 2, false, "NotYours");
    for (int round = 0; round < 2; round++) {
      outcomes.tick();
      now = now.plus(Outcomes.Settings.DEFAULT.lease());
    }
    assertThat(journal).doesNotContainKey(thaw);
    assertThat(facts).last().isEqualTo(new Fact.GrantMoved(grant));
  }
}
