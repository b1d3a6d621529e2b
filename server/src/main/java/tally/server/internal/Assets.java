package tally.server.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tally.money.Amount;
import tally.money.Asset;

/// The assets that this node knows: the fiat that people pay in, the token that power is granted
/// in, and what else `tally.assets` lists.
@Component
public final class Assets {

  private final Asset fiat;
  private final Asset token;
  private final Map<String, Asset> byCode = new LinkedHashMap<>();

  Assets(Environment environment) {
    fiat = Asset.of(environment.getProperty("tally.treasury.fiat", "USD/2"));
    token = Asset.of(environment.getProperty("tally.treasury.token", "TUSD/6"));
    byCode.put(fiat.code(), fiat);
    byCode.put(token.code(), token);
    for (var written : environment.getProperty("tally.assets", String[].class, new String[0])) {
      var asset = Asset.of(written.strip());
      byCode.put(asset.code(), asset);
    }
  }

  public Asset fiat() {
    return fiat;
  }

  public Asset token() {
    return token;
  }

  /// Reads a sum of the node's money, as a person types it: `25`, `25.5`, `25,50`. Refuses with
  /// `amount_…`.
  public Amount readFiat(String typed) {
    return amount(fiat, typed.strip().replace(',', '.'));
  }

  /// Reads a sum of the node's token, as a person types it. Refuses with `amount_…`.
  public Amount readToken(String typed) {
    return amount(token, typed.strip().replace(',', '.'));
  }

  /// Reads an amount above zero; refuses with `asset_unknown` and `amount_…`.
  Amount read(@Nullable Money money) {
    if (money == null) {
      throw new Refused(
          "json_malformed", "An amount is needed: {\"amount\":\"25.00\",\"asset\":\"USD\"}.");
    }
    var asset = byCode.get(Json.need("asset", money.asset()));
    if (asset == null) {
      throw new Refused("asset_unknown", "This node knows " + List.copyOf(byCode.keySet()) + ".");
    }
    return amount(asset, Json.need("amount", money.amount()));
  }

  private static Amount amount(Asset asset, String decimal) {
    return switch (Amount.parse(asset, decimal)) {
      case Amount.Parsed.Good(var amount) -> amount;
      case Amount.Parsed.Bad bad -> throw new Refused(bad);
    };
  }
}
