package tally.server.pages;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import tally.money.Quantity;
import tally.server.internal.Views;

/// A sale as its provider sees it: what he served beside what is paid for.
public record Sold(Views.Sale sale) {

  private static final BigDecimal WHOLE = BigDecimal.valueOf(100);

  /// Whether somebody is served, or may be at any moment.
  public boolean isNow() {
    return switch (sale.state()) {
      case "serving", "suspended", "stalled" -> true;
      default -> false;
    };
  }

  /// Whether the buyer has to pay before he is served on.
  public boolean isBehind() {
    return isNow() && !sale.lag().isLessThan(sale.lagMax());
  }

  /// The word of its state, and the shape of its tag.
  public String state() {
    return isBehind() ? "behind" : sale.state();
  }

  public String tag() {
    return switch (state()) {
      case "serving" -> "ok live";
      case "behind", "suspended", "stalled" -> "warn";
      case "settled" -> "off";
      default -> "live";
    };
  }

  /// How much of the deposit was served, in per cent with one decimal: `44.2`.
  public String served() {
    return share(sale.served());
  }

  /// How much of the deposit is paid by vouchers.
  public String paid() {
    return share(sale.paidFor());
  }

  private String share(Quantity count) {
    var deposit = sale.deposit().units();
    if (deposit.signum() == 0) {
      return "0";
    }
    var due =
        sale.price()
            .units()
            .multiply(BigInteger.valueOf(count.count()))
            .divide(BigInteger.valueOf(sale.per()));
    return new BigDecimal(due)
        .multiply(WHOLE)
        .divide(new BigDecimal(deposit), 1, RoundingMode.HALF_UP)
        .min(WHOLE)
        .toPlainString();
  }
}
