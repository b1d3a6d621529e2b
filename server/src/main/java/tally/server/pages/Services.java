package tally.server.pages;

import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tally.market.Offering;
import tally.market.Offerings;
import tally.money.Holder;
import tally.party.Parties;
import tally.party.Party;
import tally.server.internal.OfferingForm;
import tally.server.internal.Page;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// Reads what a person may buy and has bought, with the names that people know.
@Component
@WithPages
public final class Services {

  private final Road road;
  private final Offerings offerings;
  private final Parties parties;

  Services(Road road, Offerings offerings, Parties parties) {
    this.road = road;
    this.offerings = offerings;
    this.parties = parties;
  }

  /// An offering, and who sells it.
  public record Offered(Views.Offering offering, String seller) {}

  List<Offered> offered() {
    return offerings.list(Page.REACH).stream()
        .map(one -> new Offered(OfferingForm.view(one), seller(one)))
        .toList();
  }

  Optional<Offered> offered(UUID id) {
    return offerings
        .find(new Offering.Id(id))
        .map(one -> new Offered(OfferingForm.view(one), seller(one)));
  }

  List<Service> of(Party party, int most) {
    var known = new HashMap<UUID, Optional<Offered>>();
    return road.purchases(party.tenant(), party.holder(), most).stream()
        .flatMap(purchase ->
            known.computeIfAbsent(purchase.offering(), this::offered).stream()
                .map(of -> new Service(purchase, of.offering(), of.seller())))
        .toList();
  }

  Optional<Service> of(Party party, UUID id) {
    return road.purchase(party.tenant(), party.holder(), id)
        .flatMap(purchase ->
            offered(purchase.offering())
                .map(of -> new Service(purchase, of.offering(), of.seller())));
  }

  /// The name of a provider of this node, else the host that he sells from.
  private String seller(Offering offering) {
    return party(offering.provider())
        .map(Party::name)
        .orElseGet(() -> String.valueOf(offering.endpoint().getHost()));
  }

  private Optional<Party> party(Holder holder) {
    var name = holder.name();
    if (!name.startsWith("party:")) {
      return Optional.empty();
    }
    try {
      return parties.find(new Party.Id(UUID.fromString(name.substring("party:".length()))));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }
}
