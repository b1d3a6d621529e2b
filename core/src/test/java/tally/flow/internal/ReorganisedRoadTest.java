package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tally.custody.Custody;
import tally.flow.internal.CrashTest.Story;
import tally.money.Tenant;
import tally.network.Follower;
import tally.network.Transaction;
import tally.network.Transactions;
import tally.x402.Bytes32;

/// The road to a purchase and back, on a real EVM that takes back what it said, wants more, or is
/// silent for a while: it ends as if nothing had been.
class ReorganisedRoadTest {

  private static final Set<String> IN_FLIGHT = Set.of("grant", "draw", "claim");

  /// Blocks during which nobody comes to see why the following has stopped, or to mend the line.
  private static final int BLOCKS_OF_TROUBLE = 8;

  /// A thousand times what an idle chain asks for.
  private static final BigInteger HIGH_FEE = BigInteger.TEN.pow(12);

  private static final int TRANSACTIONS_MAX = 100;

  /// What the book of an undisturbed run says.
  private static Map<String, String> calm = Map.of();

  @TempDir private Path folder;
  private Cable cable;
  private AnvilChain chain;
  private CrashWorld world;

  @BeforeEach
  void open() {
    if (calm.isEmpty()) {
      calm = calm();
    }
    chain = AnvilChain.start(folder.resolve("chain"), this::lay);
    world = new CrashWorld(folder.resolve("node"), Runner.Fate.KIND, Map.of(), chain);
  }

  private URI lay(URI url) {
    cable = Cable.to(url);
    return cable.url();
  }

  private Map<String, String> calm() {
    var quiet = AnvilChain.start(folder.resolve("calm-chain"));
    try (var undisturbed =
        new CrashWorld(folder.resolve("calm-node"), Runner.Fate.KIND, Map.of(), quiet)) {
      return CrashTest.play(Story.ROAD_THERE_AND_BACK, undisturbed);
    }
  }

  @AfterEach
  void close() {
    if (world != null) {
      world.close();
      cable.close();
    }
  }

  @ParameterizedTest(name = "what fell out is in the pool again: {0}")
  @ValueSource(booleans = {true, false})
  void blocks_that_fall_out_within_the_depth_change_nothing(boolean back) {
    var waiting = new HashSet<>(IN_FLIGHT);
    chain.beforeEachBlock(() ->
        journal(Transaction.Included.class).stream()
            .filter(it -> waiting.contains(it.order().purpose()))
            .filter(it -> depth(it.receipt().block()) > 1)
            .findFirst()
            .ifPresent(it -> {
              int depth = depth(it.receipt().block());
              assertThat(depth).isLessThanOrEqualTo(AnvilChain.CONFIRMATIONS);
              chain.reorganise(depth, back);
              waiting.remove(it.order().purpose());
            }));
    mustEndAsInCalm();
    assertThat(waiting).isEmpty();
    assertThat(alarms()).isEmpty();
  }

  @ParameterizedTest(name = "with a final {0} in them")
  @ValueSource(strings = {"grant", "draw", "claim"})
  void deeper_blocks_that_fall_out_stop_the_following_until_a_person_resumes_it(String purpose) {
    var fall = new DeepFall(purpose);
    chain.beforeEachBlock(fall);
    mustEndAsInCalm();
    assertThat(fall.resumed).isTrue();
    assertThat(alarms()).isEmpty();
  }

  /// Blocks that were told fall out; a person sees the alarm, and goes on before them.
  private final class DeepFall implements Runnable {
    private final String purpose;
    private Optional<Long> from = Optional.empty();
    private String cursor = "";
    private int stopped;
    private boolean resumed;

    DeepFall(String purpose) {
      this.purpose = purpose;
    }

    @Override
    public void run() {
      if (from.isEmpty()) {
        journal(Transaction.Final.class).stream()
            .filter(it -> it.order().purpose().equals(purpose))
            .findFirst()
            .ifPresent(it -> fall(it.receipt().block()));
      } else if (!resumed && !alarms().isEmpty()) {
        standStill(from.get());
      }
    }

    private void fall(long block) {
      assertThat(depth(block)).isGreaterThan(AnvilChain.CONFIRMATIONS);
      chain.reorganise(depth(block), true);
      from = Optional.of(block);
    }

    private void standStill(long block) {
      assertThat(alarms()).containsExactly(Follower.REORGANISED_BELOW_DEPTH);
      if (stopped == 0) {
        cursor = cursor();
      }
      assertThat(cursor()).as("nothing more is told").isEqualTo(cursor);
      stopped++;
      if (stopped == BLOCKS_OF_TROUBLE) {
        resumed = world.bean(Follower.class).resume(CrashWorld.NETWORK, block);
      }
    }

    private String cursor() {
      return world.rows("select number || ' ' || stopped from network.cursor").getFirst();
    }
  }

  @Test
  void a_transaction_that_is_stuck_at_a_low_fee_is_replaced_and_counted_once() {
    chain.beforeEachBlock(() -> chain.feeFloor(dear() ? Optional.of(HIGH_FEE) : Optional.empty()));
    mustEndAsInCalm();
    var forms = forms("where purpose = 'draw'");
    assertThat(forms).hasSizeGreaterThan(1);
    assertThat(forms).filteredOn(chain::acted).hasSize(1);
    assertThat(
            world.rows(
                "select distinct nonce::text from network.attempt join network.transaction"
                    + " using (tenant, id) where purpose = 'draw'"))
        .hasSize(1);
  }

  /// From the moment at which the draw is in the pool until the chain has it.
  private boolean dear() {
    return journal(Transaction.Broadcast.class).stream()
        .anyMatch(it -> it.order().purpose().equals("draw"));
  }

  @Test
  void a_chain_that_cannot_be_reached_for_a_while_only_delays_the_road() {
    var outage = new Outage();
    chain.beforeEachBlock(outage);
    mustEndAsInCalm();
    assertThat(outage.waiting).isEmpty();
    assertThat(outage.left).isZero();
  }

  /// The line is cut once while each of them is on its way.
  private final class Outage implements Runnable {
    private final Set<String> waiting = new HashSet<>(IN_FLIGHT);
    private int left;

    @Override
    public void run() {
      if (left > 0) {
        left--;
        if (left == 0) {
          cable.mend();
        }
        return;
      }
      journal(Transaction.Broadcast.class).stream()
          .map(it -> it.order().purpose())
          .filter(waiting::remove)
          .findFirst()
          .ifPresent(_ -> {
            cable.cut();
            left = BLOCKS_OF_TROUBLE;
          });
    }
  }

  private void mustEndAsInCalm() {
    assertThat(CrashTest.play(Story.ROAD_THERE_AND_BACK, world)).isEqualTo(calm);
    var ended = journal(Transaction.Final.class);
    assertThat(ended).hasSameSizeAs(journal(Transaction.class));
    for (var one : ended) {
      assertThat(forms("where id = '" + one.order().id().value() + "'"))
          .as("forms of %s that acted", one.order().purpose())
          .filteredOn(chain::acted)
          .hasSize(1);
    }
    ended.stream()
        .collect(Collectors.groupingBy(it -> it.order().sender(), Collectors.counting()))
        .forEach((sender, count) ->
            assertThat(chain.nonce(world.bean(Custody.class).address(sender)))
                .as("transactions of %s", sender)
                .isEqualTo(BigInteger.valueOf(count)));
  }

  private <T extends Transaction> List<T> journal(Class<T> state) {
    return world.bean(Transactions.class).list(Tenant.HOUSE, TRANSACTIONS_MAX).stream()
        .filter(state::isInstance)
        .map(state::cast)
        .toList();
  }

  /// Every signed form of these transactions.
  private List<Bytes32> forms(String where) {
    return world
        .rows(
            "select hash from network.attempt join network.transaction using (tenant, id) " + where)
        .stream()
        .map(Bytes32::new)
        .toList();
  }

  private List<String> alarms() {
    return world.bean(Follower.class).alarms().stream().map(Follower.Alarm::code).toList();
  }

  private int depth(long block) {
    return Math.toIntExact(chain.head() - block + 1);
  }
}
