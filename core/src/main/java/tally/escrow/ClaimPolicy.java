package tally.escrow;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tally.escrow.Wish.Reason;

/// When claiming is worth its cost, or must be done whatever it costs. Pure.
///
/// A claim ends nothing: vouchers go on being taken, and a later claim brings what they add.
public record ClaimPolicy(Settings settings) {

  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  /// @param unitsMin what is worth a claim where its cost is not known, in units of the token
  /// @param costTimes what is worth a claim where its cost is known, as a multiple of it
  /// @param ageMax how long a promise waits for a claim at most
  /// @param usedPercent how much of the deposit must be promised for it to be nearly used; 1 to 100
  public record Settings(BigInteger unitsMin, int costTimes, Duration ageMax, int usedPercent) {
    public Settings {
      if (unitsMin.signum() <= 0 || costTimes < 1 || usedPercent < 1 || usedPercent > 100) {
        throw new IllegalArgumentException("not a policy: " + unitsMin + ", " + costTimes);
      }
    }
  }

  /// A receiver's channel as it stands.
  ///
  /// @param pending the highest total that is on its way to the chain
  /// @param oldest when the oldest voucher was taken that neither claim covers
  /// @param cost of one claim in units of the channel's token, where it is known
  public record Look(
      Channel channel, BigInteger pending, Instant oldest, Optional<BigInteger> cost) {

    private BigInteger covered() {
      return channel.standing().claimed().max(pending);
    }

    private BigInteger unclaimed() {
      return channel.standing().claimable().subtract(covered());
    }
  }

  /// Why to claim now, or empty where waiting is better.
  public Optional<Reason> judge(Look look, Instant now) {
    if (look.unclaimed().signum() <= 0) {
      return Optional.empty();
    }
    return switch (look.channel()) {
      case Channel.Closing _ -> Optional.of(Reason.ENDED);
      // What was promised below the withdrawal is still there after it.
      case Channel.Withdrawing(_, var standing) ->
          standing.promised().compareTo(standing.ceiling()) > 0
              ? Optional.of(Reason.WITHDRAWAL)
              : open(standing, look, now);
      case Channel.Open(_, var standing) -> open(standing, look, now);
      case Channel.Opening _, Channel.Settled _, Channel.Abandoned _ -> Optional.empty();
    };
  }

  private Optional<Reason> open(Channel.Standing standing, Look look, Instant now) {
    if (look.unclaimed().compareTo(worth(look)) >= 0) {
      return Optional.of(Reason.VALUE);
    }
    if (nearlyUsed(standing, look)) {
      return Optional.of(Reason.NEARLY_USED);
    }
    return look.oldest().plus(settings.ageMax()).isAfter(now)
        ? Optional.empty()
        : Optional.of(Reason.AGE);
  }

  private BigInteger worth(Look look) {
    return look.cost()
        .map(cost -> cost.multiply(BigInteger.valueOf(settings.costTimes())))
        .orElse(settings.unitsMin());
  }

  /// Once when the mark is passed and once when all is promised, not at every voucher in between.
  private boolean nearlyUsed(Channel.Standing standing, Look look) {
    var mark = standing.ceiling().multiply(BigInteger.valueOf(settings.usedPercent()));
    boolean passed = standing.promised().multiply(HUNDRED).compareTo(mark) >= 0;
    boolean covered = look.covered().multiply(HUNDRED).compareTo(mark) >= 0;
    return passed && (!covered || standing.promised().compareTo(standing.ceiling()) >= 0);
  }
}
