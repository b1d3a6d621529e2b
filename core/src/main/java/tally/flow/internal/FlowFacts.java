package tally.flow.internal;

import java.util.Optional;
import java.util.UUID;
import tally.escrow.Channel;
import tally.escrow.ChannelListener;
import tally.flow.Chargeback;
import tally.flow.Chargebacks;
import tally.flow.FlowId;
import tally.flow.Releasing;
import tally.flow.Signal;
import tally.flow.TopUp;
import tally.money.Tenant;
import tally.network.NetworkListener;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.network.Transactions;
import tally.payment.Dispute;
import tally.payment.PaymentListener;
import tally.payment.Payments;
import tally.treasury.GrantListener;
import tally.x402.Bytes32;

/// How facts climb: what a room says becomes a signal row, in the room's own database transaction.
final class FlowFacts implements PaymentListener, NetworkListener, ChannelListener, GrantListener {

  private final JdbcFlows flows;
  private final java.util.function.Supplier<Payments> payments;
  private final java.util.function.Supplier<Transactions> transactions;
  private final String network;

  /// @param payments asked for the payer of a disputed payment; late, since payments know this
  ///   listener
  /// @param transactions asked whose transaction paid a release; late, likewise
  /// @param network where grants are made
  FlowFacts(
      JdbcFlows flows,
      java.util.function.Supplier<Payments> payments,
      java.util.function.Supplier<Transactions> transactions,
      String network) {
    this.flows = flows;
    this.payments = payments;
    this.transactions = transactions;
    this.network = network;
  }

  @Override
  public void on(PaymentListener.Fact fact) {
    switch (fact) {
      case PaymentListener.Fact.PaymentMoved(var payment) ->
          flows.tell(
              payment.order().tenant(),
              payment.order().id().value(),
              new Signal.PaymentMoved(payment));
      case PaymentListener.Fact.RefundMoved(var refund) ->
          flows.tell(
              refund.order().tenant(), refund.order().id().value(), new Signal.RefundMoved(refund));
      case PaymentListener.Fact.DisputeMoved(var dispute) -> disputed(dispute);
    }
  }

  /// A dispute that has cost us, or is about to, begins its own flow; one that merely warns does
  /// not, but whoever spends of that payment's lot hears of it, and of its end.
  private void disputed(Dispute dispute) {
    var about = dispute.about();
    var id = Chargebacks.of(about.id());
    boolean begins =
        switch (dispute) {
          case Dispute.Opened _, Dispute.Contested _, Dispute.Lost _, Dispute.Accepted _ -> true;
          case Dispute.Warned _,
              Dispute.Inquiry _,
              Dispute.Won _,
              Dispute.Prevented _,
              Dispute.Closed _ ->
              false;
        };
    if (begins && flows.find(about.tenant(), id).isEmpty()) {
      var payer =
          payments.get().find(about.tenant(), about.payment()).orElseThrow().order().payer();
      var data =
          new Chargeback.Data(
              id, about.tenant(), about, payer, TopUp.lotOf(about.payment()), network);
      flows.begin(new Chargeback.Opened(data), payer);
      flows.watch(about.tenant(), id, about.id().value());
    }
    flows.tell(about.tenant(), about.id().value(), new Signal.DisputeMoved(dispute));
    warning(dispute)
        .ifPresent(
            signal -> flows.tell(about.tenant(), TopUp.lotOf(about.payment()).value(), signal));
  }

  private static Optional<Signal> warning(Dispute dispute) {
    var lot = TopUp.lotOf(dispute.about().payment());
    var id = dispute.about().id().value();
    return switch (dispute) {
      case Dispute.Warned _, Dispute.Inquiry _ -> Optional.of(new Signal.LotWarned(lot, id));
      case Dispute.Won _, Dispute.Prevented _, Dispute.Closed _ ->
          Optional.of(new Signal.LotCleared(lot, id));
      // These tell it themselves, by `LotDisputed`.
      case Dispute.Opened _, Dispute.Contested _, Dispute.Lost _, Dispute.Accepted _ ->
          Optional.empty();
    };
  }

  @Override
  public void on(NetworkListener.Fact fact) {
    switch (fact) {
      case NetworkListener.Fact.TransactionMoved(var transaction) -> ended(transaction);
      case NetworkListener.Fact.Confirmed _ -> {}
    }
  }

  private void ended(Transaction transaction) {
    var order = transaction.order();
    switch (transaction) {
      case Transaction.Drafted _,
          Transaction.Signed _,
          Transaction.Broadcast _,
          Transaction.Included _ -> {}
      case Transaction.Final done ->
          tell(
              order.tenant(),
              order.id(),
              done.receipt().success()
                  ? Signal.TransactionEnd.ACTED
                  : Signal.TransactionEnd.REVERTED,
              done.receipt().reason());
      case Transaction.Replaced _ ->
          tell(order.tenant(), order.id(), Signal.TransactionEnd.NEVER_SENT, "replaced");
      case Transaction.Dropped dropped ->
          tell(order.tenant(), order.id(), Signal.TransactionEnd.NEVER_SENT, dropped.code());
    }
  }

  private void tell(Tenant tenant, TransactionId id, Signal.TransactionEnd end, String reason) {
    flows.tell(
        tenant, id.value(), new Signal.TransactionEnded(flows.original(tenant, id), end, reason));
  }

  /// Whether a release's own transaction has this hash, as far as the journal knows by now.
  private boolean sent(Tenant tenant, FlowId release, Bytes32 hash) {
    return transactions
        .get()
        .find(tenant, Releasing.transaction(release))
        .flatMap(FlowFacts::attempt)
        .filter(attempt -> attempt.hash().equals(hash))
        .isPresent();
  }

  private static Optional<Transaction.Attempt> attempt(Transaction transaction) {
    return switch (transaction) {
      case Transaction.Included included -> Optional.of(included.attempt());
      case Transaction.Final done -> Optional.of(done.attempt());
      case Transaction.Signed signed -> Optional.of(signed.attempt());
      case Transaction.Broadcast broadcast -> Optional.of(broadcast.attempt());
      case Transaction.Drafted _, Transaction.Replaced _, Transaction.Dropped _ -> Optional.empty();
    };
  }

  /// The name by which the flow knows it.
  private TransactionId original(Tenant tenant, UUID transaction) {
    return flows.original(tenant, new TransactionId(transaction));
  }

  @Override
  public void on(ChannelListener.Fact fact) {
    var terms = fact.terms();
    var id = terms.id();
    UUID subject = id.subject();
    switch (fact) {
      case ChannelListener.Fact.Deposited(_, _, var total, _) ->
          flows.tell(terms.tenant(), subject, new Signal.ChannelDeposited(id, terms.side(), total));
      case ChannelListener.Fact.Claimed(_, var amount, var total, var hash) ->
          flows.tell(
              terms.tenant(),
              subject,
              new Signal.ChannelClaimed(id, terms.side(), amount, total, hash.hex()));
      case ChannelListener.Fact.Refunded(_, var amount, var hash) ->
          flows.tell(
              terms.tenant(),
              subject,
              new Signal.ChannelRefunded(id, terms.side(), amount, hash.hex()));
      case ChannelListener.Fact.PaidOut(_, var amount, var hash) ->
          flows.tell(terms.tenant(), subject, new Signal.ChannelPaidOut(id, amount, hash.hex()));
      case ChannelListener.Fact.WithdrawalBegun(_, var amount, var left, _) ->
          seller(terms, new Signal.WithdrawalBegun(id, amount, left));
      case ChannelListener.Fact.Withdrawn(_, var amount, var left, _) ->
          seller(terms, new Signal.ChannelWithdrawn(id, amount, left));
      case ChannelListener.Fact.Lost(_, var amount, var hash) ->
          seller(terms, new Signal.VouchersLost(id, amount, hash.hex()));
      case ChannelListener.Fact.Regained(_, var amount, var hash) ->
          seller(terms, new Signal.VouchersRegained(id, amount, hash.hex()));
    }
  }

  /// A payer began the withdrawal himself and needs no telling.
  private void seller(Channel.Terms terms, Signal signal) {
    if (terms.side() == Channel.Side.RECEIVER) {
      flows.tell(terms.tenant(), terms.id().subject(), signal);
    }
  }

  @Override
  public void on(GrantListener.Fact fact) {
    switch (fact) {
      case GrantListener.Fact.GrantMoved(var grant) ->
          flows.tell(
              grant.order().tenant(), grant.order().id().value(), new Signal.GrantMoved(grant));
      case GrantListener.Fact.FreezeFailed(var grant, var reason) ->
          flows.tell(
              grant.order().tenant(),
              grant.order().id().value(),
              new Signal.FreezeFailed(grant.order().id(), reason));
      case GrantListener.Fact.AppealFailed(var grant, var reason) ->
          flows.tell(
              grant.order().tenant(),
              grant.order().id().value(),
              new Signal.AppealFailed(grant.order().id(), reason));
      case GrantListener.Fact.Returned(_, var channel, var amount, var hash) ->
          flows.tellAll(channel.subject(), new Signal.PowerReturned(channel, amount, hash.hex()));
      case GrantListener.Fact.Recalled(var tenant, var channel, var recall, var ripe) ->
          flows.tell(
              tenant, channel.subject(), new Signal.Recalled(new TransactionId(recall), ripe));
      case GrantListener.Fact.RecallFinished(var tenant, var channel, var finish, var acted) ->
          flows.tell(
              tenant,
              channel.subject(),
              new Signal.RecallFinished(new TransactionId(finish), acted));
      case GrantListener.Fact.Released(
              var network,
              var user,
              var to,
              var amount,
              var hash,
              var ordinal) ->
          flows.tellNewest(
              Releasing.subject(network, user),
              (tenant, release) ->
                  new Signal.PowerReleased(
                      to, amount, hash.hex(), ordinal, sent(tenant, release, hash)));
      case GrantListener.Fact.ReleaseActed(
              var tenant,
              var network,
              var user,
              var release,
              var hash) ->
          flows.tell(
              tenant,
              Releasing.subject(network, user),
              new Signal.ReleaseActed(new TransactionId(release), hash.hex()));
      case GrantListener.Fact.ReleaseEnded(
              var tenant,
              var network,
              var user,
              var release,
              var overtaken) ->
          flows.tell(
              tenant,
              Releasing.subject(network, user),
              new Signal.ReleaseEnded(new TransactionId(release), overtaken));
      case GrantListener.Fact.PowerReclaimed(var grant, var amount, var reclaim) ->
          flows.tell(
              grant.order().tenant(),
              grant.order().id().value(),
              new Signal.PowerReclaimed(grant, amount, original(grant.order().tenant(), reclaim)));
    }
  }
}
