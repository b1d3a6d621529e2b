package tally.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.network.NetworkFixture.order;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tally.custody.PlainEncoding;
import tally.custody.port.Intent;
import tally.money.Tenant;
import tally.network.internal.JdbcTransactions;
import tally.network.port.Chain.Broadcast;
import tally.network.port.Chain.Simulated;

/// The way of a transaction from a wish to the chain.
class TransactionsTest extends OneNode {

  @Test
  void a_wish_becomes_final_at_the_chains_depth_and_the_listeners_hear_it() {
    node.submit(order(1));
    tick(1, "Signed");
    assertThat(chain.sent).as("stored before it is sent").isEmpty();
    tick(1, "Broadcast");
    tick(0, "Broadcast");
    chain.mine();
    tick(1, "Included");
    chain.mine(2);
    tick(0, "Included");
    chain.mine();
    tick(1, "Final");
    tick(0, "Final");
    assertThat(heard()).containsExactly("Included", "Final");
    assertThat(chain.sent).hasSize(1);
  }

  @Test
  void the_same_order_again_is_the_first_one_and_another_under_its_id_throws() {
    node.submit(order(1));
    node.tick();
    assertThat(node.submit(order(1))).isInstanceOf(Transaction.Signed.class);
    var first = order(1);
    var other =
        new Transaction.Order(
            first.id(),
            first.tenant(),
            first.network(),
            first.sender(),
            new Intent.Fund(BigInteger.TWO),
            first.approval(),
            first.purpose());
    assertThatThrownBy(() -> node.submit(other)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_order_belongs_to_the_open_database_transaction() {
    world
        .database
        .transactions()
        .executeWithoutResult(status -> {
          node.submit(order(1));
          status.setRollbackOnly();
        });
    assertThat(node.find(Tenant.HOUSE, order(1).id())).isEmpty();
    assertThat(node.tick()).isZero();
  }

  @Test
  void what_would_revert_is_not_signed_and_waits_for_what_must_come_first() {
    chain.foretell(new Simulated.Reverts("Short"));
    node.submit(order(1));
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Drafted.class);
    assertThat(node.backlog()).singleElement().matches(waits -> waits.troubled() == 1);

    chain.foretell(new Simulated.Passes(BigInteger.valueOf(77)));
    chain.mine();
    node.tick();
    assertThat(state(1))
        .isInstanceOfSatisfying(
            Transaction.Signed.class,
            signed ->
                assertThat(PlainEncoding.read(signed.attempt().signed()).fee().limit())
                    .isEqualTo(BigInteger.valueOf(77)));
  }

  @Test
  void what_a_daily_limit_holds_up_waits_for_the_next_day() {
    chain.foretell(new Simulated.Reverts("AboveLimit"));
    node.submit(order(1));
    node.tick();
    chain.mine(2 * NetworkFixture.PACE.blocksToRefuse());
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Drafted.class);
    chain.foretell(new Simulated.Passes(BigInteger.TEN));
    chain.mine();
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Signed.class);
  }

  @Test
  void what_a_daily_limit_holds_up_for_too_long_by_the_chains_time_is_dropped() {
    chain.foretell(new Simulated.Reverts("AboveLimit"));
    node.submit(order(1));
    node.tick();
    chain.mine(seconds(NetworkFixture.PACE.passingMax()) - 1);
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Drafted.class);
    chain.mine();
    node.tick();
    assertThat(state(1))
        .isInstanceOfSatisfying(
            Transaction.Dropped.class,
            dropped -> assertThat(dropped.code()).isEqualTo("AboveLimit"));
    assertThat(heard()).containsExactly("Dropped");
  }

  /// A block of this chain is a second.
  private static int seconds(Duration time) {
    return Math.toIntExact(time.toSeconds());
  }

  @Test
  void what_was_never_signed_can_be_given_up_and_what_was_signed_cannot() {
    assertThat(node.drop(Tenant.HOUSE, order(1).id(), "payment_disputed", "")).isFalse();
    node.submit(order(1));
    assertThat(node.drop(Tenant.HOUSE, order(1).id(), "payment_disputed", "")).isTrue();
    assertThat(node.drop(Tenant.HOUSE, order(1).id(), "payment_disputed", "")).isTrue();
    assertThat(node.tick()).isZero();
    assertThat(heard()).containsExactly("Dropped");
    node.submit(order(2));
    node.tick();
    assertThat(node.drop(Tenant.HOUSE, order(2).id(), "payment_disputed", "")).isFalse();
    assertThat(state(2)).isInstanceOf(Transaction.Signed.class);
  }

  @Test
  void what_would_revert_for_too_many_blocks_is_dropped_with_the_reason_and_costs_no_nonce() {
    chain.foretell(new Simulated.Reverts("Short"));
    node.submit(order(1));
    node.tick();
    chain.mine(NetworkFixture.PACE.blocksToRefuse() - 1);
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Drafted.class);
    chain.mine();
    node.tick();
    assertThat(state(1))
        .isInstanceOfSatisfying(
            Transaction.Dropped.class, dropped -> assertThat(dropped.code()).isEqualTo("Short"));

    chain.foretell(new Simulated.Passes(BigInteger.TEN));
    node.submit(order(2));
    node.tick();
    assertThat(state(2))
        .isInstanceOfSatisfying(
            Transaction.Signed.class,
            signed -> assertThat(signed.attempt().nonce()).isEqualTo(BigInteger.ZERO));
  }

  @Test
  void disagreeing_endpoints_do_not_hold_up_what_is_due() {
    chain.disagreeing(true);
    node.submit(order(1));
    node.tick();
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Broadcast.class);
    chain.mine(10);
    node.tick();
    assertThat(state(1)).as("nothing is credited").isInstanceOf(Transaction.Included.class);
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Included.class);
    chain.disagreeing(false);
    chain.mine();
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Final.class);
  }

  @Test
  void what_custody_refuses_is_dropped_with_its_code_and_costs_no_nonce() {
    var good = order(2);
    var refused =
        new Transaction.Order(
            order(1).id(),
            good.tenant(),
            good.network(),
            good.sender(),
            new Intent.Drain(BigInteger.ONE),
            good.approval(),
            "drain");
    node.submit(refused);
    node.submit(good);
    node.tick();
    assertThat(state(1))
        .isInstanceOfSatisfying(
            Transaction.Dropped.class,
            dropped -> assertThat(dropped.code()).isEqualTo("approval_missing"));
    assertThat(state(2))
        .isInstanceOfSatisfying(
            Transaction.Signed.class, signed -> assertThat(signed.attempt().nonce()).isZero());
    assertThat(heard()).containsExactly("Dropped");
  }

  @Test
  void a_node_that_dies_between_storing_and_sending_leaves_the_same_bytes_to_be_sent() {
    node.submit(order(1));
    tick(1, "Signed");
    var stored = ((Transaction.Signed) state(1)).attempt().signed();
    var other = world.node();
    other.tick();
    assertThat(chain.sent).containsExactly(stored);
  }

  @Test
  void a_claim_of_a_dead_node_ends_by_itself() {
    node.submit(order(1));
    var store = new JdbcTransactions(world.database.jdbc(), world.database.transactions());
    var claimed =
        store.claim(
            NetworkFixture.NETWORK,
            chain.head().hash(),
            Instant.parse("2026-11-01T12:00:00Z"),
            NetworkFixture.PACE);
    assertThat(claimed).hasSize(1);
    world.rest();
    assertThat(node.tick()).isZero();
    world.pass(Duration.ofSeconds(60));
    tick(1, "Signed");
  }

  @Test
  void an_unknown_outcome_is_looked_up_and_the_same_bytes_sent_again_where_nobody_has_them() {
    node.submit(order(1));
    node.tick();
    chain.answerNext(new Broadcast.Unknown("timeout"));
    tick(1, "Broadcast");
    world.rest();
    tick(0, "Broadcast");
    assertThat(chain.sent).hasSize(2);
    assertThat(chain.sent.get(1)).isEqualTo(chain.sent.get(0));
    chain.mine(4);
    node.tick();
    tick(1, "Final");
    assertThat(chain.included()).hasSize(1);
  }

  @Test
  void a_chain_that_cannot_be_asked_moves_nothing_and_loses_nothing() {
    node.submit(order(1));
    chain.unavailable(true);
    tick(0, "Drafted");
    chain.unavailable(false);
    tick(1, "Signed");
    chain.answerNext(new Broadcast.Rejected("insufficient_funds"));
    tick(0, "Signed");
    world.rest();
    tick(1, "Broadcast");
  }

  @Test
  void nonces_follow_each_other_and_begin_where_the_chain_stands() {
    chain.mineStranger(world.custody().address(NetworkFixture.HOUSE));
    for (int i = 1; i <= 5; i++) {
      node.submit(order(i));
    }
    node.tick();
    node.tick();
    assertThat(chain.sent.stream().map(bytes -> PlainEncoding.read(bytes).nonce().intValue()))
        .containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void the_newest_come_first_in_the_list() {
    node.submit(order(1));
    node.submit(order(2));
    assertThat(node.list(Tenant.HOUSE, 1)).containsExactly(new Transaction.Drafted(order(2)));
    assertThat(node.list(new Tenant("other"), 10)).isEmpty();
  }
}
