package tally.server.pages;

import java.util.Comparator;
import java.util.List;
import org.springframework.stereotype.Component;
import tally.money.Amount;
import tally.money.Rate;
import tally.money.Rounding;
import tally.server.internal.Assets;
import tally.server.internal.Views;

/// What a sum of money buys here.
@Component
@WithPages
final class Worth {

  private final Services services;
  private final Assets assets;

  Worth(Services services, Assets assets) {
    this.services = services;
    this.assets = assets;
  }

  /// By title.
  List<Buys> of(Frame frame, Amount sum, int most) {
    var power =
        Rate.wholeForWhole(assets.fiat(), assets.token()).convert(sum, Rounding.DOWN).amount();
    return services.offered().stream()
        .map(Services.Offered::offering)
        .filter(one -> one.price().asset().equals(power.asset()) && !one.price().isZero())
        .sorted(Comparator.comparing(Views.Offering::title))
        .limit(most)
        .map(one -> buys(frame, one, power))
        .toList();
  }

  private static Buys buys(Frame frame, Views.Offering one, Amount power) {
    var amount = frame.figures().count(HomePages.buys(one, power), one);
    return new Buys("/market/" + one.id(), one.title(), amount);
  }
}
