package tally.escrow.internal;

import java.time.InstantSource;
import java.util.Optional;
import tally.custody.port.Intent;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.Channels;
import tally.escrow.Payouts;
import tally.escrow.Settlements;
import tally.escrow.Wishes;
import tally.network.NetworkListener;
import tally.network.Ranges;
import tally.network.Transaction;
import tally.network.port.Chain;

/// Hears of chains. What must be asked of a chain is only noted here, since this runs inside a
/// database transaction.
final class ChannelWatch implements NetworkListener {

  private final Channels.Store store;
  private final Ranges ranges;
  private final Settlements settlements;
  private final Wishes wishes;
  private final Payouts.Store payouts;
  private final InstantSource clock;

  ChannelWatch(
      Channels.Store store,
      Ranges ranges,
      Settlements settlements,
      Wishes wishes,
      Payouts.Store payouts,
      InstantSource clock) {
    this.store = store;
    this.ranges = ranges;
    this.settlements = settlements;
    this.wishes = wishes;
    this.payouts = payouts;
    this.clock = clock;
  }

  @Override
  public void on(Fact fact) {
    switch (fact) {
      case Fact.Confirmed(var network, var from, var to)
          when settlements.find(network).isPresent() ->
          ranges.add(new Ranges.Range(ChannelFollower.READER, network, from, to));
      case Fact.Confirmed _ -> {}
      case Fact.TransactionMoved(var transaction) -> moved(transaction);
    }
  }

  private void moved(Transaction transaction) {
    switch (transaction) {
      case Transaction.Drafted _,
          Transaction.Signed _,
          Transaction.Broadcast _,
          Transaction.Included _ -> {}
      case Transaction.Final(var order, _, var receipt) ->
          ended(order, receipt.success(), reason(receipt));
      case Transaction.Replaced(var order, _) -> ended(order, false, "replaced");
      case Transaction.Dropped(var order, var code, _) -> ended(order, false, code);
    }
  }

  private void ended(Transaction.Order order, boolean acted, String why) {
    if (order.intent() instanceof Intent.Claim) {
      var batch = new Wishes.Started(order.tenant(), order.id());
      wishes.ended(batch, acted ? Wishes.End.ACTED : Wishes.End.FAILED, acted ? "" : why);
    } else if (order.intent() instanceof Intent.Settle) {
      var again = clock.instant().plus(Payouts.REST);
      payouts.ended(order.tenant(), order.id(), acted ? Optional.empty() : Optional.of(again));
    } else if (order.intent() instanceof Intent.Draw && !acted) {
      abandon(order, why);
    }
  }

  /// A first draw that will never act leaves nothing to wait for.
  private void abandon(Transaction.Order order, String why) {
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
