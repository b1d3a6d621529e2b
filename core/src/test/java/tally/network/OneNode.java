package tally.network;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.network.NetworkFixture.order;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tally.money.Tenant;
import tally.network.NetworkListener.Fact;

/// A node and its chain, for tests that look at one transaction after the other.
abstract class OneNode {

  @TempDir Path folder;
  NetworkFixture world;
  ScriptedChain chain;
  Transactions node;

  @BeforeEach
  void open() {
    world = new NetworkFixture(folder);
    chain = world.chain;
    node = world.node();
  }

  @AfterEach
  void close() {
    world.close();
  }

  void broadcast(int number) {
    node.submit(order(number));
    node.tick();
    tick(1, "Broadcast");
  }

  void tick(int moved, String state) {
    assertThat(Map.of("moved", node.tick(), "state", state(1).getClass().getSimpleName()))
        .isEqualTo(Map.of("moved", moved, "state", state));
  }

  Transaction state(int number) {
    return node.find(Tenant.HOUSE, order(number).id()).orElseThrow();
  }

  List<String> heard() {
    return world.heard.stream()
        .map(fact -> ((Fact.TransactionMoved) fact).transaction().getClass().getSimpleName())
        .toList();
  }
}
