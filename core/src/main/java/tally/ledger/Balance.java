package tally.ledger;

import java.math.BigInteger;
import tally.money.Asset;

/// What an account has, in units; below zero on rim accounts only.
///
/// @param held what pending holds have promised away from it
public record Balance(Account account, Asset asset, BigInteger posted, BigInteger held) {

  public BigInteger free() {
    return posted.subtract(held);
  }
}
