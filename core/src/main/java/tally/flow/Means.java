package tally.flow;

import java.math.BigInteger;
import tally.money.Amount;
import tally.treasury.Quote;

/// By what means a quote is paid: the person's own power first, and money for the rest.
///
/// @param own tokens that are his own for good, and are used
/// @param money its share of the price; rounded up to a unit, since no token is given for nothing.
///   Zero where his own power is enough
/// @param tokens what the money buys; with `own` it is all that the quote gets
public record Means(Amount own, Amount money, Amount tokens) {

  /// @param free units of his own power that nothing else was promised
  public static Means of(Quote quote, BigInteger free) {
    var gets = quote.gets();
    var own = new Amount(gets.asset(), free.max(BigInteger.ZERO).min(gets.units()));
    if (own.isZero()) {
      return new Means(own, quote.pays(), gets);
    }
    var rest = gets.minus(own);
    var shares = quote.pays().units().multiply(rest.units()).divideAndRemainder(gets.units());
    var money = shares[1].signum() == 0 ? shares[0] : shares[0].add(BigInteger.ONE);
    return new Means(own, new Amount(quote.pays().asset(), money), rest);
  }
}
