package tally.escrow;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.x402.Address;
import tally.x402.ChannelId;

/// Has receivers paid what they claimed. The contract pays a receiver all that he claimed in one
/// token, whichever channel it came from, so there is one wish for all his channels.
public final class Payouts {

  /// Payouts that one round sends at most.
  static final int ROUND_MAX = 100;

  /// How long a payout that came to nothing rests.
  public static final Duration REST = Duration.ofSeconds(30);

  /// One receiver's claims in one token.
  ///
  /// @param key whose key asks for it
  public record Purse(KeyRef key, Address receiver, Address token) {
    public static Purse of(Channel.Terms terms) {
      return new Purse(Channels.own(terms), terms.config().receiver(), terms.config().token());
    }
  }

  /// Where payouts, and each channel's part of what was claimed and paid, are kept.
  public interface Store {
    /// Joins an open transaction.
    <T> T inTransaction(Supplier<T> work);

    /// The earlier of two wishes wins.
    void want(Purse purse, Instant dueAt);

    /// Takes up to so many due wishes of which no payout is on its way; others' are passed over.
    List<Purse> take(Instant now, int most);

    /// Units of all the receiver's channels that were claimed and not yet paid out.
    BigInteger unpaid(Purse purse);

    BigInteger unpaid(Tenant tenant, ChannelId channel);

    /// The purse's wish is on its way.
    void sent(Purse purse, TransactionId transaction);

    /// @param again when to try again, or empty where it acted
    void ended(Tenant tenant, TransactionId transaction, Optional<Instant> again);
  }

  private final Store store;
  private final Channels.Sender sender;
  private final Supplier<UUID> ids;
  private final InstantSource clock;

  public Payouts(Store store, Channels.Sender sender, Supplier<UUID> ids, InstantSource clock) {
    this.store = store;
    this.sender = sender;
    this.ids = ids;
    this.clock = clock;
  }

  /// Has the channel's receiver paid soon; answers what of this channel is claimed and not yet paid
  /// out, or empty where nothing is.
  Optional<BigInteger> want(Channel.Terms terms, Instant dueAt) {
    return store.inTransaction(() -> {
      var unpaid = store.unpaid(terms.tenant(), terms.id());
      if (unpaid.signum() == 0) {
        return Optional.empty();
      }
      store.want(Purse.of(terms), dueAt);
      return Optional.of(unpaid);
    });
  }

  /// One round; answers how many payouts were sent.
  public int tick() {
    return store.inTransaction(() -> {
      int sent = 0;
      for (var purse : store.take(clock.instant(), ROUND_MAX)) {
        if (store.unpaid(purse).signum() > 0) {
          send(purse);
          sent++;
        }
      }
      return sent;
    });
  }

  private void send(Purse purse) {
    var id = new TransactionId(ids.get());
    store.sent(purse, id);
    var key = purse.key();
    var approval =
        key.holder().equals(Holder.HOUSE)
            ? new Approval.Flow("payout", id.value())
            : new Approval.Standing(id.value(), store.unpaid(purse));
    sender.submit(
        new Transaction.Order(
            id,
            key.tenant(),
            key.network(),
            key,
            new Intent.Settle(purse.receiver(), purse.token()),
            approval,
            "settle"));
  }
}
