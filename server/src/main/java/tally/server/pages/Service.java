package tally.server.pages;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;
import tally.money.Amount;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Rounding;
import tally.money.Unit;
import tally.server.internal.Views;

/// A purchase as a person sees it: what he set aside, what of it is used, and what comes back.
///
/// @param seller the provider's name
public record Service(Views.Purchase purchase, Views.Offering offering, String seller) {

  private static final int WHOLE = 100;

  public boolean runs() {
    return purchase.state().equals("running");
  }

  public boolean isPaused() {
    return purchase.state().equals("paused");
  }

  /// Whether it can be paused, gone on with or finished.
  public boolean isLive() {
    return runs() || isPaused();
  }

  public boolean isOver() {
    return switch (purchase.state()) {
      case "finished", "refused" -> true;
      default -> false;
    };
  }

  /// Whether it goes on by itself to another state soon.
  public boolean passes() {
    return !isLive() && !isOver() && !purchase.state().equals("stalled");
  }

  /// The shape of its tag.
  public String tag() {
    return switch (purchase.state()) {
      case "running" -> "ok live";
      case "paused", "stalled" -> "warn";
      case "refused" -> "bad";
      case "finished" -> "off";
      default -> "live";
    };
  }

  public boolean hasCounts() {
    return purchase.received() != null;
  }

  public Quantity counted() {
    var received = purchase.received();
    return received == null ? Quantity.zero(new Unit(offering.unit())) : received;
  }

  /// The seller's count, where he tells it; else ours.
  public Quantity countedThere() {
    var served = purchase.served();
    return served == null ? counted() : served;
  }

  public boolean bothCount() {
    return purchase.served() != null;
  }

  /// What it costs so far, in tokens: what was used, or what was promised for it, if that is more.
  public Amount cost() {
    var due = due(counted());
    var paid = purchase.paid();
    return paid == null || paid.isLessThan(due) ? due : paid;
  }

  Price price() {
    return new Price(offering.price(), new Quantity(new Unit(offering.unit()), offering.per()));
  }

  private Amount due(Quantity count) {
    return price().of(count, Rounding.DOWN).amount();
  }

  /// How much of the deposit our count has used, in per cent with one decimal: `44.2`.
  public String used() {
    var spent = purchase.spent();
    return spent == null ? share(due(counted())) : share(spent);
  }

  public String usedThere() {
    var spent = purchase.spent();
    return spent == null ? share(due(countedThere())) : share(spent);
  }

  /// What was set aside in all, in tokens.
  public Amount aside() {
    return new Amount(offering.price().asset(), deposit());
  }

  /// Whether some of it was his own for good.
  public boolean hasOwn() {
    return !purchase.own().isZero();
  }

  /// What of his own would stay his if it ended now, or stayed when it ended: what the cost leaves
  /// over, and is not money again.
  public Amount ownBack() {
    var own = purchase.own();
    var spent = purchase.ownSpent();
    if (spent != null) {
      return own.minus(spent);
    }
    var back = back();
    var money = back == null ? Amount.zero(own.asset()) : new Amount(own.asset(), tokens(back));
    return own.min(aside().lessAtMost(cost()).lessAtMost(money));
  }

  /// The money's worth, and what of his own he uses beside it.
  private BigInteger deposit() {
    return tokens(purchase.pays()).add(purchase.own().units());
  }

  private BigInteger tokens(Amount money) {
    int finer = offering.price().asset().scale() - money.asset().scale();
    return money.units().multiply(BigInteger.TEN.pow(Math.max(0, finer)));
  }

  private String share(Amount part) {
    var whole = new BigDecimal(deposit(), offering.price().asset().scale());
    if (whole.signum() == 0) {
      return "0";
    }
    return whole(part)
        .multiply(BigDecimal.valueOf(WHOLE))
        .divide(whole, 1, RoundingMode.HALF_UP)
        .min(BigDecimal.valueOf(WHOLE))
        .toPlainString();
  }

  private static BigDecimal whole(Amount amount) {
    return new BigDecimal(amount.units(), amount.asset().scale());
  }

  /// What the rest of the deposit still buys.
  public Quantity left() {
    var price = offering.price();
    var rest = deposit().subtract(cost().units()).max(BigInteger.ZERO);
    if (price.units().signum() == 0) {
      return new Quantity(counted().unit(), Long.MAX_VALUE);
    }
    var count = rest.multiply(BigInteger.valueOf(offering.per())).divide(price.units());
    return new Quantity(
        counted().unit(), count.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
  }

  /// What comes back, or came back, in money; nothing where it is not known yet.
  public @Nullable Amount back() {
    return purchase.back() != null ? purchase.back() : purchase.backNow();
  }
}
