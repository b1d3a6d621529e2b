package tally.delivery.port;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tally.money.Quantity;
import tally.money.Unit;

/// One kind of service, both halves: the seller's, which serves and counts, and the buyer's, which
/// receives and counts on its own.
///
/// A seller's half never serves more than it was last allowed; it waits there until it is allowed
/// more. Every method is idempotent, and an unknown delivery is passed over in silence. The two
/// halves of one delivery may live in one adapter: acts of one half never touch the other.
public interface Adapter extends AutoCloseable {

  record Facts(String kind, Set<Unit> units) {}

  /// What the buyer needs to reach the service.
  record Access(URI url, String token) {}

  enum Observed {
    ACTIVATING,
    ACTIVE,
    SUSPENDED,
    TERMINATED,
    UNKNOWN
  }

  sealed interface Checked {
    record Good() implements Checked {}

    /// @param setting which setting of the source is wrong
    record Bad(String setting, String text) implements Checked {}
  }

  Facts facts();

  /// Whether a source (a folder, an upstream) can be sold: `{"folder": "/srv/films"}`,
  /// `{"upstream": "http://…"}`.
  Checked check(Map<String, String> source);

  /// Seller: serves from now on, up to `allowed` in all.
  ///
  /// @param already what was served before, where a delivery is taken up again after a restart
  Access activate(
      UUID delivery, Map<String, String> source, Unit unit, Quantity already, Quantity allowed);

  /// Seller: raises the ceiling; a lower one than before is ignored.
  void allow(UUID delivery, Quantity ceiling);

  void suspend(UUID delivery);

  void resume(UUID delivery);

  /// Legal from every state. What was counted stays readable by `served` until `forget`.
  void terminate(UUID delivery);

  /// Drops the counts of those halves that have ended (terminated, disconnected); a half that still
  /// runs is left alone.
  void forget(UUID delivery);

  /// What the seller's half does now; UNKNOWN where there is none.
  Observed observe(UUID delivery);

  /// Seller: served in all so far, as this side counts. Empty where this adapter knows no such
  /// delivery (for example after a restart).
  Optional<Quantity> served(UUID delivery);

  /// Buyer: opens a way for the person's own program to use the service, and counts what comes
  /// through.
  ///
  /// @param already what was counted before, where a connection is taken up again
  URI connect(UUID delivery, Access access, Unit unit, Quantity already);

  /// Buyer: received in all so far, as this side counts; also after `disconnect`, until `forget`.
  Optional<Quantity> received(UUID delivery);

  /// Buyer: closes the way. `connect` opens it again, and the count goes on.
  void disconnect(UUID delivery);

  /// Deliveries that either half of this adapter serves now.
  List<UUID> open();

  @Override
  void close();
}
