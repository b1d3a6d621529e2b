package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Optional;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.Lot;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.PaymentId;
import tally.payment.Refund;

/// Begins refunds of what is unused.
public final class Refundings {

  private final Flows flows;
  private final Book book;

  public Refundings(Flows flows, Book book) {
    this.flows = flows;
    this.book = book;
  }

  /// Idempotent by id. Oldest lots first, at most 100, each to the card that it came from. Refuses
  /// with `nothing_to_refund`, `above_refundable` (naming what can be), `id_reused`.
  ///
  /// @param asked how much; empty for all that is unused
  public Begin begin(Tenant tenant, Holder payer, FlowId id, Asset asset, Optional<Amount> asked) {
    return before(tenant, payer, id, asked)
        .orElseGet(() -> {
          var answer = fresh(tenant, payer, id, asset, asked);
          // The same request at the same time may have taken the money first.
          return answer instanceof Begin.Refused
              ? before(tenant, payer, id, asked).orElse(answer)
              : answer;
        });
  }

  private Optional<Begin> before(Tenant tenant, Holder payer, FlowId id, Optional<Amount> asked) {
    return flows
        .find(tenant, id)
        .map(kept ->
            kept.owner().equals(payer)
                    && kept.flow() instanceof Refunding refunding
                    && refunding.data().asked().equals(asked)
                ? new Begin.Already(refunding)
                : new Begin.Refused("id_reused", "This id was used before, with other content."));
  }

  private Begin fresh(Tenant tenant, Holder payer, FlowId id, Asset asset, Optional<Amount> asked) {
    var parts = new ArrayList<Refunding.Part>();
    var left = asked;
    var sum = Amount.zero(asset);
    for (var lot : book.lots(tenant, payer)) {
      if (parts.size() == Entry.POSTINGS_MAX
          || !lot.amount().asset().equals(asset)
          || !(lot.source() instanceof Lot.Source.OfPayment source)) {
        continue;
      }
      var free =
          new Amount(
              asset,
              book.balance(tenant, new Account.Available(payer, lot.id()), asset)
                  .free()
                  .max(BigInteger.ZERO));
      var take = left.map(free::min).orElse(free);
      if (!take.isZero()) {
        parts.add(
            new Refunding.Part(
                lot.id(),
                new PaymentId(source.payment()),
                source.gateway(),
                take,
                new Refund.Id(id.derive("refund/" + lot.id()))));
        left = left.map(wanted -> wanted.minus(take));
        sum = sum.plus(take);
      }
    }
    if (left.isPresent() && !left.get().isZero()) {
      return new Begin.Refused(
          "above_refundable", sum + " can be refunded, not " + asked.get() + ".");
    }
    if (parts.isEmpty()) {
      return new Begin.Refused("nothing_to_refund", "There is no unused money.");
    }
    return flows.begin(
        new Refunding.Requested(new Refunding.Data(id, tenant, payer, asked, sum, parts)), payer);
  }
}
