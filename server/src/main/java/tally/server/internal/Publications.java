package tally.server.internal;

import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tally.market.Offering;
import tally.market.Offerings;
import tally.party.Party;

/// How a provider publishes and takes back what he sells, by the API and by the pages alike.
@Component
public final class Publications {

  private final Offerings offerings;
  private final OfferingForm form;

  Publications(Offerings offerings, OfferingForm form) {
    this.offerings = offerings;
    this.form = form;
  }

  /// What would be published; nothing is.
  public Views.Offering preview(Party party, UUID id, OfferingForm.Order order) {
    return OfferingForm.view(form.read(new Offering.Id(id), party, order));
  }

  /// Idempotent by id; `replayed` where it was published before. Refuses as `OfferingForm` and
  /// `Offerings.publish` do.
  public Road.Answer.Done<Views.Offering> publish(Party party, UUID id, OfferingForm.Order order) {
    var offering = form.read(new Offering.Id(id), party, order);
    boolean replayed = offerings.find(offering.id()).isPresent();
    return new Road.Answer.Done<>(OfferingForm.view(done(offerings.publish(offering))), replayed);
  }

  /// Takes his own off the list; what was bought goes on. Refuses with `not_found`.
  public Views.Offering remove(Party party, UUID id) {
    var offering =
        offerings
            .find(new Offering.Id(id))
            .filter(found -> found.tenant().equals(party.tenant()))
            .filter(found -> found.provider().equals(party.holder()))
            .orElseThrow(Refused::notFound);
    return OfferingForm.view(done(offerings.remove(party.tenant(), offering.id())));
  }

  /// All that he ever published, newest first.
  public List<Views.Offering> of(Party party) {
    return offerings.of(party.tenant(), party.holder(), Page.REACH).stream()
        .map(OfferingForm::view)
        .toList();
  }

  private static Offering done(Offerings.Answer answer) {
    return switch (answer) {
      case Offerings.Answer.Done(var offering) -> offering;
      case Offerings.Answer.Refused refused -> throw new Refused(refused);
    };
  }
}
