package tally.flow.internal;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import tally.custody.Approval;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.Delivery.Side;
import tally.delivery.DeliveryId;
import tally.delivery.port.Adapter.Access;
import tally.delivery.port.Adapter.Observed;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.flow.Command;
import tally.flow.Purchase;
import tally.flow.Signal;
import tally.market.Peers;
import tally.money.Quantity;
import tally.money.Rounding;
import tally.money.Tenant;
import tally.x402.Voucher;

/// What a buyer's node has to settle with a seller's: that he lets the buyer in, and that both
/// agree to the end.
final class Sellers {

  private final Channels channels;
  private final Deliveries deliveries;
  private final Peers peers;
  private final Duration patience;

  /// @param patience how long a seller may let a buyer wait before he is done without
  Sellers(Channels channels, Deliveries deliveries, Peers peers, Duration patience) {
    this.channels = channels;
    this.deliveries = deliveries;
    this.peers = peers;
    this.patience = patience;
  }

  Signal connect(JdbcCommands.Taken taken, Command.Connect connect) {
    return patiently(taken, () -> letIn(taken.tenant(), connect), Sellers::notLetIn);
  }

  Signal finish(JdbcCommands.Taken taken, Command.FinishDelivery finish) {
    return patiently(taken, () -> end(taken.tenant(), finish), Signal.SellerSilent::new);
  }

  /// A seller who cannot be reached, or who does not agree, is asked again; after the node's
  /// patience it goes on without him.
  private Signal patiently(
      JdbcCommands.Taken taken, Supplier<Signal> asking, Function<String, Signal> without) {
    try {
      return asking.get();
    } catch (Carrier.Later | Peers.Unreachable trouble) {
      if (taken.age().compareTo(patience) < 0) {
        throw trouble;
      }
      return without.apply(String.valueOf(trouble.getMessage()));
    }
  }

  private static Signal notLetIn(String why) {
    return new Signal.AccessRefused("seller_silent", why);
  }

  private Signal letIn(Tenant tenant, Command.Connect connect) {
    return switch (ask(tenant, connect)) {
      case Peers.Admission.Refused(var code, var text) -> new Signal.AccessRefused(code, text);
      case Peers.Admission.Admitted(var access) ->
          new Signal.Connected(
              reach(tenant, connect, access)
                  .url()
                  .orElseThrow(() -> new Carrier.Later("the buyer's way is not open yet")));
    };
  }

  /// Asks again where a running service is. A no changes nothing: whoever was let in goes on with
  /// what he has.
  void askAgain(Purchase.Running purchase) {
    var data = purchase.data();
    var connect = new Command.Connect(data.delivery(), data.offering(), data.terms());
    if (ask(data.tenant(), connect) instanceof Peers.Admission.Admitted(var access)) {
      reach(data.tenant(), connect, access);
    }
  }

  private Peers.Admission ask(Tenant tenant, Command.Connect connect) {
    // Less than is promised already would be refused; that much again is the stored voucher.
    var terms = connect.terms();
    var proof = sign(tenant, terms, promised(tenant, terms), BigInteger.ZERO);
    var id = new DeliveryId(connect.delivery());
    return peers.ask(connect.offering(), id, terms.config(), proof);
  }

  private Delivery reach(Tenant tenant, Command.Connect connect, Access access) {
    return deliveries.buy(
        new Delivery.Order(
            new DeliveryId(connect.delivery()),
            tenant,
            Side.BUYER,
            connect.terms().holder(),
            connect.offering().adapter(),
            Map.of(),
            connect.offering().tariff(),
            connect.terms().id()),
        access);
  }

  /// Closes the buyer's way first, so that the count is final, then pays it to the last unit.
  private Signal end(Tenant tenant, Command.FinishDelivery finish) {
    var id = new DeliveryId(finish.delivery());
    var terms = finish.terms();
    var received =
        deliveries
            .find(tenant, id, Side.BUYER)
            .map(_ -> closed(tenant, id))
            .orElseGet(() -> Quantity.zero(finish.offering().tariff().price().per().unit()));
    var paid = promised(tenant, terms);
    if (finish.pay()) {
      var due =
          finish
              .offering()
              .tariff()
              .price()
              .of(received, Rounding.DOWN)
              .amount()
              .units()
              .min(finish.total());
      if (due.compareTo(paid) > 0) {
        var voucher = sign(tenant, terms, due, finish.total());
        if (peers.pay(finish.offering(), id, terms.config(), voucher)
            instanceof Peers.Payment.Refused(var code, var text, var _)) {
          throw new Carrier.Later("the seller refused the last voucher: " + code + " " + text);
        }
        paid = due;
      }
    }
    var claimed = peers.finish(finish.offering(), id);
    return new Signal.SellerFinished(received, claimed, paid);
  }

  /// Another node may hold the way: it closes it at its next visit, and until then may still count.
  private Quantity closed(Tenant tenant, DeliveryId id) {
    var delivery = deliveries.terminate(tenant, id, Side.BUYER);
    if (delivery.observed() != Observed.TERMINATED) {
      throw new Carrier.Later("the buyer's way is not closed yet");
    }
    return delivery.reading().count();
  }

  private BigInteger promised(Tenant tenant, Channel.Terms terms) {
    return channels
        .find(tenant, terms.id(), Channel.Side.PAYER)
        .map(channel -> channel.standing().promised())
        .orElse(BigInteger.ZERO);
  }

  private Voucher sign(Tenant tenant, Channel.Terms terms, BigInteger max, BigInteger ceiling) {
    var approval = new Approval.Standing(terms.id().subject(), ceiling);
    return switch (channels.sign(tenant, terms.id(), max, approval)) {
      case Channels.Signed.Done(var voucher) -> voucher;
      case Channels.Signed.Refused(var code, var text) ->
          throw new Carrier.Later(code + ": " + text);
    };
  }
}
