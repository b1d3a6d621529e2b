package tally.flow;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tally.escrow.Channel;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.market.Offering;
import tally.market.Offerings;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Rate;
import tally.money.Rounding;
import tally.money.Tenant;
import tally.treasury.Grant;
import tally.treasury.Quote;
import tally.treasury.Quotes;
import tally.treasury.Receivers;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.Keccak;
import tally.x402.Settlement;
import tally.x402.TypedData;

/// Begins purchases, and hands people's wishes to those that run.
public final class Purchases {

  /// How long money may stay promised to a grant that the chain has not taken.
  private static final Duration HOLD = Duration.ofDays(7);

  private static final Duration DAY = Duration.ofDays(1);

  /// Purchases of one buyer that are looked at, newest first.
  private static final int BEFORE_MAX = 1000;

  /// Lots that may share in one purchase: each is a posting of one entry.
  static final int PARTS_MAX = 50;

  /// What a purchase must know of the outside: read before the database transaction begins.
  public interface Places {
    Grants.Facts vault(String network);

    Settlement settlement(String network);

    Address address(Tenant tenant, Holder holder, String network);

    /// Whether this node keeps the key of that address.
    boolean keeps(String network, Address address);

    /// Whether one of these payments is disputed, or a warning came for it.
    boolean warned(Tenant tenant, Set<UUID> payments);

    /// What may leave this network's vault in a day, in units; empty where the chain cannot be
    /// asked now.
    Optional<BigInteger> daily(String network);

    /// Runs in one database transaction, undone where the answer is a refusal.
    Begin together(Supplier<Begin> work);
  }

  private final Flows flows;
  private final Book book;
  private final Quotes quotes;
  private final Offerings offerings;
  private final Places places;
  private final Receivers receivers;
  private final InstantSource clock;
  private final Optional<Amount> slice;

  /// @param slice the most that one draw takes from the vault; empty for the whole deposit
  public Purchases(
      Flows flows,
      Book book,
      Quotes quotes,
      Offerings offerings,
      Places places,
      Receivers receivers,
      InstantSource clock,
      Optional<Amount> slice) {
    this.flows = flows;
    this.book = book;
    this.quotes = quotes;
    this.offerings = offerings;
    this.places = places;
    this.receivers = receivers;
    this.clock = clock;
    this.slice = slice;
  }

  /// Idempotent by id. Refuses with `quote_unknown`, `quote_expired`, `quote_used`,
  /// `offering_unknown`, `insufficient_funds`, `above_daily_limit`, `id_reused`, and what
  /// `Receivers` says of young money.
  public Begin begin(Tenant tenant, Holder buyer, FlowId id, Quote.Id quoteId) {
    return before(tenant, buyer, id, quoteId)
        .orElseGet(() -> {
          var answer = fresh(tenant, buyer, id, quoteId);
          // The same request at the same time may have used the quote and the money up first.
          return answer instanceof Begin.Refused
              ? before(tenant, buyer, id, quoteId).orElse(answer)
              : answer;
        });
  }

  private Optional<Begin> before(Tenant tenant, Holder buyer, FlowId id, Quote.Id quoteId) {
    return flows
        .find(tenant, id)
        .map(kept ->
            kept.owner().equals(buyer)
                    && kept.flow() instanceof Purchase purchase
                    && purchase.data().quote().equals(quoteId.value())
                ? new Begin.Already(purchase)
                : new Begin.Refused("id_reused", "This id was used before, with other content."));
  }

  private Begin fresh(Tenant tenant, Holder buyer, FlowId id, Quote.Id quoteId) {
    var quote = quotes.find(tenant, quoteId).filter(one -> one.holder().equals(buyer));
    if (quote.isEmpty()) {
      return new Begin.Refused("quote_unknown", "There is no such quote.");
    }
    var offering =
        offerings
            .find(new Offering.Id(quote.get().about()))
            .filter(one -> one.state() == Offering.State.PUBLISHED);
    if (offering.isEmpty()) {
      return new Begin.Refused("offering_unknown", "This is no longer on offer.");
    }
    var terms = terms(tenant, buyer, id, offering.get());
    var daily = places.daily(offering.get().network());
    return places.together(
        () -> begin(tenant, buyer, id, quote.get(), offering.get(), terms, daily));
  }

  /// @param daily what may leave the vault in a day, as far as that is known
  private Begin begin(
      Tenant tenant,
      Holder buyer,
      FlowId id,
      Quote quote,
      Offering offering,
      Channel.Terms terms,
      Optional<BigInteger> daily) {
    var means = means(quote, offering.network());
    var parts = parts(id, quote, means);
    if (parts.isEmpty()) {
      return new Begin.Refused(
          "insufficient_funds", "The balance does not reach for " + means.money() + ".");
    }
    var young = young(tenant, buyer, parts.get());
    var none = Amount.zero(quote.pays().asset());
    var asking = asking(tenant, buyer, offering, parts.get(), young, none);
    var no = receivers.judge(asking, clock.instant());
    if (no.isPresent()) {
      return new Begin.Refused(no.get().code(), no.get().text());
    }
    var slice = slice(quote, offering, young, parts.get().isEmpty() ? Optional.empty() : daily);
    if (slice.isEmpty()) {
      return new Begin.Refused(
          "above_daily_limit", "Less than this needs at once may leave the vault in a day.");
    }
    if (quotes.accept(tenant, buyer, quote.id(), id.value())
        instanceof Quotes.Acceptance.Refused(var code, var text)) {
      return new Begin.Refused(code, text);
    }
    var data =
        new Purchase.Data(
            id,
            tenant,
            buyer,
            quote.id().value(),
            offering,
            terms,
            means.own(),
            parts.get(),
            slice.get(),
            clock.instant().plus(HOLD));
    return flows.begin(new Purchase.Accepted(data), buyer);
  }

  /// How a quote about an offering on this network would be paid now: what is free of the holder's
  /// own power there comes first.
  public Means means(Quote quote, String network) {
    var own = new Account.Matured(quote.holder(), network);
    return Means.of(quote, book.balance(quote.tenant(), own, quote.gets().asset()).free());
  }

  /// The oldest lots pay first, at most 50; the tokens are shared out in proportion, the last lot
  /// gets what rounding leaves. No lot where there is no money to pay.
  private Optional<List<Purchase.Part>> parts(FlowId id, Quote quote, Means means) {
    var tenant = quote.tenant();
    var buyer = quote.holder();
    var left = means.money();
    var tokensLeft = means.tokens();
    var parts = new ArrayList<Purchase.Part>();
    for (var lot : book.lots(tenant, buyer)) {
      if (left.isZero()
          || parts.size() == PARTS_MAX
          || !lot.amount().asset().equals(left.asset())) {
        continue;
      }
      var take = free(tenant, new Account.Available(buyer, lot.id()), left).min(left);
      if (take.isZero()) {
        continue;
      }
      left = left.minus(take);
      var share =
          left.isZero()
              ? tokensLeft
              : new Amount(
                  tokensLeft.asset(),
                  means.tokens().units().multiply(take.units()).divide(means.money().units()));
      if (share.isZero()) {
        return Optional.empty();
      }
      tokensLeft = tokensLeft.minus(share);
      parts.add(new Purchase.Part(lot.id(), take, share, grant(id, lot.id())));
    }
    return left.isZero() ? Optional.of(parts) : Optional.empty();
  }

  /// A lot that a payment brought which may still be taken back.
  private record Young(Lot lot, Lot.Source.OfPayment source) {}

  private List<Young> young(Tenant tenant, Holder buyer, List<Purchase.Part> parts) {
    var now = clock.instant();
    var young = new ArrayList<Young>();
    for (var lot : book.lots(tenant, buyer)) {
      if (lot.source() instanceof Lot.Source.OfPayment source
          && source.reversible()
          && receivers.young(lot.opened(), now)
          && parts.stream().anyMatch(part -> part.lot().equals(lot.id()))) {
        young.add(new Young(lot, source));
      }
    }
    return young;
  }

  /// The node's own slice, or less where the money is young or the vault lets less out in a day; in
  /// units of the token. Empty where that is too little to draw anything.
  ///
  /// @param daily empty where it is not known, or does not bind: power of one's own is not counted
  private Optional<BigInteger> slice(
      Quote quote, Offering offering, List<Young> young, Optional<BigInteger> daily) {
    var whole = quote.gets();
    var wanted = slice.filter(one -> one.asset().equals(whole.asset())).orElse(whole).min(whole);
    var rate = new Rate(quote.pays().asset(), whole.asset(), whole.units(), quote.pays().units());
    var payments =
        young.stream()
            .map(one -> rate.convert(one.lot().amount(), Rounding.DOWN).amount())
            .toList();
    var portion = offering.tariff().due(offering.tariff().portion());
    var usual = receivers.slice(wanted, payments, portion).units().max(BigInteger.ONE);
    var least = portion.units().max(offering.depositMin().units());
    return daily.isEmpty()
        ? Optional.of(usual)
        : PurchaseSlices.within(daily.get(), usual, least, whole.units());
  }

  /// What the purchase would do with money that may still be taken back.
  ///
  /// @param none nothing of the money that is paid
  private Receivers.Asking asking(
      Tenant tenant,
      Holder buyer,
      Offering offering,
      List<Purchase.Part> parts,
      List<Young> young,
      Amount none) {
    var now = clock.instant();
    var lots = book.lots(tenant, buyer);
    var payments = young.stream().map(one -> one.lot().amount()).reduce(none, Amount::plus);
    var ids = young.stream().map(one -> one.source().payment()).collect(Collectors.toSet());
    var of = young.stream().map(one -> one.lot().id()).collect(Collectors.toSet());
    return new Receivers.Asking(
        buyer,
        offering.provider(),
        offering.tenant().equals(tenant),
        sum(payments, parts, of),
        payments,
        young.stream().allMatch(one -> one.source().threeDSecure()),
        places.warned(tenant, ids),
        lots.stream().map(Lot::opened).min(Instant::compareTo).orElse(now),
        unlisted(tenant, buyer, payments, now.minus(DAY)));
  }

  private static Amount sum(Amount like, List<Purchase.Part> parts, Set<LotId> of) {
    return parts.stream()
        .filter(part -> of.contains(part.lot()))
        .map(Purchase.Part::fiat)
        .reduce(Amount.zero(like.asset()), Amount::plus);
  }

  /// What he has bought from unlisted providers since then; all money counts, so that the bound is
  /// never exceeded.
  private Amount unlisted(Tenant tenant, Holder buyer, Amount like, Instant since) {
    var sum = Amount.zero(like.asset());
    for (var kept : flows.list(tenant, Kind.PURCHASE, Optional.of(buyer), BEFORE_MAX)) {
      if (kept.flow() instanceof Purchase purchase
          && !(purchase instanceof Purchase.Refused)
          && kept.begun().isAfter(since)
          && !receivers.listed(
              purchase.data().offering().provider(),
              purchase.data().offering().tenant().equals(tenant))) {
        sum =
            purchase.data().parts().stream()
                .map(Purchase.Part::fiat)
                .filter(fiat -> fiat.asset().equals(like.asset()))
                .reduce(sum, Amount::plus);
      }
    }
    return sum;
  }

  private Amount free(Tenant tenant, Account account, Amount like) {
    var free = book.balance(tenant, account, like.asset()).free();
    return new Amount(like.asset(), free.max(BigInteger.ZERO));
  }

  private static Grant.Id grant(FlowId id, LotId lot) {
    return new Grant.Id(id.derive("grant/" + lot));
  }

  /// The vault pays, the buyer's key signs vouchers, and the salt makes this purchase's channel its
  /// own.
  private Channel.Terms terms(Tenant tenant, Holder buyer, FlowId id, Offering offering) {
    var network = offering.network();
    var vault = places.vault(network);
    var salt =
        Bytes32.of(
            Keccak.hash(
                id.value().toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    var config =
        new ChannelConfig(
            vault.vault(),
            places.address(tenant, buyer, network),
            offering.receiver(),
            offering.receiver(),
            vault.token(),
            offering.withdrawDelay(),
            salt);
    var channel = new TypedData(places.settlement(network)).channelId(config);
    return new Channel.Terms(channel, tenant, Channel.Side.PAYER, buyer, network, config);
  }

  public boolean pause(Tenant tenant, Holder buyer, FlowId id) {
    return wish(tenant, buyer, id, new Signal.PauseAsked());
  }

  public boolean resume(Tenant tenant, Holder buyer, FlowId id) {
    return wish(tenant, buyer, id, new Signal.ResumeAsked());
  }

  public boolean finish(Tenant tenant, Holder buyer, FlowId id) {
    return wish(tenant, buyer, id, new Signal.FinishAsked());
  }

  /// False where this buyer has no such purchase.
  private boolean wish(Tenant tenant, Holder buyer, FlowId id, Signal signal) {
    return flows
        .find(tenant, id)
        .filter(kept -> kept.owner().equals(buyer) && kept.flow() instanceof Purchase)
        .map(_ -> flows.signal(tenant, id, signal))
        .orElse(false);
  }
}
