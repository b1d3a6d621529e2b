package tally.treasury;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.treasury.Act.Deed;
import tally.treasury.port.Grants.Facts;
import tally.x402.Address;
import tally.x402.Signature;

/// The keeper of payouts from the vault of what is a user's own. The user's key signs the new
/// total, by a word that names it and where it goes; the house sends.
public final class Releases {

  private final Grants.Store store;
  private final Vaults vaults;
  private final Grants.Addresses addresses;
  private final Grants.Signer signer;
  private final Acts acts;

  public Releases(
      Grants.Store store,
      Vaults vaults,
      Grants.Addresses addresses,
      Grants.Signer signer,
      Grants.Sender sender,
      InstantSource clock) {
    this.store = store;
    this.vaults = vaults;
    this.addresses = addresses;
    this.signer = signer;
    this.acts = new Acts(store, sender, clock);
  }

  /// Codes: `amount_above_matured`, and custody's, such as `approval_expired`.
  public record Refused(String code, String text) implements Refusal {}

  /// Networks on which this node has a vault.
  public Set<String> networks() {
    return vaults.networks().keySet();
  }

  public Facts vault(String network) {
    return vaults.of(network).facts();
  }

  public Address address(Tenant tenant, Holder user, String network) {
    return addresses.of(new KeyRef(tenant, user, network));
  }

  /// What the vault would pay out to a user now: what is not drawn, less all that may still be
  /// reclaimed, spent or not. So it may be less than what is his own by the book.
  public Amount free(Address user, String network) {
    var power = vaults.of(network).power(user);
    var units = power.available().subtract(power.locked()).max(BigInteger.ZERO);
    return new Amount(asset(network), units);
  }

  private Asset asset(String network) {
    return vault(network).asset();
  }

  /// Pays `amount` more out to `to`, by the holder's proof for just this. Idempotent by the
  /// transaction's id. Empty where it is in the journal; nothing is sent where it is refused. While
  /// another of this user's releases is on its way it throws, and is tried again. Facts:
  /// `Released`, or `ReleaseEnded`.
  public Optional<Refused> release(
      Tenant tenant,
      Holder holder,
      String network,
      Address to,
      Amount amount,
      Approval.StepUp proof,
      TransactionId transaction) {
    if (store.act(tenant, transaction).isPresent()) {
      return Optional.empty();
    }
    var user = address(tenant, holder, network);
    var free = free(user, network);
    if (free.isLessThan(amount)) {
      return Optional.of(
          new Refused("amount_above_matured", "The vault pays out " + free + " now."));
    }
    var total = vaults.of(network).released(user).add(amount.units());
    var word = new Approval.PayOut(proof, to, total);
    return store.together(() -> {
      var key = new KeyRef(tenant, holder, network);
      return switch (signer.sign(key, new Intent.SignRelease(to, total), word)) {
        case Signing.SignedStatement(var signature) -> {
          send(tenant, network, transaction, new Deed.Release(user, word), signature);
          yield Optional.empty();
        }
        case Signing.Refused(var code, var text) -> Optional.of(new Refused(code, text));
        case Signing.SignedCall _ -> throw new IllegalStateException("a statement was asked for");
      };
    });
  }

  private void send(
      Tenant tenant,
      String network,
      TransactionId transaction,
      Deed.Release deed,
      Signature signature) {
    var word = deed.word();
    acts.begin(
        tenant,
        transaction,
        network,
        deed,
        new Intent.Release(deed.user(), word.to(), word.total(), signature));
    if (store.act(tenant, transaction).isEmpty()) {
      throw new IllegalStateException("another release of this user is on its way");
    }
  }
}
