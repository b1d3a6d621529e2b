package tally.payment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The bounds of this room.
///
/// @param looks pauses between the janitor's looks at one open matter; the last repeats until the
///   gateway's horizon
/// @param lease how long one sender or worker has a row for itself
/// @param catchUp pause between two readings of a gateway's own list of events
/// @param batch how many rows, events or deliveries one tick takes at most
/// @param strangerAfter how long a delivery may name an object that nobody knows before a human
///   hears of it
/// @param together how long a round of deliveries waits for its looks; what takes longer goes on
///   without it, so that a slow gateway holds up no other's deliveries
/// @param hintsMax how many unproven deliveries of one gateway are kept within `strangerAfter`
public record PaymentSettings(
    List<Duration> looks,
    Duration lease,
    Duration catchUp,
    Duration pause,
    int batch,
    Duration strangerAfter,
    Duration together,
    int hintsMax) {

  private static final List<Duration> LOOKS =
      List.of(
          Duration.ofSeconds(15),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(1));

  public PaymentSettings {
    looks = List.copyOf(looks);
    if (looks.isEmpty() || batch < 1 || hintsMax < 0) {
      throw new IllegalArgumentException(
          "payment settings: at least one look, and a batch of at least one");
    }
  }

  public static PaymentSettings normal() {
    return new PaymentSettings(
        LOOKS,
        Duration.ofSeconds(60),
        Duration.ofMinutes(1),
        Duration.ofSeconds(1),
        100,
        Duration.ofDays(1),
        Duration.ofMillis(250),
        1000);
  }

  /// For demonstrations and tests: the first look comes so soon, each further one after twice the
  /// pause, up to the normal schedule; lists of events are read and workers rest as shortly.
  public static PaymentSettings quick(Duration first) {
    var looks = new ArrayList<Duration>();
    for (var pause = first; pause.compareTo(LOOKS.getFirst()) < 0; pause = pause.multipliedBy(2)) {
      looks.add(pause);
    }
    looks.addAll(LOOKS);
    return new PaymentSettings(
        looks,
        Duration.ofSeconds(30),
        first.multipliedBy(4),
        first,
        100,
        Duration.ofDays(1),
        Duration.ofSeconds(1),
        1000);
  }

  /// The same, with another patience for the looks of one round.
  public PaymentSettings together(Duration patience) {
    return new PaymentSettings(
        looks, lease, catchUp, pause, batch, strangerAfter, patience, hintsMax);
  }

  /// The pause before the look that follows so many looks.
  public Duration look(int tries) {
    return looks.get(Math.min(tries, looks.size() - 1));
  }
}
