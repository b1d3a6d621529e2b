package tally.escrow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tally.custody.KeyRef;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.ChannelId;

/// That a channel's best voucher is to be claimed. One a channel at a time; it ends when a batch
/// takes it up, and begins anew when that batch comes to nothing.
///
/// @param dueAt not before
/// @param deadline when the payer can finish his withdrawal, by the chain's clock; empty where none
///   is pending
/// @param tries how often it came to nothing
/// @param trouble why it last did, or empty
public record Wish(
    Tenant tenant,
    ChannelId channel,
    String network,
    Holder holder,
    Reason reason,
    Instant dueAt,
    Optional<Instant> deadline,
    int tries,
    String trouble) {

  /// Why a claim is worth its cost now.
  public enum Reason {
    /// The channel ends.
    ENDED,
    /// The payer takes back what is not claimed.
    WITHDRAWAL,
    /// Enough is promised and not claimed.
    VALUE,
    /// A promise is old.
    AGE,
    /// The deposit is nearly used up.
    NEARLY_USED
  }

  /// The first rest after a failure; it doubles with each one.
  public static final Duration REST = Duration.ofSeconds(10);

  /// The longest rest between two tries.
  public static final Duration REST_MAX = Duration.ofHours(1);

  /// The first wish for a channel.
  public static Wish of(Channel.Terms terms, Reason reason, Instant dueAt) {
    return new Wish(
        terms.tenant(),
        terms.id(),
        terms.network(),
        terms.holder(),
        reason,
        dueAt,
        Optional.empty(),
        0,
        "");
  }

  /// It came to nothing: tried again after a rest, longer each time. One with a deadline rests no
  /// longer than at first.
  Wish again(String why, Instant now) {
    var rest = REST.multipliedBy(1L << Math.min(deadline.isPresent() ? 0 : tries, 20));
    var due = now.plus(rest.compareTo(REST_MAX) > 0 ? REST_MAX : rest);
    return new Wish(tenant, channel, network, holder, reason, due, deadline, tries + 1, why);
  }

  /// Whose key claims it.
  KeyRef key() {
    return new KeyRef(tenant, holder, network);
  }
}
