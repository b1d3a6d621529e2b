package tally.flow;

import java.net.URI;
import tally.flow.Signal.LotCounted;
import tally.flow.Signal.PaymentMoved;
import tally.flow.Signal.PostRefused;
import tally.ledger.EntryId;
import tally.ledger.LotId;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.Payment;
import tally.payment.PaymentId;

/// A person adds money by a gateway. The balance is there the moment the gateway says captured.
public sealed interface TopUp extends Flow {

  Data data();

  record Data(FlowId id, Tenant tenant, Holder payer, String gateway, Amount amount, URI returnTo) {

    public PaymentId payment() {
      return new PaymentId(id.derive("payment"));
    }

    public Payment.Order order() {
      return new Payment.Order(
          payment(), tenant, payer, gateway, amount, returnTo, "Money for Tally");
    }
  }

  /// The lot that a payment opens.
  static LotId lotOf(PaymentId payment) {
    return new LotId(tally.money.Derived.id(payment.value(), "lot"));
  }

  @Override
  default FlowId id() {
    return data().id();
  }

  @Override
  default Tenant tenant() {
    return data().tenant();
  }

  record Requested(Data data) implements TopUp {
    @Override
    public Step on(Signal signal) {
      return signal instanceof Signal.Begun
          ? Step.to(new Waiting(data), new Command.StartPayment(data.order()))
          : Step.stay(this);
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  /// The payer, or his bank, has the word. An unknown outcome waits here too, until it is looked
  /// up.
  record Waiting(Data data) implements TopUp {
    @Override
    public Step on(Signal signal) {
      if (!(signal instanceof PaymentMoved(var payment))) {
        return Step.stay(this);
      }
      return switch (payment) {
        case Payment.Requested _,
            Payment.ActionRequired _,
            Payment.Pending _,
            Payment.Authorized _,
            Payment.Unknown _ ->
            Step.stay(this);
        case Payment.Captured captured ->
            Step.to(
                new Credited(data),
                new Command.Post(
                    Postings.captured(new EntryId(data.id().derive("captured")), captured)));
        case Payment.Declined declined ->
            Step.to(new Closed(data, "declined", declined.decline().advice()));
        case Payment.Voided _ -> Step.to(new Closed(data, "voided", "The payment was called off."));
        case Payment.Expired _ -> Step.to(new Closed(data, "expired", "Nobody paid in time."));
        case Payment.Returned _ -> Step.to(new Closed(data, "returned", "The bank took it back."));
      };
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  record Credited(Data data) implements TopUp {
    @Override
    public Step on(Signal signal) {
      return signal instanceof PaymentMoved(Payment.Returned returned)
          ? Step.to(
              new Returning(data, returned, 1),
              new Command.CountLot(data.payer(), lotOf(data.payment()), returned.captured()))
          : Step.stay(this);
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  /// The bank took back a captured payment, outside a dispute: what the payer has not used goes,
  /// the rest is the house's loss.
  ///
  /// @param round counts again where the payer was quicker than the posting
  record Returning(Data data, Payment.Returned returned, int round) implements TopUp {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotCounted counted ->
            Step.to(
                this,
                new Command.Post(
                    Postings.returned(
                        new EntryId(data.id().derive("returned/" + round)),
                        returned,
                        counted.available())));
        case PostRefused _ ->
            Step.to(
                new Returning(data, returned, round + 1),
                new Command.CountLot(data.payer(), lotOf(data.payment()), returned.captured()));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  record Closed(Data data, String code, String text) implements TopUp {
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
