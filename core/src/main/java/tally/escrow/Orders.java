package tally.escrow;

import java.time.InstantSource;
import java.util.Locale;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.escrow.Channels.Asked;
import tally.escrow.Channels.Sender;
import tally.escrow.Channels.Store;
import tally.network.Transaction;

/// Wishes to the chain, each once for ever by the id of its transaction. Used within an open
/// database transaction.
final class Orders {

  private final Store store;
  private final Sender sender;
  private final InstantSource clock;

  Orders(Store store, Sender sender, InstantSource clock) {
    this.store = store;
    this.sender = sender;
    this.clock = clock;
  }

  void submit(Asked asked, KeyRef key, Intent.Call intent, Approval approval) {
    store.ask(asked, clock.instant());
    sender.submit(
        new Transaction.Order(
            asked.transaction(),
            asked.tenant(),
            key.network(),
            key,
            intent,
            approval,
            asked.purpose().name().toLowerCase(Locale.ROOT)));
  }

  /// True where the very same was asked before; throws where the id was used for something else.
  boolean repeated(Asked asked) {
    var before = store.asked(asked.tenant(), asked.transaction());
    if (before.isPresent() && !before.get().equals(asked)) {
      throw new IllegalArgumentException("id_reused: " + before.get() + ", not " + asked);
    }
    return before.isPresent();
  }
}
