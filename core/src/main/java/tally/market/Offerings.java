package tally.market;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tally.delivery.port.Adapter;
import tally.market.Offering.State;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.money.Unit;

/// The keeper of offerings.
public final class Offerings {

  public static final int LIST_MAX = 1000;

  private final Store store;
  private final Services services;
  private final InstantSource clock;

  public Offerings(Store store, Services services, InstantSource clock) {
    this.store = store;
    this.services = services;
    this.clock = clock;
  }

  /// Who knows the adapters of this node.
  public interface Services {
    Optional<Adapter> find(String kind);
  }

  public sealed interface Answer {
    record Done(Offering offering) implements Answer {}

    /// Codes: `id_reused`, `source_refused`, `unit_not_measured`, `adapter_unknown`,
    /// `offering_unknown`.
    record Refused(String code, String text) implements Answer, Refusal {}
  }

  /// Checks the source with its adapter and publishes. Idempotent by id, also after it was removed.
  public Answer publish(Offering offering) {
    var known = store.find(offering.id());
    if (known.isPresent()) {
      return again(known.get(), offering);
    }
    var refused = refused(offering);
    if (refused.isPresent()) {
      return refused.get();
    }
    var published = in(offering, State.PUBLISHED);
    return store.add(published, clock.instant())
        ? new Answer.Done(published)
        : again(store.find(offering.id()).orElseThrow(), offering);
  }

  private static Answer again(Offering known, Offering offering) {
    return in(known, State.PUBLISHED).equals(in(offering, State.PUBLISHED))
        ? new Answer.Done(known)
        : new Answer.Refused("id_reused", "This id was used for another offering.");
  }

  private Optional<Answer.Refused> refused(Offering offering) {
    var adapter = services.find(offering.adapter());
    if (adapter.isEmpty()) {
      return refuse("adapter_unknown", "This node has no adapter " + offering.adapter() + ".");
    }
    var unit = offering.tariff().price().per().unit();
    var units = adapter.get().facts().units();
    if (!units.contains(unit)) {
      return refuse(
          "unit_not_measured",
          "The adapter "
              + offering.adapter()
              + " measures "
              + names(units)
              + ", not "
              + unit.name()
              + "s.");
    }
    return switch (adapter.get().check(offering.source())) {
      case Adapter.Checked.Good() -> Optional.empty();
      case Adapter.Checked.Bad(var setting, var text) ->
          refuse("source_refused", setting + ": " + text);
    };
  }

  private static String names(Set<Unit> units) {
    return units.stream().map(unit -> unit.name() + "s").sorted().collect(Collectors.joining(", "));
  }

  private static Optional<Answer.Refused> refuse(String code, String text) {
    return Optional.of(new Answer.Refused(code, text));
  }

  /// Takes it off the list; what was bought goes on. Idempotent.
  public Answer remove(Tenant tenant, Offering.Id id) {
    var known = store.find(id).filter(offering -> offering.tenant().equals(tenant));
    if (known.isEmpty()) {
      return new Answer.Refused("offering_unknown", "There is no such offering.");
    }
    var removed = in(known.get(), State.REMOVED);
    store.save(removed);
    return new Answer.Done(removed);
  }

  public Optional<Offering> find(Offering.Id id) {
    return store.find(id);
  }

  /// Published ones, newest first; at most 1000.
  public List<Offering> list(int most) {
    return store.list(Math.clamp(most, 0, LIST_MAX));
  }

  /// All that one provider ever published here, newest first; at most 1000.
  public List<Offering> of(Tenant tenant, Holder provider, int most) {
    return store.of(tenant, provider, Math.clamp(most, 0, LIST_MAX));
  }

  private static Offering in(Offering o, State state) {
    return new Offering(
        o.id(),
        o.tenant(),
        o.provider(),
        o.title(),
        o.adapter(),
        o.source(),
        o.tariff(),
        o.network(),
        o.endpoint(),
        o.receiver(),
        o.withdrawDelay(),
        o.depositMin(),
        state);
  }

  /// Where offerings are kept.
  public interface Store {

    /// Answers false where the id was used before.
    boolean add(Offering offering, Instant now);

    Optional<Offering> find(Offering.Id id);

    void save(Offering offering);

    List<Offering> list(int most);

    List<Offering> of(Tenant tenant, Holder provider, int most);
  }
}
