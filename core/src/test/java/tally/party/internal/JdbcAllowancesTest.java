package tally.party.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.party.Allowances;
import tally.party.Velocity;

class JdbcAllowancesTest {

  private static final Asset USD = Asset.of("USD/2");
  private Instant now = Instant.parse("2026-11-01T12:00:00Z");

  @Test
  void many_top_ups_at_once_pass_the_limit_not_by_one_and_a_day_later_all_is_free_again()
      throws Exception {
    try (var database = TestDatabase.fresh()) {
      var allowances =
          new Allowances(
              new JdbcAllowances(database.jdbc(), database.transactions()),
              new Velocity(100, PartyConfiguration.sums("100.00 USD/2, 5.00 EUR/2")),
              () -> now);
      var ann = new Holder("party:ann");
      var wishes = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < 20; i++) {
        wishes.add(() -> topUp(allowances, ann, UUID.randomUUID()));
      }
      int granted = 0;
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var wish : threads.invokeAll(wishes)) {
          granted += wish.get() ? 1 : 0;
        }
      }
      assertThat(granted).isEqualTo(10);
      assertThat(topUp(allowances, new Holder("party:bob"), UUID.randomUUID())).isTrue();
      now = now.plus(Duration.ofHours(24));
      assertThat(topUp(allowances, ann, UUID.randomUUID())).isTrue();
    }
  }

  @Test
  void the_same_top_up_counts_once() {
    try (var database = TestDatabase.fresh()) {
      var allowances =
          new Allowances(
              new JdbcAllowances(database.jdbc(), database.transactions()),
              new Velocity(1, PartyConfiguration.sums("100.00 USD/2")),
              () -> now);
      var ann = new Holder("party:ann");
      var id = UUID.randomUUID();
      assertThat(topUp(allowances, ann, id)).isTrue();
      assertThat(topUp(allowances, ann, id)).isTrue();
      assertThat(topUp(allowances, ann, UUID.randomUUID())).isFalse();
    }
  }

  private static boolean topUp(Allowances allowances, Holder holder, UUID id) {
    return allowances.topUp(Tenant.HOUSE, holder, id, Amount.of(USD, 1_000)).isEmpty();
  }
}
