package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Quantity;
import tally.money.Unit;
import tally.server.internal.Views;

/// What a service costs and gives back, where a part of it was its buyer's own for good.
class ServiceTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Asset TOKEN = Asset.of("TUSD/6");

  /// Of 5.00, 2.00 is money; 1.00 is used, which his own pays first.
  @Test
  void while_it_runs_what_is_used_money_and_own_are_the_whole() {
    var service = service(100, dollars("2.00"), null);
    assertThat(service.aside()).isEqualTo(token(5_000_000));
    assertThat(service.cost()).isEqualTo(token(1_000_000));
    assertThat(service.ownBack()).isEqualTo(token(2_000_000));
    assertThat(service.used()).isEqualTo("20.0");
  }

  @Test
  void nothing_of_his_own_is_left_where_all_of_it_is_used() {
    assertThat(service(400, dollars("1.00"), null).ownBack()).isEqualTo(token(0));
  }

  @Test
  void when_it_ended_what_was_not_spent_of_his_own_is_his_again() {
    assertThat(service(100, dollars("2.00"), token(1_200_000)).ownBack())
        .isEqualTo(token(1_800_000));
  }

  /// At 0.01 a piece.
  private static Service service(long count, Amount back, @Nullable Amount ownSpent) {
    var pieces = new Quantity(new Unit("call"), count);
    var purchase =
        new Views.Purchase(
            new UUID(0, 1),
            ownSpent == null ? "running" : "finished",
            new UUID(0, 2),
            new UUID(0, 3),
            dollars("2.00"),
            token(3_000_000),
            null,
            null,
            null,
            pieces,
            null,
            null,
            0,
            null,
            null,
            List.of(),
            ownSpent == null ? null : dollars("0.00"),
            ownSpent == null ? null : back,
            ownSpent,
            ownSpent == null ? back : null);
    var offering =
        new Views.Offering(
            new UUID(0, 3),
            "Films",
            "party:1",
            "http",
            "call",
            token(10_000),
            1,
            1,
            4,
            URI.create("http://127.0.0.1/"),
            "0x12",
            token(10_000),
            "published");
    return new Service(purchase, offering, "nora");
  }

  private static Amount dollars(String decimal) {
    return new Amount(USD, new BigDecimal(decimal).unscaledValue());
  }

  private static Amount token(long units) {
    return Amount.of(TOKEN, units);
  }
}
