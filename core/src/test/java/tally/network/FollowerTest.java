package tally.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.network.NetworkListener.Fact;
import tally.network.NetworkListener.Fact.Confirmed;

class FollowerTest {

  private @TempDir Path folder;
  private NetworkFixture world;
  private ScriptedChain chain;
  private final List<Fact> told = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void open() {
    world = new NetworkFixture(folder);
    chain = world.chain;
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void blocks_are_told_once_they_are_deep_enough_each_once_and_in_order() {
    var follower = world.follower(0, told::add);
    chain.mine(2);
    assertThat(follower.tick()).isZero();
    chain.mine();
    assertThat(follower.tick()).as("begins at block 0").isOne();
    chain.mine(2);
    follower.tick();
    assertThat(follower.tick()).isZero();
    chain.mine();
    world.follower(0, told::add).tick();
    assertThat(told).containsExactly(confirmed(1, 2), confirmed(3, 3));
  }

  @Test
  void one_fact_names_at_most_a_thousand_blocks() {
    chain.mine(2503);
    var follower = world.follower(10_000, told::add);
    for (int i = 0; i < 5; i++) {
      follower.tick();
    }
    assertThat(told)
        .containsExactly(confirmed(1, 1000), confirmed(1001, 2000), confirmed(2001, 2500));
  }

  @Test
  void a_long_chain_is_followed_from_the_look_back_on() {
    chain.mine(103);
    var follower = world.follower(10, told::add);
    follower.tick();
    follower.tick();
    assertThat(told).containsExactly(confirmed(91, 100));
  }

  @Test
  void a_listener_that_throws_leaves_the_cursor_where_it_was() {
    chain.mine(3);
    world.follower(0, told::add).tick();
    chain.mine();
    var failing =
        world.follower(
            0,
            fact -> {
              throw new IllegalStateException("no");
            });
    assertThatThrownBy(failing::tick).hasMessage("no");
    world.follower(0, told::add).tick();
    assertThat(told).containsExactly(confirmed(1, 1));
  }

  @Test
  void a_reorganisation_above_the_depth_is_none_of_our_business() {
    var follower = world.follower(0, told::add);
    chain.mine(5);
    follower.tick();
    chain.reorganise(2);
    follower.tick();
    assertThat(told).containsExactly(confirmed(3, 3));
    assertThat(follower.alarms()).isEmpty();
  }

  @Test
  void a_stopped_network_goes_on_from_the_block_that_a_person_names() {
    var follower = world.follower(0, told::add);
    chain.mine(6);
    follower.tick();
    assertThat(follower.resume(NetworkFixture.NETWORK, 2)).as("it is not stopped").isFalse();
    follower.tick();
    told.clear();
    chain.reorganise(4);
    follower.tick();
    assertThat(follower.alarms()).hasSize(1);

    assertThat(follower.resume(NetworkFixture.NETWORK, 99)).as("no such block").isFalse();
    assertThat(follower.resume(NetworkFixture.NETWORK, 2)).isTrue();
    assertThat(follower.alarms()).isEmpty();
    chain.mine();
    follower.tick();
    assertThat(told).first().isEqualTo(confirmed(2, 5));
    assertThat(told).hasSize(1);
  }

  @Test
  void endpoints_that_contradict_each_other_credit_nothing_and_raise_one_alarm_until_they_agree() {
    var follower = world.follower(0, told::add);
    chain.mine(3);
    follower.tick();
    chain.mine();
    chain.disagreeing(true);
    follower.tick();
    follower.tick();
    assertThat(told).isEmpty();
    assertThat(follower.alarms())
        .singleElement()
        .matches(alarm -> alarm.code().equals(Follower.ENDPOINTS_DISAGREE));

    chain.disagreeing(false);
    follower.tick();
    assertThat(told).containsExactly(confirmed(1, 1));
    assertThat(follower.alarms()).isEmpty();
  }

  @Test
  void a_confirmed_block_that_changes_stops_the_network_with_an_alarm() {
    var follower = world.follower(0, told::add);
    chain.mine(6);
    follower.tick();
    chain.reorganise(4);
    follower.tick();
    chain.mine(5);
    follower.tick();
    assertThat(told).isEmpty();
    assertThat(follower.alarms())
        .singleElement()
        .satisfies(alarm -> assertThat(alarm.code()).isEqualTo("REORGANISED_BELOW_DEPTH"))
        .satisfies(alarm -> assertThat(alarm.block()).isEqualTo(3));
  }

  @Test
  void a_chain_that_cannot_be_asked_says_nothing() {
    var follower = world.follower(0, told::add);
    chain.mine(4);
    chain.unavailable(true);
    follower.check();
    assertThat(follower.tick()).isZero();
    chain.unavailable(false);
    assertThat(follower.tick()).isOne();
  }

  @Test
  void a_node_that_finds_another_chain_does_not_start() {
    world.follower(0, told::add).check();
    chain.beginAnew("two");
    assertThatThrownBy(() -> world.follower(0, told::add).check())
        .isInstanceOfSatisfying(
            ChainChanged.class, changed -> assertThat(changed.code()).isEqualTo("CHAIN_CHANGED"));
  }

  @Test
  void two_nodes_tell_no_block_twice_and_leave_none_out() throws Exception {
    chain.mine(3);
    world.follower(0, told::add).tick();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = world.follower(0, told::add);
      var two = world.follower(0, told::add);
      for (int round = 0; round < 40; round++) {
        chain.mine();
        var tasks = List.<Callable<Integer>>of(one::tick, two::tick);
        for (var future : threads.invokeAll(tasks)) {
          assertThat(future.get()).isBetween(0, 1);
        }
      }
      one.tick();
    }
    long next = 1;
    for (var fact : told) {
      assertThat(((Confirmed) fact).from()).isEqualTo(next);
      next = ((Confirmed) fact).to() + 1;
    }
    assertThat(next).isEqualTo(41);
  }

  private static Confirmed confirmed(long from, long to) {
    return new Confirmed(NetworkFixture.NETWORK, from, to);
  }
}
