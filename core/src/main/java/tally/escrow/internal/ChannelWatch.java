package tally.escrow.internal;

import tally.custody.port.Intent;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.Channels;
import tally.escrow.Settlements;
import tally.network.NetworkListener;
import tally.network.Transaction;
import tally.network.port.Chain;

/// Hears of chains. What must be asked of a chain is only noted here, since this runs inside a
/// database transaction.
final class ChannelWatch implements NetworkListener {

  private final Channels.Store store;
  private final JdbcRanges ranges;
  private final Settlements settlements;

  ChannelWatch(Channels.Store store, JdbcRanges ranges, Settlements settlements) {
    this.store = store;
    this.ranges = ranges;
    this.settlements = settlements;
  }

  @Override
  public void on(Fact fact) {
    switch (fact) {
      case Fact.Confirmed(var network, var from, var to)
          when settlements.find(network).isPresent() ->
          ranges.add(new JdbcRanges.Range(network, from, to));
      case Fact.Confirmed _ -> {}
      case Fact.TransactionMoved(var transaction) -> moved(transaction);
    }
  }

  private void moved(Transaction transaction) {
    switch (transaction) {
      case Transaction.Drafted _ -> {}
      case Transaction.Signed(var order, var attempt) -> sent(order, attempt);
      case Transaction.Broadcast(var order, var attempt, _) -> sent(order, attempt);
      case Transaction.Included(var order, var attempt, _) -> sent(order, attempt);
      case Transaction.Final(var order, var attempt, var receipt) -> {
        sent(order, attempt);
        if (!receipt.success()) {
          failed(order, reason(receipt));
        }
      }
      case Transaction.Replaced(var order, _) -> failed(order, "replaced");
      case Transaction.Dropped(var order, var code, _) -> failed(order, code);
    }
  }

  private void sent(Transaction.Order order, Transaction.Attempt attempt) {
    if (order.intent() instanceof Intent.Settle) {
      ranges.sent(order.tenant(), order.id(), attempt.hash());
    }
  }

  /// A first draw that will never act leaves nothing to wait for.
  private void failed(Transaction.Order order, String why) {
    if (!(order.intent() instanceof Intent.Draw)) {
      return;
    }
    store
        .asked(order.tenant(), order.id())
        .ifPresent(asked ->
            store
                .lock(asked.tenant(), asked.channel(), Side.PAYER)
                .ifPresent(kept -> {
                  if (kept.channel() instanceof Channel.Opening opening
                      && opening.total().equals(asked.units())) {
                    store.save(opening.abandoned(why), kept.seenAt());
                  }
                }));
  }

  private static String reason(Chain.Receipt receipt) {
    return receipt.reason().isEmpty() ? "reverted" : receipt.reason();
  }
}
