package tally.treasury;

import java.time.InstantSource;
import java.util.UUID;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.treasury.Act.Deed;
import tally.treasury.Act.Stage;

/// Begins acts: each once for ever by its id, together with its row in the journal.
final class Acts {

  private final Grants.Store store;
  private final Grants.Sender sender;
  private final InstantSource clock;

  Acts(Grants.Store store, Grants.Sender sender, InstantSource clock) {
    this.store = store;
    this.sender = sender;
    this.clock = clock;
  }

  /// Whether this was begun before. Throws where another act has the id.
  boolean known(Tenant tenant, TransactionId id, Deed deed) {
    var known = store.act(tenant, id);
    if (known.isPresent() && !known.get().deed().equals(deed)) {
      throw new IllegalStateException("id_reused: transaction " + id.value());
    }
    return known.isPresent();
  }

  /// The act and its journal row come to be together; what was begun before is left alone.
  void begin(Tenant tenant, TransactionId id, String network, Deed deed, Intent.Call intent) {
    store.together(() -> {
      var act = new Act(tenant, id, network, deed, new Stage.Sent());
      boolean fresh = !known(tenant, id, deed) && store.add(act, clock.instant());
      if (fresh) {
        submit(act, intent);
      }
      return fresh;
    });
  }

  /// Notes an act whose transaction must not be submitted yet.
  void await(Tenant tenant, TransactionId id, String network, Deed deed) {
    if (!known(tenant, id, deed)) {
      store.add(new Act(tenant, id, network, deed, new Stage.Waiting()), clock.instant());
    }
  }

  void submit(Act act, Intent.Call intent) {
    submit(act, act.id(), intent, purpose(act.deed()));
  }

  void submit(Act act, TransactionId id, Intent.Call intent, String purpose) {
    var house = new KeyRef(act.tenant(), Holder.HOUSE, act.network());
    sender.submit(
        new Transaction.Order(
            id, act.tenant(), act.network(), house, intent, approval(act), purpose));
  }

  private static Approval approval(Act act) {
    return act.deed() instanceof Deed.Release(_, var word)
        ? word
        : new Approval.Flow("grants", subject(act));
  }

  private static UUID subject(Act act) {
    return act.grant()
        .map(Grant.Id::value)
        .or(() -> act.channel().map(channel -> channel.subject()))
        .orElse(act.id().value());
  }

  private static String purpose(Deed deed) {
    return switch (deed) {
      case Deed.Give _ -> "grant";
      case Deed.Freeze _ -> "freeze";
      case Deed.Thaw _, Deed.EndAppeal _ -> "thaw";
      case Deed.Appeal _ -> "appeal";
      case Deed.Reclaim _ -> "reclaim";
      case Deed.Mature _ -> "mature";
      case Deed.Release _ -> "release";
      case Deed.Sync _ -> "sync";
      case Deed.Recall _ -> "recall";
      case Deed.Finish _ -> "finish";
      case Deed.Fund _ -> "fund";
    };
  }
}
