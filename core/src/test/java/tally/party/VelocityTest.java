package tally.party;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;

class VelocityTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Velocity VELOCITY = new Velocity(3, Map.of(USD, BigInteger.valueOf(10_000)));

  @Test
  void the_last_allowed_top_up_fits_and_one_more_does_not() {
    assertThat(VELOCITY.judge(new Velocity.Used(2, Amount.of(USD, 0)), Amount.of(USD, 1)))
        .isEmpty();
    assertThat(VELOCITY.judge(new Velocity.Used(3, Amount.of(USD, 0)), Amount.of(USD, 1)))
        .hasValueSatisfying(reached -> {
          assertThat(reached.code()).isEqualTo("limit_reached");
          assertThat(reached.text()).contains("At most 3");
        });
  }

  @Test
  void the_sum_may_be_reached_and_not_passed() {
    var used = new Velocity.Used(1, Amount.of(USD, 9_000));
    assertThat(VELOCITY.judge(used, Amount.of(USD, 1_000))).isEmpty();
    assertThat(VELOCITY.judge(used, Amount.of(USD, 1_001)))
        .hasValueSatisfying(
            reached -> assertThat(reached.text()).contains("100.00 USD", "100.01 USD"));
  }

  @Test
  void an_asset_without_a_sum_is_limited_by_count_alone() {
    var eur = Asset.of("EUR/2");
    var used = new Velocity.Used(2, Amount.of(eur, 1_000_000));
    assertThat(VELOCITY.judge(used, Amount.of(eur, 1_000_000))).isEmpty();
  }

  @Test
  void a_lock_doubles_from_the_first_up_to_the_most() {
    var lockout = new Lockout(5, Duration.ofMinutes(1), Duration.ofMinutes(15));
    assertThat(lockout.after(4)).isEmpty();
    assertThat(lockout.after(5)).contains(Duration.ofMinutes(1));
    assertThat(lockout.after(6)).contains(Duration.ofMinutes(2));
    assertThat(lockout.after(8)).contains(Duration.ofMinutes(8));
    assertThat(lockout.after(9)).contains(Duration.ofMinutes(15));
    assertThat(lockout.after(Integer.MAX_VALUE)).contains(Duration.ofMinutes(15));
  }
}
