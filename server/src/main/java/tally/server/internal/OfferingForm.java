package tally.server.internal;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.market.Offering;
import tally.metering.Tariff;
import tally.money.Amount;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Rate;
import tally.money.Rounding;
import tally.money.Unit;
import tally.party.Party;
import tally.x402.ChannelConfig;

/// What a provider writes to publish, turned into an offering of this node: paid in its token, at
/// the provider's own key, on the network that he names, else on `tally.market.network`, else on
/// the only one that there is.
@Component
public final class OfferingForm {

  public static final int TITLE_MAX = 120;

  /// @param per and the counts beside it are in the unit
  public record Order(
      @Nullable String title,
      @Nullable String adapter,
      @Nullable Map<String, String> source,
      @Nullable String unit,
      @Nullable Money price,
      @Nullable Long per,
      @Nullable Long portion,
      @Nullable Long lagMax,
      @Nullable Money depositMin,
      @Nullable String network) {}

  private final Assets assets;
  private final Custody custody;
  private final PublicListener listener;
  private final Accounts accounts;
  private final String usual;

  OfferingForm(
      Assets assets,
      Custody custody,
      PublicListener listener,
      Accounts accounts,
      Environment environment) {
    this.assets = assets;
    this.custody = custody;
    this.listener = listener;
    this.accounts = accounts;
    this.usual = environment.getProperty("tally.market.network", "");
  }

  Offering read(Offering.Id id, Party party, Order order) {
    var title = Json.need("title", order.title()).strip();
    if (title.isEmpty() || title.length() > TITLE_MAX) {
      throw new Refused("terms_malformed", "A title has 1 to " + TITLE_MAX + " characters.");
    }
    var price = tokens(assets.read(order.price()));
    var tariff = tariff(order, price);
    var least =
        order.depositMin() == null
            ? tariff.price().of(tariff.portion(), Rounding.UP).amount()
            : tokens(assets.read(order.depositMin()));
    var network = network(order.network());
    var receiver = custody.address(new KeyRef(party.tenant(), party.holder(), network));
    return new Offering(
        id,
        party.tenant(),
        party.holder(),
        title,
        Json.need("adapter", order.adapter()),
        Json.need("source", order.source()),
        tariff,
        network,
        URI.create(listener.url()),
        receiver,
        ChannelConfig.WITHDRAW_DELAY_MIN,
        least,
        Offering.State.DRAFT);
  }

  private String network(@Nullable String named) {
    var known = accounts.networks().keySet();
    var network = named != null ? named : usual;
    if (network.isEmpty() && known.size() == 1) {
      return known.iterator().next();
    }
    if (!known.contains(network)) {
      throw new Refused("network_unknown", "This node has the networks " + known + ".");
    }
    return network;
  }

  private static Tariff tariff(Order order, Amount price) {
    try {
      var unit = new Unit(Json.need("unit", order.unit()));
      return new Tariff(
          new Price(price, new Quantity(unit, Json.need("per", order.per()))),
          new Quantity(unit, Json.need("portion", order.portion())),
          new Quantity(unit, Json.need("lagMax", order.lagMax())));
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new Refused("terms_malformed", String.valueOf(wrong.getMessage()));
    }
  }

  /// Prices in fiat mean as many whole tokens.
  private Amount tokens(Amount written) {
    if (written.asset().equals(assets.token())) {
      return written;
    }
    if (!written.asset().equals(assets.fiat())) {
      throw new Refused(
          "asset_unknown",
          "A price is in " + assets.fiat().code() + " or " + assets.token().code() + ".");
    }
    return Rate.wholeForWhole(assets.fiat(), assets.token()).convert(written, Rounding.UP).amount();
  }

  public static Views.Offering view(Offering offering) {
    var tariff = offering.tariff();
    return new Views.Offering(
        offering.id().value(),
        offering.title(),
        offering.provider().name(),
        offering.adapter(),
        tariff.portion().unit().name(),
        tariff.price().amount(),
        tariff.price().per().count(),
        tariff.portion().count(),
        tariff.lagMax().count(),
        offering.endpoint(),
        offering.receiver().checksummed(),
        offering.depositMin(),
        offering.state().name().toLowerCase(java.util.Locale.ROOT));
  }
}
