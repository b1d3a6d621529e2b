package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.network.Follower.Alarm;
import tally.network.port.Chain.Block;
import tally.treasury.Vaults;
import tally.treasury.port.Grants.Limit;
import tally.x402.Bytes32;

class LimitWatchTest {

  private final StubVault vault = new StubVault();
  private final List<Alarm> alarms = new ArrayList<>();
  private final List<String> calm = new ArrayList<>();
  private Instant time = Instant.parse("2026-11-01T12:00:00Z");
  private TestDatabase database;
  private LimitWatch watch;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    watch =
        new LimitWatch(
            database.jdbc(),
            database.transactions(),
            new Vaults(Map.of("fake", vault)),
            _ -> new Block(7, Bytes32.ZERO, Bytes32.ZERO, time),
            alarms::add,
            calm::add);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private void left(long units) {
    vault.limit = new Limit(BigInteger.valueOf(1000), BigInteger.valueOf(units));
    watch.tick();
  }

  @Test
  void an_operator_hears_once_a_day_that_seven_tenths_have_left() {
    left(301);
    assertThat(alarms).isEmpty();
    left(300);
    left(0);
    assertThat(alarms).singleElement().extracting(Alarm::code).isEqualTo("DAILY_LIMIT_NEAR");
    calm.clear();
    time = time.plus(Duration.ofDays(1));
    left(1000);
    assertThat(alarms).hasSize(1);
    assertThat(calm).as("the alarm of yesterday is over").containsExactly("fake");
    left(100);
    assertThat(alarms).hasSize(2);
  }

  @Test
  void a_vault_without_a_limit_and_one_that_is_away_raise_none() {
    watch.tick();
    vault.reachable = false;
    left(0);
    assertThat(alarms).isEmpty();
  }
}
