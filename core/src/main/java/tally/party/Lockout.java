package tally.party;

import java.time.Duration;
import java.util.Optional;

/// How long a name is locked after wrong passwords: not at all below `free`, then `first`, doubling
/// with each further one up to `most`. Pure.
///
/// @param free how many wrong passwords in a row lock for the first time
public record Lockout(int free, Duration first, Duration most) {

  public static final Lockout DEFAULT =
      new Lockout(5, Duration.ofMinutes(1), Duration.ofMinutes(15));

  /// Doublings beyond this cannot matter: 2^20 of any sensible `first` is above any sensible
  /// `most`.
  private static final int DOUBLINGS_MAX = 20;

  public Lockout {
    if (free < 1 || first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("a lock-out needs one free try and 0 < first <= most");
    }
  }

  /// @param wrong wrong passwords in a row so far
  public Optional<Duration> after(int wrong) {
    if (wrong < free) {
      return Optional.empty();
    }
    var length = first.multipliedBy(1L << Math.min(wrong - free, DOUBLINGS_MAX));
    return Optional.of(length.compareTo(most) > 0 ? most : length);
  }
}
