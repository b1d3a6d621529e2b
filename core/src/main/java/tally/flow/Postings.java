package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tally.ledger.Account;
import tally.ledger.Account.Available;
import tally.ledger.Account.DisputeHeld;
import tally.ledger.Account.Earned;
import tally.ledger.Account.Exchange;
import tally.ledger.Account.Frozen;
import tally.ledger.Account.GatewayFees;
import tally.ledger.Account.GatewayReceivable;
import tally.ledger.Account.Loss;
import tally.ledger.Account.Matured;
import tally.ledger.Account.OnChain;
import tally.ledger.Account.Power;
import tally.ledger.Account.Reserve;
import tally.ledger.Account.Spending;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.Dispute;
import tally.payment.Payment;

/// Every movement of value that Tally makes, on one page. The tables in `docs/flows` are made from
/// these.
public final class Postings {

  private Postings() {}

  // TopUp

  /// The gateway holds the money for us, so the payer has it to spend, as a new lot. A fee that the
  /// gateway names is borne by the house.
  static Entry captured(EntryId id, Payment.Captured captured) {
    var order = captured.order();
    var lot = TopUp.lotOf(order.id());
    var postings = new ArrayList<Posting>();
    postings.add(
        new Posting(
            new GatewayReceivable(order.gateway()),
            new Available(order.payer(), lot),
            captured.captured()));
    captured
        .fee()
        .filter(fee -> !fee.isZero())
        .ifPresent(fee ->
            postings.add(
                new Posting(
                    new GatewayFees(order.gateway()),
                    new GatewayReceivable(order.gateway()),
                    fee)));
    var source =
        new Lot.Source.OfPayment(
            order.id().value(),
            order.gateway(),
            captured.method(),
            captured.threeDSecure(),
            captured.reversible());
    return new Entry(
        id,
        order.tenant(),
        "topup captured",
        postings,
        List.of(
            new Lot(
                lot, order.tenant(), order.payer(), captured.captured(), source, captured.at())));
  }

  /// The bank took the money back: the payer's unused part goes, the house bears the rest.
  static Entry returned(EntryId id, Payment.Returned returned, Amount available) {
    var order = returned.order();
    var gateway = new GatewayReceivable(order.gateway());
    var unused = available.min(returned.captured());
    return new Entry(
        id,
        order.tenant(),
        "topup returned",
        moves(
            move(new Available(order.payer(), TopUp.lotOf(order.id())), gateway, unused),
            move(new Loss(), gateway, returned.captured().minus(unused))));
  }

  // Purchase

  /// Promised until the grant is final: money for tokens.
  static Posting pays(Holder buyer, LotId lot, Amount fiat) {
    return new Posting(new Available(buyer, lot), new Exchange(), fiat);
  }

  /// Promised until the grant is final: tokens for money.
  static Posting gets(Holder buyer, LotId lot, String network, Amount tokens) {
    return new Posting(new Reserve(network), new Power(buyer, lot), tokens);
  }

  /// Promised until the channel is asked for: the person's own power.
  static Posting spends(Purchase.Data purchase, Amount own) {
    return new Posting(
        new Matured(purchase.buyer(), purchase.offering().network()),
        new Spending(purchase.buyer(), purchase.channel()),
        own);
  }

  /// The first slice lies in the channel.
  static Entry locked(EntryId id, Purchase.Data purchase, List<PurchaseShare> slice) {
    return drawn(id, "purchase channel opened", purchase, slice);
  }

  /// One more slice lies in the channel.
  static Entry raised(EntryId id, Purchase.Data purchase, List<PurchaseShare> slice) {
    return drawn(id, "purchase channel raised", purchase, slice);
  }

  private static Entry drawn(
      EntryId id, String reason, Purchase.Data purchase, List<PurchaseShare> slice) {
    return shares(
        id,
        reason,
        purchase,
        slice,
        share -> new Posting(share.power(purchase), share.locked(purchase), share.amount()));
  }

  /// The provider claimed: the tokens are no longer ours. The person's own is spent first, then the
  /// oldest lot.
  static Entry claimed(EntryId id, Purchase.Data purchase, List<PurchaseShare> spent) {
    var chain = new OnChain(purchase.offering().network());
    return shares(
        id,
        "purchase claimed",
        purchase,
        spent,
        share -> new Posting(share.locked(purchase), chain, share.amount()));
  }

  /// The channel gave the rest back to the vault.
  static Entry cameBack(EntryId id, Purchase.Data purchase, List<PurchaseShare> back) {
    return shares(
        id,
        "purchase rest returned",
        purchase,
        back,
        share -> new Posting(share.locked(purchase), share.power(purchase), share.amount()));
  }

  /// What a purchase did not spend of the person's own power is free again.
  static Entry ownReturned(EntryId id, Purchase.Data purchase, Amount own) {
    return entry(
        id,
        purchase.tenant(),
        "purchase own power returned",
        List.of(
            new Posting(
                new Spending(purchase.buyer(), purchase.channel()),
                new Matured(purchase.buyer(), purchase.offering().network()),
                own)));
  }

  /// Unused power is money again, at the rate at which it was bought; the fraction of a cent that
  /// rounding leaves stays in the exchange.
  static Entry converted(
      EntryId id,
      Tenant tenant,
      Holder buyer,
      LotId lot,
      String network,
      Amount tokens,
      Amount fiat) {
    return new Entry(
        id,
        tenant,
        "purchase rest converted",
        moves(
            move(new Power(buyer, lot), new Reserve(network), tokens),
            move(new Exchange(), new Available(buyer, lot), fiat)));
  }

  // Settlement

  /// A provider of this node claimed what he has vouchers for.
  static Entry earned(EntryId id, Tenant tenant, Holder provider, String network, Amount tokens) {
    return entry(
        id,
        tenant,
        "settlement earned",
        List.of(new Posting(new OnChain(network), new Earned(provider), tokens)));
  }

  /// The payer took back, one-sidedly, what he had promised: the provider served it for nothing.
  static Entry tooLate(EntryId id, Tenant tenant, Holder provider, Amount tokens) {
    return entry(
        id,
        tenant,
        "settlement claim too late",
        List.of(new Posting(new Account.Forgone(provider), new Account.Unpaid(provider), tokens)));
  }

  /// A later deposit covers vouchers that were lost.
  static Entry madeGood(EntryId id, Tenant tenant, Holder provider, Amount tokens) {
    return entry(
        id,
        tenant,
        "settlement claim made good",
        List.of(new Posting(new Account.Unpaid(provider), new Account.Forgone(provider), tokens)));
  }

  // Refunding

  static Entry refundRequested(EntryId id, Refunding.Data refunding) {
    return entry(
        id,
        refunding.tenant(),
        "refund requested",
        refunding.parts().stream()
            .map(part ->
                new Posting(
                    new Available(refunding.payer(), part.lot()),
                    new Account.Refunding(refunding.payer(), part.lot()),
                    part.amount()))
            .toList());
  }

  /// An operator said no before anything was sent.
  static Entry refundDeclined(EntryId id, Refunding.Data refunding) {
    return entry(
        id,
        refunding.tenant(),
        "refund declined",
        refunding.parts().stream()
            .map(part ->
                new Posting(
                    new Account.Refunding(refunding.payer(), part.lot()),
                    new Available(refunding.payer(), part.lot()),
                    part.amount()))
            .toList());
  }

  static Entry refundCompleted(EntryId id, Refunding.Data refunding, Refunding.Part part) {
    var gateway = new GatewayReceivable(part.gateway());
    return entry(
        id,
        refunding.tenant(),
        "refund completed",
        move(new Account.Refunding(refunding.payer(), part.lot()), gateway, part.amount()));
  }

  static Entry refundFailed(EntryId id, Refunding.Data refunding, Refunding.Part part) {
    var available = new Available(refunding.payer(), part.lot());
    return entry(
        id,
        refunding.tenant(),
        "refund failed",
        move(new Account.Refunding(refunding.payer(), part.lot()), available, part.amount()));
  }

  /// The gateway first said done, then that it came back.
  static Entry refundBounced(EntryId id, Refunding.Data refunding, Refunding.Part part) {
    var available = new Available(refunding.payer(), part.lot());
    return entry(
        id,
        refunding.tenant(),
        "refund bounced",
        move(new GatewayReceivable(part.gateway()), available, part.amount()));
  }

  // Chargeback

  /// The gateway took the disputed sum, and its fee, from what it owes us.
  static Entry disputeOpened(EntryId id, Dispute.Case about) {
    var gateway = new GatewayReceivable(about.gateway());
    return new Entry(
        id,
        about.tenant(),
        "dispute opened",
        moves(
            move(new DisputeHeld(about.gateway()), gateway, about.amount()),
            move(new GatewayFees(about.gateway()), gateway, about.fee())));
  }

  /// What the vault reclaimed of a disputed lot is money again, and frozen.
  static Entry reclaimed(
      EntryId id,
      Tenant tenant,
      Holder buyer,
      LotId lot,
      String network,
      Amount tokens,
      Amount fiat) {
    return new Entry(
        id,
        tenant,
        "chargeback power reclaimed",
        moves(
            move(new Power(buyer, lot), new Reserve(network), tokens),
            move(new Exchange(), new Frozen(buyer, lot), fiat)));
  }

  /// The bank keeps the money: frozen money pays for it first, the house bears the rest; what was
  /// frozen beyond is free again. A gateway that took nothing at the beginning takes it, and its
  /// fee, now.
  static Entry disputeLost(EntryId id, Dispute.Case about, Holder buyer, LotId lot, Amount frozen) {
    var gateway = new GatewayReceivable(about.gateway());
    var held = about.withdrawn() ? new DisputeHeld(about.gateway()) : gateway;
    var fee = about.withdrawn() ? Amount.zero(about.fee().asset()) : about.fee();
    var paid = frozen.min(about.amount());
    return new Entry(
        id,
        about.tenant(),
        "dispute lost",
        moves(
            move(new Frozen(buyer, lot), held, paid),
            move(new Loss(), held, about.amount().minus(paid)),
            move(new Frozen(buyer, lot), new Available(buyer, lot), frozen.minus(paid)),
            move(new GatewayFees(about.gateway()), gateway, fee)));
  }

  /// Money that was frozen when the verdict was there already: it makes good the loss, if there is
  /// one, and is free beyond it.
  static Entry frozenLate(
      EntryId id, Tenant tenant, Holder buyer, LotId lot, Amount amount, Amount loss) {
    return new Entry(
        id,
        tenant,
        "chargeback frozen late",
        moves(
            move(new Frozen(buyer, lot), new Loss(), loss),
            move(new Frozen(buyer, lot), new Available(buyer, lot), amount.minus(loss))));
  }

  static Entry disputeWon(EntryId id, Dispute.Case about, Holder buyer, LotId lot, Amount frozen) {
    return new Entry(
        id,
        about.tenant(),
        "dispute won",
        moves(
            move(
                new GatewayReceivable(about.gateway()),
                new DisputeHeld(about.gateway()),
                about.withdrawn() ? about.amount() : Amount.zero(about.amount().asset())),
            move(new Frozen(buyer, lot), new Available(buyer, lot), frozen)));
  }

  // Maturing

  /// What lies unspent in the vault of a grant that nobody can reclaim any more is the person's
  /// own.
  static Entry matured(
      EntryId id, Tenant tenant, Holder owner, LotId lot, String network, Amount tokens) {
    return entry(
        id,
        tenant,
        "grant matured",
        List.of(new Posting(new Power(owner, lot), new Matured(owner, network), tokens)));
  }

  // Releasing

  /// Promised until the vault is asked.
  static Posting releases(Releasing.Data release) {
    return new Posting(own(release), releasing(release), release.amount());
  }

  /// The vault paid it out. Where it paid less than is promised still, the rest is the person's own
  /// as before; where more, that is from his own.
  ///
  /// @param promised what of it is promised still
  static Entry released(EntryId id, Releasing.Data release, Amount promised, BigInteger paid) {
    var out = new Amount(release.amount().asset(), paid);
    var first = out.min(promised);
    return entry(
        id,
        release.tenant(),
        "power released",
        moves(
            move(releasing(release), new OnChain(release.network()), first),
            move(own(release), new OnChain(release.network()), out.minus(first)),
            move(releasing(release), own(release), promised.minus(first))));
  }

  /// @param promised what of it is promised still
  static Entry releaseFailed(EntryId id, Releasing.Data release, Amount promised) {
    return entry(
        id, release.tenant(), "release failed", move(releasing(release), own(release), promised));
  }

  /// Somebody showed the vault what was signed for a release that had come to nothing.
  ///
  /// @param first how much of it is taken from what is promised to a later release
  static Entry releasedLate(EntryId id, Releasing.Data release, Amount first, BigInteger paid) {
    var out = new Amount(release.amount().asset(), paid);
    return entry(
        id,
        release.tenant(),
        "power released late",
        moves(
            move(releasing(release), new OnChain(release.network()), first),
            move(own(release), new OnChain(release.network()), out.minus(first))));
  }

  private static Account own(Releasing.Data release) {
    return new Matured(release.owner(), release.network());
  }

  private static Account releasing(Releasing.Data release) {
    return new Account.Releasing(release.owner(), release.network());
  }

  // Stocking

  static Entry stocked(EntryId id, Tenant tenant, String network, Amount tokens) {
    return entry(
        id,
        tenant,
        "reserve stocked",
        List.of(new Posting(new OnChain(network), new Reserve(network), tokens)));
  }

  /// Money of the house's own lies at a gateway.
  static Entry capital(EntryId id, Tenant tenant, String gateway, Amount money) {
    return entry(
        id,
        tenant,
        "capital paid in",
        List.of(new Posting(new GatewayReceivable(gateway), new Account.Capital(), money)));
  }

  private static Entry shares(
      EntryId id,
      String reason,
      Purchase.Data purchase,
      List<PurchaseShare> shares,
      Function<PurchaseShare, Posting> posting) {
    return entry(id, purchase.tenant(), reason, shares.stream().map(posting).toList());
  }

  private static Entry entry(EntryId id, Tenant tenant, String reason, List<Posting> postings) {
    return new Entry(id, tenant, reason, postings);
  }

  private static List<Posting> move(Account from, Account to, Amount amount) {
    return amount.isZero() ? List.of() : List.of(new Posting(from, to, amount));
  }

  @SafeVarargs
  private static List<Posting> moves(List<Posting>... moves) {
    return List.of(moves).stream().flatMap(List::stream).toList();
  }
}
