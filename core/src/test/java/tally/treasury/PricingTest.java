package tally.treasury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;

class PricingTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Asset TUSD = Asset.of("TUSD/6");

  @Test
  void twenty_five_paid_is_twenty_five_to_spend_by_default() {
    var priced = new Pricing(USD, TUSD, 0).price(Amount.of(USD, 2_500));
    assertThat(priced.gets()).isEqualTo(Amount.of(TUSD, 25_000_000));
    assertThat(priced.fee().isZero()).isTrue();
    assertThat(priced.remainder()).isZero();
  }

  @Test
  void a_spread_is_a_fee_in_what_is_paid_rounded_down() {
    var priced = new Pricing(USD, TUSD, 125).price(Amount.of(USD, 999));
    assertThat(priced.fee()).isEqualTo(Amount.of(USD, 12));
    assertThat(priced.gets()).isEqualTo(Amount.of(TUSD, 9_870_000));
  }

  @Test
  void what_rounding_takes_is_answered_and_nothing_is_lost() {
    var fine = Asset.of("FINE/9");
    var pricing = new Pricing(fine, TUSD, 0);
    var chance = new SplittableRandom(42);
    for (int i = 0; i < 1_000; i++) {
      long units = chance.nextLong(1, 1_000_000_000_000L);
      var priced = pricing.price(Amount.of(fine, units));
      var back =
          priced
              .gets()
              .units()
              .multiply(priced.rate().denominator())
              .add(priced.remainder())
              .divide(priced.rate().numerator());
      assertThat(back).isEqualTo(BigInteger.valueOf(units));
      assertThat(priced.remainder()).isLessThan(priced.rate().denominator());
    }
  }

  @Test
  void another_asset_is_not_priced_and_a_spread_has_bounds() {
    assertThatThrownBy(() -> new Pricing(USD, TUSD, 0).price(Amount.of(TUSD, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Pricing(USD, TUSD, 10_000))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_reference_depends_on_secret_and_grant() {
    var secret = new byte[32];
    var id = new Grant.Id(new UUID(1, 2));
    var one = new References(secret);
    secret[0] = 1;
    var other = new References(secret);
    assertThat(one.payment(id)).isEqualTo(new References(new byte[32]).payment(id));
    assertThat(one.payment(id)).isNotEqualTo(other.payment(id));
    assertThat(one.payment(id)).isNotEqualTo(one.payment(new Grant.Id(new UUID(1, 3))));
    assertThat(one.evidence("dp_1")).isNotEqualTo(other.evidence("dp_1"));
  }
}
