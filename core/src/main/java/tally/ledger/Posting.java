package tally.ledger;

import tally.money.Amount;

/// Value that goes from one account to another, never both ways, never zero.
public record Posting(Account from, Account to, Amount amount) {

  public Posting {
    if (from.equals(to)) {
      throw new IllegalArgumentException("from and to are one account: " + from.path());
    }
    if (amount.isZero()) {
      throw new IllegalArgumentException("a posting moves something");
    }
  }
}
