package tally.network.fake;

import java.math.BigInteger;
import tally.x402.Address;

/// The built-in token TUSD: balances and allowances, nothing else.
final class Tokens {

  private final Storage storage;

  Tokens(Storage storage) {
    this.storage = storage;
  }

  BigInteger balance(Address holder) {
    return storage.get(new Slot.Tokens(holder));
  }

  /// The faucet.
  void mint(Address to, BigInteger units) {
    storage.put(new Slot.Tokens(to), balance(to).add(units));
  }

  void move(Address from, Address to, BigInteger units) {
    Revert.unless(!to.isZero(), "ERC20InvalidReceiver");
    Revert.unless(balance(from).compareTo(units) >= 0, "ERC20InsufficientBalance");
    storage.put(new Slot.Tokens(from), balance(from).subtract(units));
    storage.put(new Slot.Tokens(to), balance(to).add(units));
  }

  void approve(Address owner, Address spender, BigInteger units) {
    storage.put(new Slot.Allowance(owner, spender), units);
  }

  /// Moves by allowance, which shrinks.
  void pull(Address spender, Address from, Address to, BigInteger units) {
    var slot = new Slot.Allowance(from, spender);
    Revert.unless(storage.get(slot).compareTo(units) >= 0, "ERC20InsufficientAllowance");
    storage.put(slot, storage.get(slot).subtract(units));
    move(from, to, units);
  }
}
