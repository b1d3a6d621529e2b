package tally.server.internal;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.DeliveryId;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.flow.Purchase;
import tally.flow.PurchaseEnding;
import tally.money.Amount;
import tally.money.Derived;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.network.Transactions;
import tally.x402.ChannelConfig;

/// How purchases and their vouchers look from outside.
@Component
@Lazy
final class PurchaseViews {

  private final Deliveries deliveries;
  private final Channels channels;
  private final Transactions transactions;
  private final Assets assets;

  PurchaseViews(
      Deliveries deliveries, Channels channels, Transactions transactions, Assets assets) {
    this.assets = assets;
    this.deliveries = deliveries;
    this.channels = channels;
    this.transactions = transactions;
  }

  Views.Purchase view(Purchase purchase, Seen seen) {
    var data = purchase.data();
    var tenant = data.tenant();
    var delivery = new DeliveryId(data.delivery());
    var bought = deliveries.find(tenant, delivery, Delivery.Side.BUYER);
    var received = bought.map(one -> one.reading().count());
    var served = deliveries.sold(delivery).map(one -> one.reading().count());
    var channel = channels.find(tenant, data.channel(), Channel.Side.PAYER);
    var token = data.own().asset();
    var paid = channel.map(one -> new Amount(token, one.standing().promised()));
    var pays =
        data.parts().stream()
            .map(Purchase.Part::fiat)
            .reduce(Amount.zero(assets.fiat()), Amount::plus);
    var finished =
        purchase instanceof PurchaseEnding.Finished done
            ? Optional.of(done)
            : Optional.<PurchaseEnding.Finished>empty();
    var sums = finished.map(this::spent);
    return new Views.Purchase(
        data.id().value(),
        seen.shows(state(purchase), "returning"),
        data.quote(),
        data.offering().id().value(),
        pays,
        data.own(),
        channel.map(one -> one.terms().id().hex()).orElse(null),
        purchase instanceof Purchase.Running running
            ? bought.flatMap(Delivery::url).orElse(running.url())
            : null,
        URI.create(data.offering().endpoint() + "/pay/" + data.delivery()),
        received.orElse(null),
        served.orElse(null),
        paid.orElse(null),
        channels.countVouchers(tenant, data.channel(), Channel.Side.PAYER),
        code(purchase),
        seen.stalled()
            .orElseGet(() -> purchase instanceof Purchase.Refused refused ? refused.text() : null),
        links(data),
        sums.orElse(null),
        sums.map(pays::minus).orElse(null),
        finished.map(done -> done.progress().ownSpent(data)).orElse(null),
        backNow(purchase, bought, paid).orElse(null));
  }

  /// The seller is owed what was promised, or what was used beyond it.
  private Optional<Amount> backNow(
      Purchase purchase, Optional<Delivery> bought, Optional<Amount> paid) {
    if (!(purchase instanceof Purchase.Running running)) {
      return Optional.empty();
    }
    var promised = paid.map(Amount::units).orElse(BigInteger.ZERO);
    var due =
        bought
            .map(one -> one.order().tariff().due(one.reading().count()).units())
            .orElse(BigInteger.ZERO);
    return Optional.of(
        PurchaseEnding.back(running.data(), promised.max(due)).orElse(Amount.zero(assets.fiat())));
  }

  private static String state(Purchase purchase) {
    return switch (purchase) {
      case Purchase.Accepted _, Purchase.Holding _ -> "accepted";
      case Purchase.Granting _ -> "granting";
      case Purchase.Opening _ -> "opening";
      case Purchase.Connecting _ -> "connecting";
      case Purchase.Running running -> running.paused() ? "paused" : "running";
      case PurchaseEnding.Finishing _ -> "finishing";
      case PurchaseEnding.Recalling _ -> "recalling";
      case PurchaseEnding.Returning _, PurchaseEnding.Surrendering _ -> "returning";
      case PurchaseEnding.Finished _ -> "finished";
      case Purchase.Refused _ -> "refused";
    };
  }

  private static @Nullable String code(Purchase purchase) {
    return switch (purchase) {
      case Purchase.Refused refused -> refused.code();
      case PurchaseEnding ending -> orNone(ending.why());
      case Purchase.Accepted _,
          Purchase.Holding _,
          Purchase.Granting _,
          Purchase.Opening _,
          Purchase.Connecting _,
          Purchase.Running _ ->
          null;
    };
  }

  private static @Nullable String orNone(String text) {
    return text.isEmpty() ? null : text;
  }

  /// In money: what was claimed, rounded up, since what came back was rounded down.
  private Amount spent(PurchaseEnding.Finished purchase) {
    return purchase.progress().ends(purchase.data(), false).stream()
        .map(end ->
            end.fiat()
                .minus(
                    Purchase.worth(
                        new Purchase.Part(end.lot(), end.fiat(), end.tokens(), end.grant()),
                        end.tokens().minus(end.spent()))))
        .reduce(Amount.zero(assets.fiat()), Amount::plus);
  }

  private List<Views.Link> links(Purchase.Data data) {
    var links = new ArrayList<Views.Link>();
    for (var part : data.parts()) {
      link(data, Derived.id(part.grant().value(), "grant"), "grant").ifPresent(links::add);
    }
    link(data, data.id().derive("draw"), "draw").ifPresent(links::add);
    for (var part : data.parts()) {
      link(data, data.id().derive("surrender/" + part.lot()), "surrender").ifPresent(links::add);
    }
    return links;
  }

  private Optional<Views.Link> link(Purchase.Data data, UUID transaction, String purpose) {
    return transactions
        .find(data.tenant(), new TransactionId(transaction))
        .flatMap(PurchaseViews::hash)
        .map(hash -> new Views.Link(hash, purpose));
  }

  private static Optional<String> hash(Transaction transaction) {
    return switch (transaction) {
      case Transaction.Drafted _, Transaction.Dropped _ -> Optional.empty();
      case Transaction.Signed it -> Optional.of(it.attempt().hash().hex());
      case Transaction.Broadcast it -> Optional.of(it.attempt().hash().hex());
      case Transaction.Included it -> Optional.of(it.attempt().hash().hex());
      case Transaction.Final it -> Optional.of(it.attempt().hash().hex());
      case Transaction.Replaced it -> Optional.of(it.attempt().hash().hex());
    };
  }

  /// The newest vouchers that the buyer signed.
  List<Views.SignedVoucher> vouchers(Purchase purchase, int most) {
    var terms = purchase.data().terms();
    return channels.vouchers(terms.tenant(), terms.id(), Channel.Side.PAYER, most).stream()
        .map(voucher ->
            new Views.SignedVoucher(
                terms.id().hex(),
                voucher.maxClaimable().toString(),
                voucher.signature().hex(),
                words(terms.config())))
        .toList();
  }

  /// A channel's configuration in the words of x402.
  private static Map<String, Object> words(ChannelConfig config) {
    var words = new LinkedHashMap<String, Object>();
    words.put("payer", config.payer().checksummed());
    words.put("payerAuthorizer", config.payerAuthorizer().checksummed());
    words.put("receiver", config.receiver().checksummed());
    words.put("receiverAuthorizer", config.receiverAuthorizer().checksummed());
    words.put("token", config.token().checksummed());
    words.put("withdrawDelay", config.withdrawDelay());
    words.put("salt", config.salt().hex());
    return words;
  }
}
