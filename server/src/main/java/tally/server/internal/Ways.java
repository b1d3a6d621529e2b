package tally.server.internal;

import java.util.List;
import org.springframework.stereotype.Component;
import tally.payment.port.Gateway;

/// The ways to pay that this node has: its gateway accounts, by name.
@Component
public final class Ways {

  private final Accounts accounts;
  private final Assets assets;

  Ways(Accounts accounts, Assets assets) {
    this.accounts = accounts;
    this.assets = assets;
  }

  public List<Views.Way> all() {
    return accounts.gateways().entrySet().stream()
        .map(it -> view(it.getKey(), it.getValue().facts()))
        .toList();
  }

  private Views.Way view(String name, Gateway.Facts facts) {
    var taken =
        facts.currencies().stream()
            .filter(currency -> currency.asset().equals(assets.fiat()))
            .findFirst();
    return new Views.Way(
        name,
        facts.kind(),
        !facts.test(),
        taken.map(Gateway.Currency::minimum).orElse(null),
        taken.map(Gateway.Currency::maximum).orElse(null));
  }
}
