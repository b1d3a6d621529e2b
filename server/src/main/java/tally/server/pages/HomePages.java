package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import tally.money.Amount;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Unit;
import tally.party.Party;
import tally.server.internal.Assets;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// The first page: for a stranger what this is, for a person where his money is.
@PageDoor
public class HomePages {

  private static final int SHOWN = 8;
  private static final int LATELY = 5;
  private static final int BUYS = 4;
  private static final int LOOKED_AT = 200;

  /// What a person without money is shown the worth of, in wholes.
  private static final int EXAMPLE = 10;

  /// @param running what is not over, newest first
  /// @param own what is his for good, in tokens
  /// @param sample the sum that `buys` is about: what is available, or an example
  public record Home(
      Frame frame,
      Views.Whereabouts where,
      List<Service> running,
      List<Views.TopUp> open,
      Amount own,
      Amount sample,
      List<Buys> buys,
      List<Lines.Line> lately) {}

  public record Welcome(Frame frame) {}

  private final Pages pages;
  private final Services services;
  private final Lines lines;
  private final Road road;
  private final Assets assets;
  private final Worth worth;

  HomePages(Pages pages, Services services, Lines lines, Road road, Assets assets, Worth worth) {
    this.pages = pages;
    this.services = services;
    this.lines = lines;
    this.road = road;
    this.assets = assets;
    this.worth = worth;
  }

  @GetMapping("/")
  ResponseEntity<String> home(
      @AuthenticationPrincipal @Nullable Party party,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "home");
    var who = frame.who();
    if (party == null || who == null) {
      return pages.show("welcome", new Welcome(frame));
    }
    var running =
        services.of(party, LOOKED_AT).stream().filter(one -> !one.isOver()).limit(SHOWN).toList();
    var open =
        road.topUps(party.tenant(), party.holder(), SHOWN).stream()
            .filter(HomePages::open)
            .toList();
    var sample = sample(who.balance().available());
    return pages.show(
        "home",
        new Home(
            frame,
            who.balance().whereabouts(),
            running,
            open,
            own(party),
            sample,
            worth.of(frame, sample, BUYS),
            lines.of(frame, party).stream().limit(LATELY).toList()));
  }

  private Amount own(Party party) {
    return road.power(party.tenant(), party.holder()).stream()
        .map(Views.Power::own)
        .filter(amount -> amount.asset().equals(assets.token()))
        .reduce(Amount.zero(assets.token()), Amount::plus);
  }

  private static Amount sample(Amount available) {
    var asset = available.asset();
    return available.isZero()
        ? new Amount(asset, BigInteger.TEN.pow(asset.scale()).multiply(BigInteger.valueOf(EXAMPLE)))
        : available;
  }

  private static boolean open(Views.TopUp topUp) {
    return switch (topUp.state()) {
      case "requested", "waiting", "unknown", "stalled" -> true;
      default -> false;
    };
  }

  static Quantity buys(Views.Offering offering, Amount power) {
    var per = new Quantity(new Unit(offering.unit()), offering.per());
    return new Price(offering.price(), per).buys(power);
  }
}
