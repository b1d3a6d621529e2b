package tally.flow;

import tally.escrow.Channel;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.ChannelRefunded;
import tally.flow.Signal.ClaimAsked;
import tally.flow.Signal.RefundAsked;
import tally.flow.Signal.TransactionEnded;
import tally.ledger.EntryId;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;
import tally.network.TransactionId;

/// A provider gets what he has vouchers for, and gives back the rest of the channel.
public sealed interface Settlement extends Flow {

  Data data();

  record Data(FlowId id, Channel.Terms terms, Asset asset) {
    private TransactionId transaction(String step) {
      return new TransactionId(id.derive(step));
    }
  }

  @Override
  default FlowId id() {
    return data().id();
  }

  @Override
  default Tenant tenant() {
    return data().terms().tenant();
  }

  record Requested(Data data) implements Settlement {
    @Override
    public Step on(Signal signal) {
      return signal instanceof Signal.Begun
          ? Step.to(
              new Claiming(data), new Command.ClaimChannel(data.terms(), data.transaction("claim")))
          : Step.stay(this);
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  record Claiming(Data data) implements Settlement {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case ClaimAsked(var total) when total.signum() == 0 ->
            Step.to(
                new GivingBack(data),
                new Command.RefundChannel(data.terms(), data.transaction("refund")));
        case ChannelClaimed claimed when claimed.side() == Channel.Side.RECEIVER ->
            Step.to(
                new PayingOut(data),
                new Command.Post(
                    Postings.earned(
                        new EntryId(
                            data.id()
                                .derive("earned/" + claimed.transaction() + "/" + claimed.total())),
                        tenant(),
                        data.terms().holder(),
                        data.terms().network(),
                        new Amount(data.asset(), claimed.amount()))),
                new Command.SettleChannel(data.terms(), data.transaction("settle")));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  /// The claimed total goes to the provider's own address. Another of his settlements may have paid
  /// it out already, so only the end of the transaction counts.
  record PayingOut(Data data) implements Settlement {
    @Override
    public Step on(Signal signal) {
      return signal instanceof TransactionEnded(var transaction, var end, var _)
              && transaction.equals(data.transaction("settle"))
              && end == Signal.TransactionEnd.ACTED
          ? Step.to(
              new GivingBack(data),
              new Command.RefundChannel(data.terms(), data.transaction("refund")))
          : Step.stay(this);
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  record GivingBack(Data data) implements Settlement {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case RefundAsked(var amount) when amount.signum() == 0 -> Step.to(new Settled(data));
        case ChannelRefunded refunded when refunded.side() == Channel.Side.RECEIVER ->
            Step.to(new Settled(data));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  record Settled(Data data) implements Settlement {
    @Override
    public Step on(Signal signal) {
      return Step.stay(this);
    }

    @Override
    public boolean over() {
      return true;
    }
  }
}
