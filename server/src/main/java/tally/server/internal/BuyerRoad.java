package tally.server.internal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Purchase;
import tally.flow.Purchases;
import tally.market.Offering;
import tally.market.Offerings;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.server.internal.Road.Answer;
import tally.server.internal.Road.Turn;
import tally.treasury.Quote;
import tally.treasury.Quotes;

/// The buyer's part of the road: asks for prices, buys, and turns what runs.
@Component
@Lazy
final class BuyerRoad {

  private final Flows flows;
  private final Purchases purchases;
  private final Quotes quotes;
  private final Offerings offerings;
  private final PurchaseViews views;

  BuyerRoad(
      Flows flows, Purchases purchases, Quotes quotes, Offerings offerings, PurchaseViews views) {
    this.flows = flows;
    this.purchases = purchases;
    this.quotes = quotes;
    this.offerings = offerings;
    this.views = views;
  }

  Answer<Views.Quote> quote(
      Tenant tenant, Holder holder, UUID id, Offering.Id offering, Amount pays) {
    var found = offerings.find(offering).filter(one -> one.state() == Offering.State.PUBLISHED);
    if (found.isEmpty()) {
      return new Answer.Refused<>("offering_unknown", "There is no such offering.");
    }
    if (!quotes.prices(pays.asset())) {
      return new Answer.Refused<>(
          "asset_unknown", "Nothing is priced in " + pays.asset().code() + ".");
    }
    var known = quotes.find(tenant, new Quote.Id(id));
    if (known.isPresent()
        && !(known.get().holder().equals(holder)
            && known.get().about().equals(offering.value())
            && known.get().pays().equals(pays))) {
      return new Answer.Refused<>("id_reused", "This id was used before, with other content.");
    }
    var quote = quotes.ask(new Quote.Id(id), tenant, holder, offering.value(), pays);
    return new Answer.Done<>(view(quote, found.get()), known.isPresent());
  }

  Optional<Views.Quote> quote(Tenant tenant, Holder holder, UUID id) {
    return quotes
        .find(tenant, new Quote.Id(id))
        .filter(quote -> quote.holder().equals(holder))
        .flatMap(quote ->
            offerings.find(new Offering.Id(quote.about())).map(offering -> view(quote, offering)));
  }

  private Views.Quote view(Quote quote, Offering offering) {
    var means = purchases.means(quote, offering.network());
    return new Views.Quote(
        quote.id().value(),
        offering.id().value(),
        quote.pays(),
        quote.gets(),
        quote.fee(),
        means.own(),
        means.money(),
        quote.rate().numerator() + "/" + quote.rate().denominator(),
        quote.expires(),
        offering.tariff().price().buys(quote.gets()));
  }

  Answer<Views.Purchase> purchase(Tenant tenant, Holder holder, UUID id, UUID quote) {
    return FlowRoad.answer(
        purchases.begin(tenant, holder, new FlowId(id), new Quote.Id(quote)),
        flow -> views.view((Purchase) flow, Seen.NEW));
  }

  Optional<Views.Purchase> purchase(Tenant tenant, Holder holder, UUID id) {
    return kept(tenant, holder, id).map(kept -> views.view((Purchase) kept.flow(), Seen.of(kept)));
  }

  List<Views.Purchase> purchases(Tenant tenant, Holder holder, int most) {
    return flows.list(tenant, Kind.PURCHASE, Optional.of(holder), most).stream()
        .map(kept -> views.view((Purchase) kept.flow(), Seen.of(kept)))
        .toList();
  }

  Optional<Answer<Views.Purchase>> turn(Tenant tenant, Holder holder, UUID id, Turn turn) {
    var flow = new FlowId(id);
    boolean heard =
        switch (turn) {
          case PAUSE -> purchases.pause(tenant, holder, flow);
          case RESUME -> purchases.resume(tenant, holder, flow);
          case FINISH -> purchases.finish(tenant, holder, flow);
        };
    return heard
        ? purchase(tenant, holder, id).map(view -> new Answer.Done<>(view, false))
        : Optional.empty();
  }

  Optional<List<Views.SignedVoucher>> vouchers(Tenant tenant, Holder holder, UUID id, int most) {
    return kept(tenant, holder, id).map(kept -> views.vouchers((Purchase) kept.flow(), most));
  }

  private Optional<Flows.Kept> kept(Tenant tenant, Holder holder, UUID id) {
    return flows
        .find(tenant, new FlowId(id))
        .filter(kept -> kept.owner().equals(holder) && kept.flow() instanceof Purchase);
  }
}
