package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import tally.custody.port.Intent;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.treasury.Grant;
import tally.treasury.GrantListener.Fact;
import tally.treasury.Outcomes;
import tally.treasury.port.Grants.State;

/// What the chain's time brings due, and what workers do who are lost, late or many.
class GrantDuesTest extends GrantsWorld {

  @Test
  void a_recall_tells_when_its_delay_is_over_and_that_nothing_was_begun_where_it_failed() {
    var id = new TransactionId(UUID.randomUUID());
    grants.recall(Tenant.HOUSE, "fake", CHANNEL, CONFIG, id);
    assertThat(journal.get(id).intent())
        .isInstanceOfSatisfying(
            Intent.Recall.class, recall -> assertThat(recall.channel()).isEqualTo(CONFIG));
    land(journal.get(id), 4, true, "");
    var idle = new TransactionId(UUID.randomUUID());
    grants.recall(Tenant.HOUSE, "fake", CHANNEL, CONFIG, idle);
    outcomes.heard(new Transaction.Dropped(journal.get(idle), "NothingToWithdraw", ""));
    outcomes.tick();
    assertThat(facts)
        .containsExactlyInAnyOrder(
            new Fact.Recalled(
                Tenant.HOUSE, CHANNEL, id.value(), Optional.of(head.plusSeconds(900))),
            new Fact.Recalled(Tenant.HOUSE, CHANNEL, idle.value(), Optional.empty()));
  }

  @Test
  void a_recall_is_finished_when_the_chain_says_that_its_delay_is_over() {
    var id = new TransactionId(UUID.randomUUID());
    var ripe = head.plusSeconds(900);
    grants.finish(Tenant.HOUSE, "fake", CHANNEL, CONFIG, ripe, id);
    grants.finish(Tenant.HOUSE, "fake", CHANNEL, CONFIG, ripe, id);
    head = head.plusSeconds(899);
    assertThat(outcomes.tick()).isZero();
    assertThat(journal).isEmpty();
    now = now.plusSeconds(5);
    head = head.plusSeconds(1);
    assertThat(outcomes.tick()).isEqualTo(1);
    assertThat(journal.get(id).intent()).isEqualTo(new Intent.Finish(CONFIG));
    land(journal.get(id), 9, true, "");
    outcomes.tick();
    assertThat(facts)
        .containsExactly(new Fact.RecallFinished(Tenant.HOUSE, CHANNEL, id.value(), true));
  }

  @Test
  void what_is_due_by_the_chains_time_is_matured_once_oldest_first_and_within_bounds() {
    var first = granted();
    now = now.plusSeconds(60);
    var second = granted();
    var due = first.order().maturesAt();
    assertThat(grants.mature("fake", due.minusSeconds(1), 50)).isZero();
    assertThat(grants.mature("fake", due.plusSeconds(60), 1)).isEqualTo(1);
    assertThat(only(first).intent()).isEqualTo(new Intent.Mature(ANNS, first.order().payment()));
    assertThat(grants.mature("fake", due.plusSeconds(60), 50)).isEqualTo(1);
    assertThat(grants.mature("fake", due.plusSeconds(60), 50)).isZero();
    assertThat(journal).hasSize(2);
    vault.shows(first.order().payment(), State.MATURED, now);
    land(only(first), 9, true, "");
    outcomes.tick();
    assertThat(facts)
        .containsExactly(new Fact.GrantMoved(new Grant.Matured(first.order(), BigInteger.ZERO)));
    assertThat(found(second)).isInstanceOf(Grant.Granted.class);
  }

  @Test
  void what_could_not_be_matured_is_asked_again_once_that_is_known() {
    var grant = granted();
    var due = grant.order().maturesAt();
    assertThat(grants.mature("fake", due, 50)).isEqualTo(1);
    assertThat(grants.mature("fake", due, 50)).as("it is on its way").isZero();
    vault.shows(grant.order().payment(), State.GRANTED, now);
    land(only(grant), 9, false, "OutOfTurn");
    outcomes.tick();
    assertThat(grants.mature("fake", due, 50)).isEqualTo(1);
    assertThat(journal).hasSize(2);
  }

  @Test
  void funding_lets_the_vault_take_so_much_first_and_tells_nothing() {
    var id = new TransactionId(UUID.randomUUID());
    grants.fund(Tenant.HOUSE, "fake", TEN, id);
    grants.fund(Tenant.HOUSE, "fake", TEN, id);
    assertThat(journal.values())
        .extracting(Transaction.Order::intent)
        .containsExactlyInAnyOrder(
            new Intent.Allow(BigInteger.TEN), new Intent.Fund(BigInteger.TEN));
    assertThat(journal.get(id).intent()).isEqualTo(new Intent.Fund(BigInteger.TEN));
    land(journal.get(id), 4, true, "");
    assertThat(outcomes.tick()).isZero();
    assertThat(facts).isEmpty();
  }

  @Test
  void a_crash_between_reading_and_writing_repeats_harmlessly() {
    var grant = granted();
    var id = new TransactionId(UUID.randomUUID());
    grants.reclaim(Tenant.HOUSE, grant.order().id(), BigInteger.ZERO, true, id);
    vault.events.add(reclaimedEvent(grant, id, 7, 10));
    vault.shows(grant.order().payment(), State.RECLAIMED, head);
    land(journal.get(id), 7, true, "");
    crash = true;
    assertThatThrownBy(outcomes::tick).hasMessage("crash");
    assertThat(found(grant)).isEqualTo(grant);
    crash = false;
    assertThat(outcomes.tick()).isZero();
    now = now.plus(Outcomes.Settings.DEFAULT.lease());
    assertThat(outcomes.tick()).isEqualTo(1);
    assertThat(facts).hasSize(1);
    assertThat(found(grant).reclaimed()).isEqualTo(BigInteger.TEN);
  }

  @Test
  void an_unreachable_chain_holds_up_only_its_own_acts_until_it_answers() {
    var frozen = granted();
    var id = freeze(frozen);
    land(journal.get(id), 4, true, "");
    var grant = submitted();
    land(only(grant), 5, true, "");
    vault.reachable = false;
    assertThat(outcomes.tick()).isEqualTo(1);
    assertThat(found(grant)).isInstanceOf(Grant.Granted.class);
    vault.reachable = true;
    now = now.plus(Outcomes.Settings.DEFAULT.lease());
    assertThat(outcomes.tick()).isEqualTo(1);
    assertThat(facts).hasSize(2);
  }

  @Test
  void eight_workers_at_once_tell_each_fact_once() throws Exception {
    var given = new ArrayList<Grant.Id>();
    for (int i = 0; i < 200; i++) {
      var grant = submitted();
      given.add(grant.order().id());
      land(only(grant), i, true, "");
    }
    var workers = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 8; i++) {
      workers.add(() -> {
        int moved = 0;
        for (int round = 0; round < 10; round++) {
          moved += outcomes.tick();
        }
        return moved;
      });
    }
    int moved = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var worker : threads.invokeAll(workers)) {
        moved += worker.get();
      }
    }
    assertThat(moved).isEqualTo(200);
    assertThat(facts.stream().map(fact -> ((Fact.GrantMoved) fact).grant().order().id()))
        .containsExactlyInAnyOrderElementsOf(given);
  }

  @Test
  void a_worker_that_was_overtaken_while_it_read_tells_nothing() {
    var grant = granted();
    land(journal.get(freeze(grant)), 4, true, "");
    vault.reads.set(0);
    vault.whileReading =
        () -> {
          vault.whileReading = () -> {};
          now = now.plus(Outcomes.Settings.DEFAULT.lease());
          assertThat(outcomes.tick()).isEqualTo(1);
        };
    assertThat(outcomes.tick()).isZero();
    assertThat(vault.reads.get()).isEqualTo(2);
    assertThat(facts).hasSize(1);
  }
}
