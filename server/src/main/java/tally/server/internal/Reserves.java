package tally.server.internal;

import java.math.BigInteger;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.money.Amount;
import tally.money.Tenant;
import tally.network.port.Chain.ChainUnavailable;
import tally.treasury.Vaults;
import tally.treasury.port.Grants;

/// What this node holds on each network, by the book and by the chain.
@Component
@Lazy
public final class Reserves {

  private final Vaults vaults;
  private final Book book;

  Reserves(Vaults vaults, Book book) {
    this.vaults = vaults;
    this.book = book;
  }

  /// By name of the network.
  public List<Views.Reserve> all(Tenant tenant) {
    return new TreeMap<>(vaults.networks())
        .entrySet().stream().map(one -> view(tenant, one.getKey(), one.getValue())).toList();
  }

  private Views.Reserve view(Tenant tenant, String network, Grants vault) {
    var asset = vault.facts().asset();
    var held = book.balance(tenant, new Account.OnChain(network), asset).posted().negate();
    var free = book.balance(tenant, new Account.Reserve(network), asset).posted();
    var now = now(vault);
    return new Views.Reserve(
        network,
        new Amount(asset, held.max(BigInteger.ZERO)),
        new Amount(asset, free),
        new Amount(asset, held.subtract(free).max(BigInteger.ZERO)),
        now == null ? null : new Amount(asset, now.free()),
        now == null ? null : new Amount(asset, now.limit().daily()),
        now == null ? null : new Amount(asset, now.limit().left()));
  }

  private record Now(BigInteger free, Grants.Limit limit) {}

  private static @Nullable Now now(Grants vault) {
    try {
      return new Now(vault.reserve(), vault.limit());
    } catch (ChainUnavailable away) {
      return null;
    }
  }
}
