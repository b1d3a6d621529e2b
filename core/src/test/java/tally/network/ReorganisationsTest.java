package tally.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.network.NetworkFixture.order;

import org.junit.jupiter.api.Test;

/// A chain that goes back on its word, and strangers who use our nonces.
class ReorganisationsTest extends OneNode {

  @Test
  void a_reorganisation_makes_it_wait_again_and_sends_it_again() {
    broadcast(1);
    chain.mine();
    tick(1, "Included");
    chain.reorganise(1);
    chain.forgetPool();
    tick(1, "Broadcast");
    tick(0, "Broadcast");
    assertThat(chain.sent).hasSize(2);
    chain.mine(4);
    tick(1, "Included");
    tick(1, "Final");
    assertThat(heard()).containsExactly("Included", "Broadcast", "Included", "Final");
  }

  @Test
  void a_transaction_that_a_reorganisation_moved_to_another_block_counts_from_there() {
    broadcast(1);
    chain.mine();
    tick(1, "Included");
    chain.reorganise(1);
    chain.mine();
    tick(1, "Included");
    assertThat(((Transaction.Included) state(1)).receipt().block()).isEqualTo(3);
    chain.mine(2);
    tick(0, "Included");
    chain.mine();
    tick(1, "Final");
  }

  @Test
  void another_transaction_with_its_nonce_replaces_it_once_that_is_deep_enough() {
    node.submit(order(1));
    tick(1, "Signed");
    chain.mineStranger(world.custody().address(NetworkFixture.HOUSE));
    tick(0, "Signed");
    chain.mine(2);
    tick(0, "Signed");
    chain.mine();
    tick(1, "Replaced");
    assertThat(heard()).containsExactly("Replaced");
    node.submit(order(2));
    node.tick();
    assertThat(((Transaction.Signed) state(2)).attempt().nonce()).isOne();
  }

  @Test
  void a_stranger_that_is_reorganised_away_replaces_nothing() {
    broadcast(1);
    chain.forgetPool();
    chain.mineStranger(world.custody().address(NetworkFixture.HOUSE));
    tick(0, "Broadcast");
    chain.reorganise(1);
    tick(0, "Broadcast");
    chain.mine(4);
    tick(1, "Included");
    tick(1, "Final");
  }

  @Test
  void a_strangers_depth_counts_anew_after_a_reorganisation() {
    var house = world.custody().address(NetworkFixture.HOUSE);
    node.submit(order(1));
    tick(1, "Signed");
    chain.mineStranger(house);
    tick(0, "Signed");
    chain.reorganise(1);
    chain.mineStranger(house);
    chain.mine();
    tick(0, "Signed");
    chain.mine(2);
    tick(0, "Signed");
    chain.mine();
    tick(1, "Replaced");
  }

  @Test
  void one_that_was_included_although_its_sending_was_never_written_down_is_found() {
    node.submit(order(1));
    tick(1, "Signed");
    chain.broadcast(((Transaction.Signed) state(1)).attempt().signed());
    chain.mine();
    tick(1, "Included");
  }

  @Test
  void another_chain_under_the_same_name_is_refused_before_anything_is_judged_by_it() {
    broadcast(1);
    chain.mine();
    tick(1, "Included");
    chain.beginAnew("two");
    assertThatThrownBy(node::tick)
        .isInstanceOf(ChainChanged.class)
        .hasMessageContaining("CHAIN_CHANGED");
    assertThatThrownBy(() -> world.node().tick()).isInstanceOf(ChainChanged.class);
    assertThat(state(1)).isInstanceOf(Transaction.Included.class);
  }
}
