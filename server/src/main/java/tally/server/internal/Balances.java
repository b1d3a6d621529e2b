package tally.server.internal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tally.ledger.Balance;
import tally.ledger.Book;
import tally.ledger.Lot;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Rate;
import tally.money.Rounding;
import tally.money.Tenant;

/// One holder's money, read from the book alone.
@Component
public final class Balances {

  private final Book book;
  private final Assets assets;
  private final ObjectProvider<Road> road;

  Balances(Book book, Assets assets, ObjectProvider<Road> road) {
    this.book = book;
    this.assets = assets;
    this.road = road;
  }

  /// What is held counts as in use, and so do granted tokens, whole for whole, rounded down.
  public Views.Balance of(Tenant tenant, Holder holder) {
    var fiat = assets.fiat();
    var free = read(tenant, "available", holder);
    var available = sum(free, fiat).subtract(held(free, fiat));
    var tokens =
        sum(read(tenant, "power", holder), assets.token())
            .add(sum(read(tenant, "locked", holder), assets.token()));
    var granted =
        Rate.wholeForWhole(assets.token(), fiat)
            .convert(new Amount(assets.token(), tokens), Rounding.DOWN)
            .amount()
            .units();
    var inUse = held(free, fiat).add(granted);
    return new Views.Balance(
        new Amount(fiat, available),
        new Amount(fiat, inUse),
        new Amount(fiat, sum(read(tenant, "frozen", holder), fiat)),
        new Amount(fiat, sum(read(tenant, "refunding", holder), fiat)),
        new Amount(fiat, available.add(inUse)),
        lots(tenant, holder, free),
        whereabouts(tenant, holder, new Amount(fiat, available), new Amount(fiat, inUse)));
  }

  /// What was used is what is nowhere else, so that the parts are always the whole.
  private Views.Whereabouts whereabouts(
      Tenant tenant, Holder holder, Amount available, Amount inUse) {
    var fiat = assets.fiat();
    var paidIn =
        book.lots(tenant, holder).stream()
            .filter(lot -> lot.source() instanceof Lot.Source.OfPayment)
            .map(Lot::amount)
            .filter(amount -> amount.asset().equals(fiat))
            .reduce(Amount.zero(fiat), Amount::plus);
    var frozen = new Amount(fiat, sum(read(tenant, "frozen", holder), fiat));
    var refunding = new Amount(fiat, sum(read(tenant, "refunding", holder), fiat));
    var back =
        road.getObject().refunds(tenant, holder, Page.REACH).stream()
            .flatMap(refund -> refund.parts().stream())
            .filter(part -> part.state().equals("completed"))
            .map(Views.RefundPart::amount)
            .filter(amount -> amount.asset().equals(fiat))
            .reduce(Amount.zero(fiat), Amount::plus);
    var elsewhere = available.plus(inUse).plus(frozen).plus(refunding).plus(back);
    return new Views.Whereabouts(
        paidIn, available, inUse, frozen, refunding, paidIn.lessAtMost(elsewhere), back);
  }

  private List<Views.Lot> lots(Tenant tenant, Holder holder, List<Balance> free) {
    var lots = new ArrayList<Views.Lot>();
    for (var lot : book.lots(tenant, holder)) {
      var path = "available/" + holder + "/" + lot.id();
      var rest =
          free.stream()
              .filter(balance -> balance.account().path().equals(path))
              .filter(balance -> balance.asset().equals(lot.amount().asset()))
              .map(Balance::free)
              .reduce(BigInteger.ZERO, BigInteger::add);
      UUID payment =
          switch (lot.source()) {
            case Lot.Source.OfPayment from -> from.payment();
            case Lot.Source.OfLine _ -> null;
          };
      lots.add(
          new Views.Lot(
              lot.id().value(),
              new Views.Source(payment),
              lot.amount(),
              new Amount(lot.amount().asset(), rest)));
    }
    return lots;
  }

  private List<Balance> read(Tenant tenant, String account, Holder holder) {
    return book.balances(tenant, account + "/" + holder + "/");
  }

  private static BigInteger sum(List<Balance> balances, Asset asset) {
    return balances.stream()
        .filter(balance -> balance.asset().equals(asset))
        .map(Balance::posted)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static BigInteger held(List<Balance> balances, Asset asset) {
    return balances.stream()
        .filter(balance -> balance.asset().equals(asset))
        .map(Balance::held)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }
}
