package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.escrow.Alarm;
import tally.escrow.Alarms;
import tally.flow.Settlement;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.Transactions;

/// A payer takes back what he promised while the provider's node is down; in the whole house.
class LateClaimTest {

  @TempDir private Path folder;
  private CrashWorld world;
  private WithdrawalStory bob;

  @BeforeEach
  void start() {
    world = new CrashWorld(folder, Runner.Fate.KIND, Map.of());
    bob = new WithdrawalStory(world, CrashTest.offering(world));
    bob.open(1_000_000);
    bob.pays(300_000);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void a_node_that_comes_back_with_two_minutes_left_claims_in_time() {
    bob.beginsWhileNobodyWatches(1_000_000);
    bob.passes(Duration.ofMinutes(13));
    bob.claimed(300_000);
    assertThat(claims()).singleElement().satisfies(order -> assertThat(order.urgent()).isTrue());
    assertThat(raised()).containsExactly(Alarm.WITHDRAWAL_CLOSE);
    bob.finish();
    world.until("the end", () -> bob.settlement() instanceof Settlement.Settled);
    world.untilCalm();
    assertThat(bob.standing().balance()).isEqualTo(BigInteger.valueOf(300_000));
    assertThat(raised()).containsExactly(Alarm.WITHDRAWAL_CLOSE);
    assertThat(open()).as("it ended with its cause").isEmpty();
    assertThat(world.balances()).containsEntry("earned/party:vera TUSD/6", "300000 held 0");
    world.mustAgree();
  }

  @Test
  void a_node_that_comes_back_too_late_books_the_providers_loss() {
    bob.beginsWhileNobodyWatches(1_000_000);
    bob.finishesWhileNobodyWatches();
    world.until("the end", () -> bob.settlement() instanceof Settlement.Settled);
    world.untilCalm();
    assertThat(open()).containsExactly(Alarm.CLAIM_TOO_LATE);
    assertThat(claims()).isEmpty();
    assertThat(world.balances())
        .containsEntry("forgone/party:vera TUSD/6", "-300000 held 0")
        .containsEntry("unpaid/party:vera TUSD/6", "300000 held 0")
        .doesNotContainKey("earned/party:vera TUSD/6");
    world.mustAgree();
  }

  private List<Transaction.Order> claims() {
    return world.bean(Transactions.class).list(Tenant.HOUSE, 100).stream()
        .map(Transaction::order)
        .filter(order -> order.purpose().equals("claim"))
        .toList();
  }

  private List<String> raised() {
    return alarms(false);
  }

  private List<String> open() {
    return alarms(true);
  }

  private List<String> alarms(boolean open) {
    return world.bean(Alarms.class).list(Tenant.HOUSE, open, 10).stream()
        .map(kept -> kept.alarm().code())
        .toList();
  }
}
