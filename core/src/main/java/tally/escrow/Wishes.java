package tally.escrow;

import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tally.custody.KeyRef;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.ChannelId;

/// The keeper of what receivers want claimed, and of what became of it.
public final class Wishes {

  public static final int LIST_MAX = 1000;

  /// A receiver's channel, and the highest total that is on its way to the chain.
  public record Claimable(Channel channel, BigInteger pending) {
    /// What a claim could reach now; empty where all of it is claimed or on its way.
    Optional<BigInteger> total() {
      var total = channel.standing().claimable();
      return total.compareTo(channel.standing().claimed().max(pending)) > 0
          ? Optional.of(total)
          : Optional.empty();
    }
  }

  /// A batch, by its name.
  public record Started(Tenant tenant, TransactionId id) {}

  /// How a batch ended.
  public enum End {
    ACTED,
    FAILED
  }

  /// Where wishes, batches and alarms are kept.
  public interface Store {
    /// Joins an open transaction.
    <T> T inTransaction(Supplier<T> work);

    /// Of two wishes for one channel the earlier due wins. A pending withdrawal gives it its
    /// deadline.
    void want(Wish wish, Instant at);

    /// Whose most pressing wish is due; a deadline presses more than none.
    Optional<KeyRef> pressing(Instant now);

    /// Takes due wishes of a key away: those with a deadline first, then those of channels that
    /// end, since a buyer waits for his rest. Others' are passed over.
    List<Wish> take(KeyRef key, Instant now, int most);

    Optional<Claimable> claimable(Tenant tenant, ChannelId channel);

    void compose(Batch batch, Instant at, Instant until);

    /// False where the batch was given up meanwhile.
    boolean submit(Batch batch, Instant now);

    /// Takes one row out of a batch; false where the batch was given up meanwhile.
    boolean poison(Batch batch, Batch.Row row, String why);

    /// Batches that were not submitted in time.
    List<Started> overdue(Instant now, int most);

    /// Ends a batch; answers the wishes of the rows that it ended with. None where there is no such
    /// batch, or it had ended before.
    List<Wish> end(Started batch, End end, String why);

    List<Wish> wishes(Tenant tenant, int most);

    /// Joins an open transaction.
    Alarms.Store alarms();
  }

  private final Store store;
  private final InstantSource clock;

  public Wishes(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// Joins an open database transaction.
  void want(Wish wish) {
    store.want(wish, clock.instant());
  }

  /// A batch ended, perhaps by its transaction. What did not act is wished anew. Of other
  /// transactions nothing is known here.
  public void ended(Started batch, End end, String why) {
    store.inTransaction(() -> {
      var left = store.end(batch, end, why);
      if (end == End.FAILED) {
        left.forEach(wish -> want(wish.again(why, clock.instant())));
      } else {
        left.forEach(this::claimed);
      }
      return true;
    });
  }

  /// The chain would refuse this row: it stays wished, rests, and a human hears of it.
  void poisoned(Batch batch, Batch.Row row, String why) {
    store.inTransaction(() -> {
      var wish = row.wish();
      if (!store.poison(batch, row, why)) {
        return false;
      }
      want(wish.again(why, clock.instant()));
      raise(
          wish,
          Alarm.CLAIM_POISONED,
          "The chain would refuse to claim "
              + row.claim().totalClaimed()
              + ": "
              + why
              + ". It is tried again; the other claims go without it.");
      return true;
    });
  }

  private void claimed(Wish wish) {
    var now = clock.instant();
    store.alarms().over(wish.tenant(), wish.channel(), Alarm.CLAIM_POISONED, now);
    store.alarms().over(wish.tenant(), wish.channel(), Alarm.WITHDRAWAL_CLOSE, now);
  }

  void raise(Wish about, String code, String text) {
    var subject = Alarm.subject(about.channel());
    store.alarms().raise(new Alarm(about.tenant(), subject, code, text, clock.instant()));
  }

  /// What is still to be claimed, the longest due first; at most 1000.
  public List<Wish> list(Tenant tenant, int most) {
    return store.wishes(tenant, Math.clamp(most, 0, LIST_MAX));
  }

  /// Alarms that nobody has closed, newest first; at most 1000.
  public List<Alarm> alarms(Tenant tenant, int most) {
    return store.alarms().list(tenant, true, Math.clamp(most, 0, LIST_MAX)).stream()
        .map(Alarms.Kept::alarm)
        .toList();
  }
}
