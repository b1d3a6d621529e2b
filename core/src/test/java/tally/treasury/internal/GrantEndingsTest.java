package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.custody.Approval;
import tally.custody.port.Intent;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.treasury.Grant;
import tally.treasury.GrantListener.Fact;
import tally.treasury.port.Grants.State;

/// A grant is surrendered, reclaimed, appealed for, or had back by its user.
class GrantEndingsTest extends GrantsWorld {

  @Test
  void with_consent_the_users_key_surrenders_and_the_exact_amount_is_told() {
    var grant = granted();
    var id = new TransactionId(UUID.randomUUID());
    grants.reclaim(Tenant.HOUSE, grant.order().id(), BigInteger.TWO, true, id);
    grants.reclaim(Tenant.HOUSE, grant.order().id(), BigInteger.TWO, true, id);
    assertThat(approvals)
        .containsExactly(new Approval.Standing(grant.order().id().value(), BigInteger.TEN));
    assertThat(journal.get(id).intent())
        .isEqualTo(
            new Intent.Reclaim(ANNS, grant.order().payment(), BigInteger.TWO, Optional.of(SIGNED)));
    assertThatThrownBy(
            () -> grants.reclaim(Tenant.HOUSE, grant.order().id(), BigInteger.ONE, true, id))
        .hasMessageContaining("id_reused");

    vault.events.add(reclaimedEvent(grant, id, 7, 5));
    vault.events.add(reclaimedEvent(grant, new TransactionId(UUID.randomUUID()), 7, 3));
    vault.events.add(reclaimedEvent(grant, id, 8, 1));
    land(journal.get(id), 7, true, "");
    outcomes.tick();
    var after = new Grant.Granted(grant.order(), BigInteger.valueOf(5));
    assertThat(facts)
        .containsExactly(new Fact.PowerReclaimed(after, BigInteger.valueOf(5), id.value()));
    assertThat(found(grant)).isEqualTo(after);
  }

  @Test
  void without_consent_it_waits_for_the_freeze_and_then_for_the_window_by_the_chains_time() {
    var grant = granted();
    var id = new TransactionId(UUID.randomUUID());
    grants.reclaim(Tenant.HOUSE, grant.order().id(), BigInteger.ZERO, false, id);
    assertThat(outcomes.tick()).isZero();
    now = now.plusSeconds(5);
    vault.shows(grant.order().payment(), State.FROZEN, head);
    head = head.plusSeconds(StubVault.WINDOW - 1);
    assertThat(outcomes.tick()).isZero();
    assertThat(journal).isEmpty();
    now = now.plusSeconds(1);
    head = head.plusSeconds(1);
    assertThat(outcomes.tick()).isEqualTo(1);
    assertThat(journal.get(id).intent())
        .isEqualTo(
            new Intent.Reclaim(ANNS, grant.order().payment(), BigInteger.ZERO, Optional.empty()));
    assertThat(approvals).isEmpty();

    vault.events.add(reclaimedEvent(grant, id, 9, 10));
    vault.shows(grant.order().payment(), State.RECLAIMED, head);
    land(journal.get(id), 9, true, "");
    outcomes.tick();
    assertThat(facts)
        .containsExactly(
            new Fact.PowerReclaimed(
                new Grant.Reclaimed(grant.order(), BigInteger.TEN), BigInteger.TEN, id.value()));
  }

  @Test
  void a_reclaim_that_can_no_longer_act_is_told_with_nothing() {
    var matured = granted();
    vault.shows(matured.order().payment(), State.MATURED, head);
    var grown = granted();
    head = Instant.parse("2027-04-01T00:00:00Z");
    for (var grant : List.of(matured, grown)) {
      grants.reclaim(
          Tenant.HOUSE,
          grant.order().id(),
          BigInteger.ZERO,
          false,
          new TransactionId(UUID.randomUUID()));
    }
    assertThat(outcomes.tick()).isEqualTo(2);
    assertThat(journal).isEmpty();
    assertThat(facts)
        .hasSize(2)
        .allSatisfy(fact -> assertThat(((Fact.PowerReclaimed) fact).amount()).isZero());
  }

  @Test
  void a_reclaim_that_came_too_late_is_told_with_nothing_and_how_the_vault_has_the_grant() {
    var grant = granted();
    var id = new TransactionId(UUID.randomUUID());
    vault.shows(grant.order().payment(), State.FROZEN, head.minusSeconds(3 * StubVault.WINDOW));
    grants.reclaim(Tenant.HOUSE, grant.order().id(), BigInteger.ZERO, false, id);
    outcomes.tick();
    vault.shows(grant.order().payment(), State.GRANTED, head);
    land(journal.get(id), 9, false, "TooLate");
    outcomes.tick();
    assertThat(facts)
        .containsExactly(
            new Fact.PowerReclaimed(
                new Grant.Granted(grant.order(), BigInteger.ZERO), BigInteger.ZERO, id.value()));
  }

  @Test
  void a_sync_is_sent_once_and_tells_nothing_by_itself() {
    var id = new TransactionId(UUID.randomUUID());
    grants.sync(Tenant.HOUSE, "fake", CHANNEL, CONFIG, id);
    grants.sync(Tenant.HOUSE, "fake", CHANNEL, CONFIG, id);
    assertThat(journal.get(id).intent()).isEqualTo(new Intent.Sync(CONFIG));
    land(journal.get(id), 4, true, "");
    assertThat(outcomes.tick()).isZero();
    assertThat(facts).isEmpty();
  }

  @Test
  void an_appeal_is_signed_by_the_users_key_against_this_freeze_and_sent_once() {
    var grant = granted();
    var id = new TransactionId(UUID.randomUUID());
    vault.shows(grant.order().payment(), State.GRANTED, head);
    assertThat(grants.appeal(Tenant.HOUSE, grant.order().id(), id)).as("not frozen").isFalse();
    var since = head.minusSeconds(5);
    vault.shows(grant.order().payment(), State.FROZEN, since);
    assertThat(grants.appeal(Tenant.HOUSE, grant.order().id(), id)).isTrue();
    assertThat(grants.appeal(Tenant.HOUSE, grant.order().id(), id)).isTrue();
    assertThat(said).containsExactly(new Intent.SignAppeal(grant.order().payment(), since));
    assertThat(journal.get(id).intent())
        .isEqualTo(new Intent.Appeal(ANNS, grant.order().payment(), Optional.of(SIGNED)));
    vault.shows(grant.order().payment(), State.APPEALED, head);
    land(journal.get(id), 4, true, "");
    outcomes.tick();
    assertThat(facts)
        .containsExactly(
            new Fact.GrantMoved(new Grant.Appealed(grant.order(), BigInteger.ZERO, head)));
  }

  @Test
  void an_appeal_that_never_acted_is_told_with_its_reason_where_the_grant_is_still_frozen() {
    var grant = granted();
    vault.shows(grant.order().payment(), State.FROZEN, head);
    var reverted = new TransactionId(UUID.randomUUID());
    grants.appeal(Tenant.HOUSE, grant.order().id(), reverted);
    land(journal.get(reverted), 4, false, "TooLate");
    outcomes.tick();
    var frozen = new Grant.Frozen(grant.order(), BigInteger.ZERO, head);
    var dropped = new TransactionId(UUID.randomUUID());
    grants.appeal(Tenant.HOUSE, grant.order().id(), dropped);
    outcomes.heard(new Transaction.Dropped(journal.get(dropped), "policy_refused", ""));
    outcomes.tick();
    var overtaken = new TransactionId(UUID.randomUUID());
    grants.appeal(Tenant.HOUSE, grant.order().id(), overtaken);
    vault.shows(grant.order().payment(), State.APPEALED, head);
    land(journal.get(overtaken), 5, false, "OutOfTurn");
    outcomes.tick();
    assertThat(facts)
        .containsExactly(
            new Fact.AppealFailed(frozen, "TooLate"),
            new Fact.AppealFailed(frozen, "policy_refused"),
            new Fact.GrantMoved(new Grant.Appealed(grant.order(), BigInteger.ZERO, head)));
  }

  @Test
  void a_silent_councils_appeal_is_ended_when_its_time_is_over_and_a_decided_one_never() {
    var silent = granted();
    var id = new TransactionId(UUID.randomUUID());
    vault.shows(silent.order().payment(), State.APPEALED, head);
    grants.endAppeal(Tenant.HOUSE, silent.order().id(), id);
    var decided = granted();
    vault.shows(decided.order().payment(), State.MATURED, head);
    grants.endAppeal(Tenant.HOUSE, decided.order().id(), new TransactionId(UUID.randomUUID()));
    head = head.plusSeconds(StubVault.WINDOW - 1);
    assertThat(outcomes.tick()).isEqualTo(1);
    assertThat(journal).isEmpty();
    assertThat(facts)
        .containsExactly(new Fact.GrantMoved(new Grant.Matured(decided.order(), BigInteger.ZERO)));
    now = now.plusSeconds(5);
    head = head.plusSeconds(1);
    outcomes.tick();
    assertThat(journal.get(id).intent()).isEqualTo(new Intent.Thaw(ANNS, silent.order().payment()));
  }

  @Test
  void a_thaw_calls_off_the_reclaim_that_waits_and_leaves_others_alone() {
    var grant = granted();
    var other = granted();
    for (var one : List.of(grant, other)) {
      vault.shows(one.order().payment(), State.FROZEN, head);
      grants.reclaim(
          Tenant.HOUSE,
          one.order().id(),
          BigInteger.ZERO,
          false,
          new TransactionId(one.order().id().value()));
    }
    grants.thaw(Tenant.HOUSE, grant.order().id(), new TransactionId(UUID.randomUUID()));
    outcomes.tick();
    assertThat(facts)
        .singleElement()
        .isInstanceOfSatisfying(
            Fact.PowerReclaimed.class,
            told -> {
              assertThat(told.amount()).isZero();
              assertThat(told.reclaim()).isEqualTo(grant.order().id().value());
            });
  }
}
