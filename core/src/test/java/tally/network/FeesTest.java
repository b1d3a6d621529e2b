package tally.network;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.network.NetworkFixture.order;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.custody.PlainEncoding;
import tally.custody.port.Intent;
import tally.network.port.Chain.Simulated;

/// Fees: what pays too little is sent again with more, within bounds.
class FeesTest extends OneNode {

  @Test
  void while_little_is_left_for_fees_only_what_must_not_be_late_is_sent() {
    chain.funds(99);
    var late = order(1);
    var urgent =
        new Transaction.Order(
            order(2).id(),
            late.tenant(),
            late.network(),
            late.sender(),
            new Intent.Claim(List.of(), Optional.empty()),
            late.approval(),
            "claim");
    node.submit(late);
    node.submit(urgent);
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Drafted.class);
    assertThat(state(2)).isInstanceOf(Transaction.Signed.class);

    chain.funds(100);
    chain.mine();
    node.tick();
    assertThat(state(1)).isInstanceOf(Transaction.Signed.class);
  }

  @Test
  void a_transaction_that_the_pool_forgot_is_sent_again() {
    broadcast(1);
    chain.forgetPool();
    chain.mine();
    tick(0, "Broadcast");
    assertThat(chain.sent).hasSize(2);
    chain.mine();
    tick(1, "Included");
  }

  @Test
  void a_stuck_one_is_signed_again_with_a_higher_fee_and_the_same_nonce() {
    chain.minersFloor(11);
    broadcast(1);
    chain.mine(4);
    tick(1, "Broadcast");
    var bumped = ((Transaction.Broadcast) state(1)).attempt();
    assertThat(bumped.bumps()).isOne();
    assertThat(bumped.nonce()).isZero();
    assertThat(chain.sent).as("stored before it is sent").hasSize(1);
    chain.forgetPool();
    tick(0, "Broadcast");
    assertThat(chain.sent).hasSize(2);
    assertThat(chain.sent.get(1)).isEqualTo(bumped.signed());
    chain.mine();
    tick(1, "Included");
    assertThat(((Transaction.Included) state(1)).attempt()).isEqualTo(bumped);
  }

  @Test
  void what_is_urgent_goes_first_and_pays_more_from_the_first() {
    node.submit(order(1));
    node.submit(order(2));
    var usual = order(3);
    node.submit(
        new Transaction.Order(
            usual.id(),
            usual.tenant(),
            usual.network(),
            usual.sender(),
            usual.intent(),
            usual.approval(),
            usual.purpose(),
            true));
    node.tick();
    var urgent = ((Transaction.Signed) state(3)).attempt();
    assertThat(urgent.nonce()).isZero();
    var fee = PlainEncoding.read(urgent.signed()).fee();
    var other = PlainEncoding.read(((Transaction.Signed) state(1)).attempt().signed()).fee();
    assertThat(fee.maxFee()).isEqualTo(chain.fee(Round.URGENT_BUMPS).maxFee());
    assertThat(other.maxFee()).isEqualTo(chain.fee(0).maxFee());
  }

  @Test
  void a_higher_fee_is_sent_while_the_first_form_still_waits_in_the_pool() {
    chain.minersFloor(11);
    broadcast(1);
    chain.mine(4);
    tick(1, "Broadcast");
    tick(0, "Broadcast");
    assertThat(chain.sent).hasSize(2);
    chain.mine();
    tick(1, "Included");
    assertThat(((Transaction.Included) state(1)).attempt().bumps()).isOne();
  }

  @Test
  void a_stuck_one_is_bumped_also_where_no_pool_can_be_seen_and_keeps_its_limit() {
    chain.foretell(new Simulated.Passes(BigInteger.valueOf(77)));
    chain.minersFloor(11);
    chain.hidePool();
    broadcast(1);
    chain.mine(4);
    tick(1, "Broadcast");
    var bumped = ((Transaction.Broadcast) state(1)).attempt();
    assertThat(bumped.bumps()).isOne();
    assertThat(PlainEncoding.read(bumped.signed()).fee().limit()).isEqualTo(BigInteger.valueOf(77));
  }

  @Test
  void the_first_form_may_be_the_one_that_is_included_after_a_bump() {
    chain.minersFloor(11);
    broadcast(1);
    chain.mine(4);
    tick(1, "Broadcast");
    chain.minersFloor(0);
    chain.mine();
    tick(1, "Included");
    assertThat(((Transaction.Included) state(1)).attempt().bumps()).isZero();
    chain.mine(3);
    tick(1, "Final");
    assertThat(chain.included()).hasSize(1);
  }

  @Test
  void a_fee_below_the_pools_floor_is_raised_until_the_bound() {
    chain.floor(12);
    node.submit(order(1));
    tick(1, "Signed");
    tick(1, "Signed");
    tick(1, "Signed");
    tick(1, "Broadcast");
    chain.floor(100);
    node.submit(order(2));
    for (int i = 0; i < 10; i++) {
      world.rest();
      node.tick();
    }
    assertThat(((Transaction.Signed) state(2)).attempt().bumps()).isEqualTo(3);
    assertThat(node.backlog())
        .anyMatch(waiting -> waiting.state().equals("Signed") && waiting.troubled() == 1);
  }
}
