package tally.delivery;

import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import tally.delivery.Deliveries.Kept;
import tally.delivery.port.Adapter;
import tally.delivery.port.Adapter.Access;
import tally.delivery.port.Adapter.Observed;
import tally.money.Quantity;

/// Brings one half of an adapter to what is wanted of a delivery.
sealed interface Half {

  /// What the adapter shows once it was brought there.
  ///
  /// @param count empty where the adapter cannot say
  /// @param access given where a seller's half was activated
  record Shown(
      Observed observed, Optional<Quantity> count, Optional<Access> access, Optional<URI> url) {}

  Shown bring(Kept kept);
}

/// Serves, up to the ceiling; takes up the stored count where the adapter knows nothing of the
/// delivery.
record SellerHalf(Adapter adapter) implements Half {

  @Override
  public Shown bring(Kept kept) {
    var delivery = kept.delivery();
    var id = delivery.order().id().value();
    return switch (delivery.wanted()) {
      case TERMINATED -> terminated(id);
      case SUSPENDED -> {
        var access = active(kept, id);
        adapter.suspend(id);
        yield new Shown(adapter.observe(id), adapter.served(id), access, Optional.empty());
      }
      case ACTIVE -> {
        var access = active(kept, id);
        adapter.resume(id);
        yield new Shown(adapter.observe(id), adapter.served(id), access, Optional.empty());
      }
    };
  }

  /// A delivery that must not run is suspended at once after it is taken up: nobody has its token
  /// in between, or he had it before.
  private Optional<Access> active(Kept kept, UUID id) {
    var order = kept.delivery().order();
    var already = kept.delivery().reading().count();
    if (adapter.served(id).isPresent()) {
      adapter.allow(id, kept.ceiling());
      return Optional.empty();
    }
    return Optional.of(
        adapter.activate(id, order.source(), already.unit(), already, kept.ceiling()));
  }

  private Shown terminated(UUID id) {
    adapter.terminate(id);
    var known = adapter.served(id);
    var observed = known.isEmpty() ? Observed.TERMINATED : adapter.observe(id);
    return new Shown(observed, known, Optional.empty(), Optional.empty());
  }
}

/// Keeps the local way open while the delivery is wanted active.
record BuyerHalf(Adapter adapter) implements Half {

  @Override
  public Shown bring(Kept kept) {
    var delivery = kept.delivery();
    var id = delivery.order().id().value();
    return switch (delivery.wanted()) {
      case ACTIVE -> {
        var already = delivery.reading().count();
        var url = adapter.connect(id, delivery.access(), already.unit(), already);
        yield shown(id, Observed.ACTIVE, Optional.of(url));
      }
      case SUSPENDED -> {
        adapter.disconnect(id);
        yield shown(id, Observed.SUSPENDED, Optional.empty());
      }
      case TERMINATED -> {
        adapter.disconnect(id);
        yield shown(id, Observed.TERMINATED, Optional.empty());
      }
    };
  }

  private Shown shown(UUID id, Observed observed, Optional<URI> url) {
    return new Shown(observed, adapter.received(id), Optional.empty(), url);
  }
}
