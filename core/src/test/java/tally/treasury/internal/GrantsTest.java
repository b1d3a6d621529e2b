package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.network.port.Chain.Receipt;
import tally.treasury.Grant;
import tally.treasury.GrantListener;
import tally.treasury.GrantListener.Fact;
import tally.treasury.Grants;
import tally.treasury.Outcomes;
import tally.treasury.References;
import tally.treasury.Vaults;
import tally.treasury.port.Grants.Event;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;

class GrantsTest {

  private static final Holder ANN = new Holder("party:ann");
  private static final Address ANNS =
      Address.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1});
  private static final Signature SIGNED = Signature.of(new byte[65]);
  private static final ChannelId CHANNEL = new ChannelId(Bytes32.ZERO);
  private static final ChannelConfig CONFIG =
      new ChannelConfig(Address.ZERO, ANNS, ANNS, ANNS, Address.ZERO, 900, Bytes32.ZERO);
  private static final Amount TEN = Amount.of(StubVault.TUSD, 10);

  private Instant now = Instant.parse("2026-11-01T12:00:00Z");
  private Instant head = now;
  private TestDatabase database;
  private final StubVault vault = new StubVault();
  private final Vaults vaults = new Vaults(Map.of("fake", vault));
  private final Map<TransactionId, Transaction.Order> journal = new ConcurrentHashMap<>();
  private final List<Intent.Statement> said = new ArrayList<>();
  private final List<Approval> approvals = Collections.synchronizedList(new ArrayList<>());
  private final List<Fact> facts = Collections.synchronizedList(new ArrayList<>());
  private boolean crash;
  private Grants grants;
  private Outcomes outcomes;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    var store = new JdbcGrants(database.jdbc(), database.transactions());
    Grants.Sender sender =
        order -> {
          journal.put(order.id(), order);
          return new Transaction.Drafted(order);
        };
    grants =
        new Grants(
            store,
            vaults,
            _ -> ANNS,
            this::sign,
            sender,
            new References(new byte[32]),
            Duration.ofDays(180),
            () -> now);
    GrantListener listener =
        fact -> {
          if (crash) {
            throw new IllegalStateException("crash");
          }
          facts.add(fact);
        };
    outcomes =
        new Outcomes(
            store,
            vaults,
            _ -> head,
            sender,
            List.of(listener),
            Outcomes.Settings.DEFAULT,
            () -> now);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private Signing sign(KeyRef key, Intent.Statement statement, Approval approval) {
    assertThat(key).isEqualTo(new KeyRef(Tenant.HOUSE, ANN, "fake"));
    assertThat(statement).isInstanceOfAny(Intent.SignSurrender.class, Intent.SignAppeal.class);
    said.add(statement);
    approvals.add(approval);
    return new Signing.SignedStatement(SIGNED);
  }

  private Grant submitted() {
    return grants.give(
        new Grant.Id(UUID.randomUUID()), Tenant.HOUSE, ANN, UUID.randomUUID(), "fake", TEN);
  }

  private Grant granted() {
    var grant = submitted();
    vault.shows(grant.order().payment(), State.GRANTED, now);
    land(only(grant), 1, true, "");
    assertThat(outcomes.tick()).isEqualTo(1);
    facts.clear();
    journal.clear();
    return found(grant);
  }

  private Grant found(Grant grant) {
    return grants.find(Tenant.HOUSE, grant.order().id()).orElseThrow();
  }

  private Transaction.Order only(Grant grant) {
    return journal.values().stream()
        .filter(order ->
            order.approval().equals(new Approval.Flow("grants", grant.order().id().value())))
        .findAny()
        .orElseThrow();
  }

  private static Bytes32 hash(TransactionId id) {
    return Bytes32.of(
        tally.x402.Keccak.hash(
            id.value().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private void land(Transaction.Order order, long block, boolean success, String reason) {
    var hash = hash(order.id());
    var attempt = new Transaction.Attempt(BigInteger.ZERO, 0, new byte[0], hash, now);
    var receipt = new Receipt(hash, block, Bytes32.ZERO, success, reason);
    database
        .transactions()
        .executeWithoutResult(_ -> outcomes.heard(new Transaction.Final(order, attempt, receipt)));
  }

  private TransactionId freeze(Grant grant) {
    var id = new TransactionId(UUID.randomUUID());
    grants.freeze(Tenant.HOUSE, grant.order().id(), id, "dp_1");
    return id;
  }

  private Event.Reclaimed reclaimedEvent(Grant grant, TransactionId id, long block, long units) {
    return new Event.Reclaimed(
        block, hash(id), ANNS, grant.order().payment(), BigInteger.valueOf(units), BigInteger.ZERO);
  }

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

  private TransactionId thaw(Grant grant) {
    var id = new TransactionId(UUID.randomUUID());
    grants.thaw(Tenant.HOUSE, grant.order().id(), id);
    return id;
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
