package tally.network;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.network.NetworkFixture.order;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.custody.PlainEncoding;
import tally.custody.port.Intent;
import tally.money.Tenant;
import tally.network.port.Chain.Broadcast;

class TwoNodesTest {

  private static final int ORDERS = 60;
  private static final int ROUNDS_MAX = 200;

  @Test
  void two_nodes_on_one_database_use_no_nonce_twice_and_act_once_for_each_order(
      @TempDir Path folder) throws Exception {
    try (var world = new NetworkFixture(folder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = world.node();
      var two = world.node();
      IntStream.rangeClosed(1, ORDERS).forEach(i -> (i % 2 == 0 ? one : two).submit(order(i)));
      int rounds = 0;
      while (!one.backlog().isEmpty() && rounds < ROUNDS_MAX) {
        disturb(world, rounds++);
        var tasks = List.<Callable<Integer>>of(one::tick, two::tick, one::tick, two::tick);
        for (var future : threads.invokeAll(tasks)) {
          future.get();
        }
        world.rest();
      }
      assertThat(one.backlog()).isEmpty();
      assertThat(one.list(Tenant.HOUSE, 1000))
          .hasSize(ORDERS)
          .allMatch(transaction -> transaction instanceof Transaction.Final);
      everyNonceHasOneIntent(world.chain.sent);
      eachOrderActedOnce(world.chain.included());
    }
  }

  /// Blocks, lost answers, forgotten pools and reorganisations above the depth, by the round's
  /// number.
  private static void disturb(NetworkFixture world, int round) {
    if (round % 3 == 0) {
      world.chain.answerNext(new Broadcast.Unknown("lost"));
    }
    if (round % 7 == 3) {
      world.chain.forgetPool();
    }
    if (round % 11 == 5) {
      world.chain.reorganise(1);
    }
    world.chain.mine();
  }

  private static void everyNonceHasOneIntent(List<byte[]> sent) {
    var byNonce = new HashMap<Object, Intent>();
    for (var bytes : sent) {
      var plain = PlainEncoding.read(bytes);
      var before = byNonce.putIfAbsent(plain.nonce(), plain.call());
      assertThat(before == null || before.equals(plain.call())).isTrue();
    }
    assertThat(byNonce).hasSize(ORDERS);
    assertThat(new HashSet<>(byNonce.values())).hasSize(ORDERS);
  }

  private static void eachOrderActedOnce(List<byte[]> included) {
    assertThat(included.stream().map(bytes -> PlainEncoding.read(bytes).call()).toList())
        .hasSize(ORDERS)
        .doesNotHaveDuplicates();
  }
}
