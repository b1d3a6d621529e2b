package tally.treasury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;

class ReceiversTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Asset USD = Asset.of("USD/2");
  private static final Holder ADA = new Holder("party:ada");
  private static final Holder VERA = new Holder("party:vera");
  private static final Holder STRANGER = new Holder("party:stranger");

  private static Receivers strict(Holder... listed) {
    return receivers("2.00", 25, listed);
  }

  private static Receivers receivers(String unlistedDaily, int firstDayShare, Holder... listed) {
    return new Receivers(
        new Receivers.Settings(
            Set.of(listed), usd(unlistedDaily), firstDayShare, 100, Duration.ofDays(180)));
  }

  private static Amount usd(String decimal) {
    return decimal.equals("0")
        ? Amount.zero(USD)
        : ((Amount.Parsed.Good) Amount.parse(USD, decimal)).amount();
  }

  /// Ada pays 2.00 of a payment of 20.00 to a listed provider, months after she came.
  private record Wish(
      Holder provider,
      boolean ownTenant,
      String young,
      boolean secured,
      boolean warned,
      Instant since,
      String unlistedToday) {

    static final Wish USUAL =
        new Wish(VERA, true, "2.00", false, false, NOW.minus(Duration.ofDays(60)), "0");

    Wish to(Holder other, boolean own) {
      return new Wish(other, own, young, secured, warned, since, unlistedToday);
    }

    Wish of(String amount) {
      return new Wish(provider, ownTenant, amount, secured, warned, since, unlistedToday);
    }

    Wish bySecured() {
      return new Wish(provider, ownTenant, young, true, warned, since, unlistedToday);
    }

    Wish afterAWarning() {
      return new Wish(provider, ownTenant, young, secured, true, since, unlistedToday);
    }

    Wish onTheFirstDay() {
      return new Wish(
          provider, ownTenant, young, secured, warned, NOW.minusSeconds(60), unlistedToday);
    }

    Wish afterUnlisted(String today) {
      return new Wish(provider, ownTenant, young, secured, warned, since, today);
    }

    String askedOf(Receivers receivers) {
      return receivers
          .judge(
              new Receivers.Asking(
                  ADA,
                  provider,
                  ownTenant,
                  usd(young),
                  usd("20.00"),
                  secured,
                  warned,
                  since,
                  usd(unlistedToday)),
              NOW)
          .map(Receivers.Refused::code)
          .orElse("");
    }
  }

  @Test
  void money_that_nobody_can_take_back_knows_no_rule() {
    var wish = Wish.USUAL.of("0").to(ADA, false).onTheFirstDay().afterAWarning();
    assertThat(wish.askedOf(strict())).isEmpty();
  }

  @Test
  void money_is_young_until_its_maturity() {
    var receivers = strict();
    assertThat(receivers.young(NOW.minus(Duration.ofDays(179)), NOW)).isTrue();
    assertThat(receivers.young(NOW.minus(Duration.ofDays(180)), NOW)).isFalse();
  }

  @Test
  void a_warning_or_a_dispute_stops_young_money_also_where_it_was_secured() {
    assertThat(Wish.USUAL.afterAWarning().bySecured().askedOf(strict()))
        .isEqualTo("payment_disputed");
  }

  @Test
  void nobody_buys_from_himself_with_young_money() {
    assertThat(Wish.USUAL.to(ADA, true).bySecured().askedOf(strict(ADA))).isEqualTo("same_person");
  }

  @Test
  void without_a_list_the_own_tenants_providers_are_paid_and_with_one_only_those_on_it() {
    assertThat(Wish.USUAL.askedOf(receivers("0", 100))).isEmpty();
    assertThat(Wish.USUAL.to(STRANGER, false).askedOf(receivers("0", 100)))
        .isEqualTo("receiver_unlisted");
    assertThat(Wish.USUAL.to(STRANGER, false).askedOf(receivers("0", 100, STRANGER))).isEmpty();
    assertThat(Wish.USUAL.askedOf(receivers("0", 100, STRANGER))).isEqualTo("receiver_unlisted");
  }

  @Test
  void unlisted_providers_share_what_the_operator_allows_a_day() {
    var wish = Wish.USUAL.to(STRANGER, false);
    assertThat(wish.of("2.00").askedOf(strict())).isEmpty();
    assertThat(wish.of("2.01").askedOf(strict())).isEqualTo("unlisted_limit");
    assertThat(wish.of("1.00").afterUnlisted("1.00").askedOf(strict())).isEmpty();
    assertThat(wish.of("1.01").afterUnlisted("1.00").askedOf(strict())).isEqualTo("unlisted_limit");
  }

  @Test
  void a_new_payer_spends_a_part_of_his_money_on_the_first_day() {
    assertThat(Wish.USUAL.of("5.00").onTheFirstDay().askedOf(strict())).isEmpty();
    assertThat(Wish.USUAL.of("5.01").onTheFirstDay().askedOf(strict()))
        .isEqualTo("first_day_limit");
    assertThat(Wish.USUAL.of("20.00").askedOf(strict())).isEmpty();
  }

  @Test
  void what_the_bank_secured_is_free_of_the_rules_against_theft() {
    assertThat(
            Wish.USUAL
                .to(STRANGER, false)
                .of("20.00")
                .onTheFirstDay()
                .bySecured()
                .askedOf(receivers("0", 25)))
        .isEmpty();
  }

  @Test
  void a_share_is_within_the_whole() {
    assertThatThrownBy(() -> receivers("0", 101)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_draw_of_young_money_is_bounded_by_the_smallest_payment_but_is_a_portion_at_least() {
    var ten =
        new Receivers(new Receivers.Settings(Set.of(), usd("0"), 100, 10, Duration.ofDays(180)));
    var payments = List.of(usd("40.00"), usd("20.00"));
    assertThat(ten.slice(usd("5.00"), payments, usd("0.10"))).isEqualTo(usd("2.00"));
    assertThat(ten.slice(usd("1.00"), payments, usd("0.10"))).isEqualTo(usd("1.00"));
    assertThat(ten.slice(usd("5.00"), payments, usd("3.00"))).isEqualTo(usd("3.00"));
    assertThat(ten.slice(usd("5.00"), List.of(), usd("0.10")))
        .as("no young money")
        .isEqualTo(usd("5.00"));
    assertThat(receivers("0", 100).slice(usd("5.00"), List.of(usd("1.00")), usd("0.10")))
        .as("switched off")
        .isEqualTo(usd("5.00"));
  }
}
