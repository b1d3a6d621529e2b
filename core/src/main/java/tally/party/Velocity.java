package tally.party;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Refusal;

/// How often and for how much a party may top up within 24 hours. Pure. Source:
/// `reference/payments.md` §5.3 (card testing, stolen cards).
///
/// @param count how many top-ups, whatever became of them
/// @param sums the most in all, an asset; an asset that is not named is limited by count alone
public record Velocity(int count, Map<Asset, BigInteger> sums) {

  public Velocity {
    sums = Map.copyOf(sums);
  }

  /// What was used within the last 24 hours.
  public record Used(int count, Amount sum) {}

  /// Code: `limit_reached`.
  public record Reached(String text) implements Refusal {
    @Override
    public String code() {
      return "limit_reached";
    }
  }

  public Optional<Reached> judge(Used used, Amount more) {
    if (used.count() >= count) {
      return Optional.of(
          new Reached("At most " + count + " top-ups in 24 hours; this would be one more."));
    }
    var most = sums.get(more.asset());
    if (most == null) {
      return Optional.empty();
    }
    var limit = new Amount(more.asset(), most);
    var sum = used.sum().plus(more);
    return limit.isLessThan(sum)
        ? Optional.of(
            new Reached("At most " + limit + " in 24 hours; with this it would be " + sum + "."))
        : Optional.empty();
  }
}
