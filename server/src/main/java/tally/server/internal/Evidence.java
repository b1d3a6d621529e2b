package tally.server.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Purchase;
import tally.flow.TopUp;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.payment.Dispute;
import tally.payment.Disputes;
import tally.payment.Payment;
import tally.payment.Payments;
import tally.payment.Refunds;

/// What the house knows about a disputed payment, put together for its bank: the payment, what went
/// back of it, what it bought, both sides' counts, and the last voucher that the buyer signed.
@Component
@Lazy
class Evidence {

  /// Services of one payment that are told one by one.
  private static final int SERVICES_MAX = 20;

  /// Refunds of one payment that are told one by one.
  private static final int REFUNDS_MAX = 50;

  /// Other payments of the same account that are looked at.
  static final int OTHERS_MAX = 200;

  private final Payments payments;
  private final Refunds refunds;
  private final Disputes disputes;
  private final Flows flows;
  private final PurchaseViews purchases;

  Evidence(
      Payments payments, Refunds refunds, Disputes disputes, Flows flows, PurchaseViews purchases) {
    this.payments = payments;
    this.refunds = refunds;
    this.disputes = disputes;
    this.flows = flows;
    this.purchases = purchases;
  }

  /// In the order of its names; what nobody knows is left out.
  Map<String, String> about(Dispute dispute) {
    var about = dispute.about();
    var tenant = about.tenant();
    var payment = payments.find(tenant, about.payment()).orElseThrow();
    var pieces = new TreeMap<String, String>();
    pieces.put("payment", payment(payment));
    pieces.put("payer", payer(tenant, payment));
    pieces.put("refunds", refunds(tenant, payment));
    services(tenant, payment, pieces);
    return pieces;
  }

  private static String payment(Payment payment) {
    var order = payment.order();
    var ordered = order.amount() + " ordered as " + order.id().value();
    return payment instanceof Payment.Captured captured
        ? ordered
            + ", captured "
            + captured.captured()
            + " by "
            + captured.method()
            + (captured.threeDSecure() ? ", confirmed by 3-D Secure" : ", without 3-D Secure")
            + ", at "
            + captured.at()
        : ordered + ", now " + payment.getClass().getSimpleName();
  }

  /// Other payments of the same account that no bank ever disputed, as far as the newest tell.
  private String payer(Tenant tenant, Payment payment) {
    var payer = payment.order().payer();
    var newest = payments.capturedOf(tenant, payer, OTHERS_MAX + 1);
    var others =
        newest.stream()
            .map(one -> one.order().id())
            .filter(id -> !id.equals(payment.order().id()))
            .toList();
    int undisputed = others.size() - disputes.disputed(tenant, others).size();
    return "account "
        + payer.name()
        + ", other payments never disputed: "
        + number(undisputed, newest.size() > OTHERS_MAX);
  }

  private String refunds(Tenant tenant, Payment payment) {
    var given =
        refunds.of(tenant, payment.order().id()).stream()
            .map(refund -> refund.order().amount() + " " + refund.getClass().getSimpleName())
            .toList();
    if (given.isEmpty()) {
      return "none";
    }
    var told = String.join(", ", given.subList(0, Math.min(given.size(), REFUNDS_MAX)));
    int more = given.size() - REFUNDS_MAX;
    return more > 0 ? told + ", and " + more + " more" : told;
  }

  private void services(Tenant tenant, Payment payment, Map<String, String> pieces) {
    var newest =
        flows.list(tenant, Kind.PURCHASE, Optional.of(payment.order().payer()), Page.REACH);
    var bought = bought(newest, payment);
    for (int at = 0; at < Math.min(bought.size(), SERVICES_MAX); at++) {
      service(bought.get(at), "service " + (at + 1), pieces);
    }
    boolean more = newest.size() >= Page.REACH;
    pieces.put("services", number(bought.size(), more) + " bought with this payment");
  }

  /// Oldest first.
  private static List<Flows.Kept> bought(List<Flows.Kept> newest, Payment payment) {
    var lot = TopUp.lotOf(payment.order().id());
    return newest.reversed().stream()
        .filter(kept ->
            kept.flow() instanceof Purchase purchase
                && purchase.data().parts().stream().anyMatch(part -> part.lot().equals(lot)))
        .toList();
  }

  /// @param more whether there may be some that nobody counted
  private static String number(int counted, boolean more) {
    return more ? "at least " + counted : String.valueOf(counted);
  }

  private void service(Flows.Kept kept, String name, Map<String, String> pieces) {
    var purchase = (Purchase) kept.flow();
    var view = purchases.view(purchase, Seen.of(kept));
    var offering = purchase.data().offering();
    pieces.put(
        name,
        offering.title()
            + " of "
            + offering.provider().name()
            + ", bought "
            + kept.begun()
            + " for "
            + view.pays()
            + ", now "
            + view.state());
    pieces.put(
        name + " usage",
        "received by the buyer's count: "
            + count(view.received())
            + "; served by the seller's: "
            + count(view.served()));
    // Another may be signed between the count and this look.
    purchases
        .vouchers(purchase, 1)
        .forEach(voucher ->
            pieces.put(
                name + " voucher",
                "the buyer's key signed for "
                    + voucher.maxClaimable()
                    + " units in all on channel "
                    + voucher.channel()
                    + ", the last of at least "
                    + view.vouchers()
                    + "; signature "
                    + voucher.signature()));
  }

  private static String count(@Nullable Quantity quantity) {
    return quantity == null ? "not known" : quantity.count() + " " + quantity.unit().name();
  }
}
