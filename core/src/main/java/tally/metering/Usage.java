package tally.metering;

import tally.money.Amount;
import tally.money.Quantity;

/// What one side counted beside what was paid for it, both in all.
public record Usage(Reading reading, Amount paid) {

  /// What is charged and not yet paid; nothing where more was paid.
  public Amount owed(Tariff tariff) {
    return tariff.due(reading.count()).lessAtMost(paid);
  }

  /// How much was used beyond what the paid sum buys.
  public Quantity lag(Tariff tariff) {
    return reading.count().lessAtMost(tariff.price().buys(paid));
  }

  /// Whether the buyer should pay now: a whole portion was used beyond what is paid, and there is
  /// something to pay.
  public boolean isPortionUsed(Tariff tariff) {
    return !lag(tariff).isLessThan(tariff.portion()) && !owed(tariff).isZero();
  }
}
