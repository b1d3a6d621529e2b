package tally.metering;

import tally.money.Amount;
import tally.money.Quantity;
import tally.money.Refusal;

/// What comes of comparing the two sides' readings, or a reading with what was paid.
public sealed interface Verdict {

  /// The seller's: whether he may serve on. Behind as soon as the whole lag is used, since a seller
  /// never serves beyond it.
  static Verdict ofSeller(Tariff tariff, Quantity served, Amount paid) {
    var due = tariff.due(served);
    var lag = served.lessAtMost(tariff.price().buys(paid));
    return lag.isLessThan(tariff.lagMax()) ? new Fine(due) : new Behind(due, paid, lag);
  }

  /// The buyer's: what he owes for his own count. The seller may be ahead by one portion and by the
  /// lag, which may be under way.
  static Verdict ofBuyer(Tariff tariff, Quantity received, Quantity claimedBySeller) {
    var most = Tariff.sum(Tariff.sum(received, tariff.portion()), tariff.lagMax());
    return most.isLessThan(claimedBySeller)
        ? new Disagree(received, claimedBySeller)
        : new Fine(tariff.due(received));
  }

  /// Go on. `due` is the charge for what was counted, in all.
  record Fine(Amount due) implements Verdict {}

  /// The lag agreed is used up: suspend until a voucher comes. `lag` is how much was served beyond
  /// what the paid sum buys.
  record Behind(Amount due, Amount paid, Quantity lag) implements Verdict {}

  /// The seller counts more than the buyer received, beyond one portion and the lag: the buyer pays
  /// no more than he counted.
  record Disagree(Quantity received, Quantity claimed) implements Verdict, Refusal {
    @Override
    public String code() {
      return "meter_disagrees";
    }

    @Override
    public String text() {
      return "The seller counts " + claimed + ", we received " + received + ".";
    }
  }
}
