package tally.server.internal;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import tally.custody.Approval;
import tally.delivery.DeliveryId;
import tally.escrow.Settlements;
import tally.flow.Begin;
import tally.flow.Chargeback;
import tally.flow.Chargebacks;
import tally.flow.Flow;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Refunding;
import tally.flow.Refundings;
import tally.flow.Releasing;
import tally.flow.Releasings;
import tally.flow.Stocking;
import tally.flow.TopUp;
import tally.flow.TopUps;
import tally.market.Offering;
import tally.market.Peers.Admission;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.payment.Dispute;
import tally.payment.Payments;
import tally.x402.ChannelConfig;
import tally.x402.Voucher;

/// The doors' seam, answered by the flows and the rooms' keepers.
@Component
final class FlowRoad implements Road {

  private final Flows flows;
  private final TopUps topUps;
  private final Refundings refundings;
  private final Releasings releasings;
  private final Chargebacks chargebacks;
  private final BuyerRoad buyer;
  private final SellerRoad seller;
  private final Payments payments;
  private final Settlements settlements;
  private final Assets assets;
  private final StoryViews views;
  private final HistoryViews history;
  private final ChannelViews channelViews;
  private final URI returnTo;

  /// @param returnTo the private door's address; a payer comes back from a gateway's page to
  ///   `money/{id}` there
  FlowRoad(
      Flows flows,
      TopUps topUps,
      Refundings refundings,
      Releasings releasings,
      Chargebacks chargebacks,
      BuyerRoad buyer,
      SellerRoad seller,
      Payments payments,
      Settlements settlements,
      Assets assets,
      StoryViews views,
      HistoryViews history,
      ChannelViews channelViews,
      @Value("${tally.private.url:http://127.0.0.1:${tally.private.port:7070}/}") URI returnTo) {
    this.flows = flows;
    this.topUps = topUps;
    this.refundings = refundings;
    this.releasings = releasings;
    this.chargebacks = chargebacks;
    this.buyer = buyer;
    this.seller = seller;
    this.payments = payments;
    this.settlements = settlements;
    this.assets = assets;
    this.views = views;
    this.history = history;
    this.channelViews = channelViews;
    this.returnTo = returnTo;
  }

  // Money in

  @Override
  public Answer<Views.TopUp> topUp(
      Tenant tenant, Holder holder, UUID id, Amount amount, String gateway) {
    return answer(
        topUps.begin(
            tenant, holder, new FlowId(id), amount, gateway, returnTo.resolve("money/" + id)),
        flow -> views.view((TopUp) flow, Seen.NEW));
  }

  @Override
  public Optional<Views.TopUp> topUp(Tenant tenant, Holder holder, UUID id) {
    return kept(tenant, holder, id, TopUp.class)
        .map(kept -> views.view((TopUp) kept.flow(), Seen.of(kept)));
  }

  @Override
  public List<Views.TopUp> topUps(Tenant tenant, Holder holder, int most) {
    return flows.list(tenant, Kind.TOP_UP, Optional.of(holder), most).stream()
        .map(kept -> views.view((TopUp) kept.flow(), Seen.of(kept)))
        .toList();
  }

  @Override
  public Optional<Views.TopUp> look(Tenant tenant, Holder holder, UUID id) {
    var topUp = kept(tenant, holder, id, TopUp.class);
    topUp.ifPresent(kept -> payments.look(tenant, ((TopUp) kept.flow()).data().payment()));
    return topUp(tenant, holder, id);
  }

  // Buying

  @Override
  public Answer<Views.Quote> quote(
      Tenant tenant, Holder holder, UUID id, Offering.Id offering, Amount pays) {
    return buyer.quote(tenant, holder, id, offering, pays);
  }

  @Override
  public Optional<Views.Quote> quote(Tenant tenant, Holder holder, UUID id) {
    return buyer.quote(tenant, holder, id);
  }

  @Override
  public Answer<Views.Purchase> purchase(Tenant tenant, Holder holder, UUID id, UUID quote) {
    return buyer.purchase(tenant, holder, id, quote);
  }

  @Override
  public Optional<Views.Purchase> purchase(Tenant tenant, Holder holder, UUID id) {
    return buyer.purchase(tenant, holder, id);
  }

  @Override
  public List<Views.Purchase> purchases(Tenant tenant, Holder holder, int most) {
    return buyer.purchases(tenant, holder, most);
  }

  @Override
  public Optional<Answer<Views.Purchase>> turn(Tenant tenant, Holder holder, UUID id, Turn turn) {
    return buyer.turn(tenant, holder, id, turn);
  }

  @Override
  public Optional<List<Views.SignedVoucher>> vouchers(
      Tenant tenant, Holder holder, UUID id, int most) {
    return buyer.vouchers(tenant, holder, id, most);
  }

  // Money back

  @Override
  public Answer<Views.Refund> refund(
      Tenant tenant, Holder holder, UUID id, Optional<Amount> amount) {
    var asset = amount.map(Amount::asset).orElse(assets.fiat());
    return answer(
        refundings.begin(tenant, holder, new FlowId(id), asset, amount),
        flow -> views.view((Refunding) flow, Seen.NEW));
  }

  @Override
  public Optional<Views.Refund> refund(Tenant tenant, Holder holder, UUID id) {
    return kept(tenant, holder, id, Refunding.class)
        .map(kept -> views.view((Refunding) kept.flow(), Seen.of(kept)));
  }

  @Override
  public List<Views.Refund> refunds(Tenant tenant, Holder holder, int most) {
    return flows.list(tenant, Kind.REFUNDING, Optional.of(holder), most).stream()
        .map(kept -> views.view((Refunding) kept.flow(), Seen.of(kept)))
        .toList();
  }

  // What moved

  @Override
  public List<Views.HistoryLine> history(Tenant tenant, Holder holder) {
    return history.lines(tenant, holder);
  }

  @Override
  public Optional<Views.Receipt> receipt(Tenant tenant, Holder holder, UUID story) {
    var bought = purchase(tenant, holder, story);
    boolean his =
        bought.isPresent()
            || topUp(tenant, holder, story).isPresent()
            || refund(tenant, holder, story).isPresent();
    return his
        ? Optional.of(
            new Views.Receipt(
                story,
                history.entries(tenant, holder, story),
                bought.map(Views.Purchase::transactions).orElse(List.of())))
        : Optional.empty();
  }

  // What is one's own

  @Override
  public List<Views.Power> power(Tenant tenant, Holder holder) {
    return releasings.own(tenant, holder).stream()
        .map(own ->
            new Views.Power(
                own.network(),
                own.matured(),
                own.free(),
                own.releasable().orElse(null),
                releasings.on()))
        .toList();
  }

  @Override
  public Answer<Views.Release> release(Releasings.Wish wish, Supplier<Approval.StepUp> proof) {
    return answer(
        releasings.begin(wish, proof), flow -> StoryViews.view((Releasing) flow, Seen.NEW));
  }

  @Override
  public Optional<Views.Release> release(Tenant tenant, Holder holder, UUID id) {
    return kept(tenant, holder, id, Releasing.class)
        .map(kept -> StoryViews.view((Releasing) kept.flow(), Seen.of(kept)));
  }

  @Override
  public List<Views.Release> releases(Tenant tenant, Holder holder, int most) {
    return flows.list(tenant, Kind.RELEASING, Optional.of(holder), most).stream()
        .map(kept -> StoryViews.view((Releasing) kept.flow(), Seen.of(kept)))
        .toList();
  }

  // The operator

  @Override
  public Answer<Views.Stock> stock(
      Tenant tenant, UUID id, Optional<String> network, Optional<String> gateway, Amount amount) {
    if (network.isPresent() == gateway.isPresent()) {
      return new Answer.Refused<>("json_malformed", "Name a network or a gateway, one of both.");
    }
    if (network.isPresent() && settlements.find(network.get()).isEmpty()) {
      return new Answer.Refused<>(
          "network_unknown", "This node has no network named " + network.get() + ".");
    }
    if (gateway.isPresent()) {
      var refused = payments.check(gateway.get(), amount);
      if (refused.isPresent()) {
        return new Answer.Refused<>(refused.get().code(), refused.get().text());
      }
    }
    Stocking.Place place =
        network
            .<Stocking.Place>map(Stocking.Place.Vault::new)
            .orElseGet(() -> new Stocking.Place.Gateway(gateway.orElseThrow()));
    return answer(
        flows.begin(
            new Stocking.Requested(new Stocking.Data(new FlowId(id), tenant, place, amount)),
            Holder.HOUSE),
        flow -> views.view((Stocking) flow, Seen.NEW));
  }

  @Override
  public Optional<Views.Stock> stock(Tenant tenant, UUID id) {
    return kept(tenant, Holder.HOUSE, id, Stocking.class)
        .map(kept -> views.view((Stocking) kept.flow(), Seen.of(kept)));
  }

  @Override
  public List<Views.Chargeback> chargebacks(Tenant tenant, int most) {
    return flows.list(tenant, Kind.CHARGEBACK, Optional.empty(), most).stream()
        .map(kept -> views.view((Chargeback) kept.flow(), Seen.of(kept)))
        .toList();
  }

  @Override
  public List<Views.Chargeback> chargebacks(Tenant tenant, Holder payer, int most) {
    return flows.list(tenant, Kind.CHARGEBACK, Optional.of(payer), most).stream()
        .map(kept -> views.view((Chargeback) kept.flow(), Seen.of(kept)))
        .toList();
  }

  @Override
  public Optional<Refusal> appeal(Tenant tenant, Holder payer, UUID dispute) {
    return switch (chargebacks.appeal(tenant, payer, new Dispute.Id(dispute))) {
      case Chargebacks.Appeal.Asked _ -> Optional.empty();
      case Chargebacks.Appeal.Refused refused -> Optional.of(refused);
    };
  }

  @Override
  public boolean retry(Tenant tenant, UUID flow) {
    return flows.retry(tenant, new FlowId(flow));
  }

  @Override
  public List<Views.Story> stories(Tenant tenant, boolean stalled, int most) {
    if (stalled) {
      return flows.stalled(tenant, most).stream().map(StoryViews::story).toList();
    }
    var all = new ArrayList<Views.Story>();
    for (var kind : Kind.values()) {
      flows
          .list(tenant, kind, Optional.empty(), most)
          .forEach(kept -> all.add(StoryViews.story(kept)));
    }
    return all.stream().limit(most).toList();
  }

  @Override
  public List<Views.Channel> channels(Tenant tenant, Holder holder, int most) {
    return channelViews.list(tenant, holder, most);
  }

  // The provider

  @Override
  public Admission access(
      Offering.Id offering, DeliveryId delivery, ChannelConfig channel, Voucher proof) {
    return seller.access(offering, delivery, channel, proof);
  }

  @Override
  public Optional<Due> due(DeliveryId delivery) {
    return seller.due(delivery);
  }

  @Override
  public Paid pay(DeliveryId delivery, ChannelConfig channel, Voucher voucher) {
    return seller.pay(delivery, voucher);
  }

  @Override
  public Finished finish(DeliveryId delivery, Voucher voucher) {
    return seller.finish(delivery, voucher);
  }

  // What they have in common

  private Optional<Flows.Kept> kept(
      Tenant tenant, Holder holder, UUID id, Class<? extends Flow> type) {
    return flows
        .find(tenant, new FlowId(id))
        .filter(kept -> kept.owner().equals(holder) && type.isInstance(kept.flow()));
  }

  static <T> Answer<T> answer(Begin begin, Function<Flow, T> view) {
    return switch (begin) {
      case Begin.Begun(var flow) -> new Answer.Done<>(view.apply(flow), false);
      case Begin.Already(var flow) -> new Answer.Done<>(view.apply(flow), true);
      case Begin.Refused(var code, var text) -> new Answer.Refused<>(code, text);
    };
  }
}
