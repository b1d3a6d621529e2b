package tally.payment;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tally.money.Refusal;
import tally.money.Tenant;

/// The human queue of this room. One matter is one alarm, however often it is met, until it ends:
/// with its cause where that can end, else by an operator who says why.
public final class Alarms {

  public static final int LIST_MAX = 1000;

  /// Characters of a note.
  public static final int NOTE_MAX = 1000;

  private final Store store;
  private final InstantSource clock;

  public Alarms(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// @param closedBy empty where it ended with its cause, or is open
  public record Kept(
      UUID id, Alarm alarm, Optional<Instant> closedAt, String closedBy, String note) {}

  public sealed interface Closing {
    record Done() implements Closing {}

    /// Codes: `alarm_unknown`, `alarm_closed`, `note_malformed`.
    record Refused(String code, String text) implements Closing, Refusal {}
  }

  /// What keeps alarms.
  public interface Store {
    void raise(Alarm alarm);

    /// Newest first.
    List<Kept> list(Tenant tenant, boolean open, int most);

    Optional<Kept> find(Tenant tenant, UUID id);

    /// False where it is not open any more.
    boolean close(Tenant tenant, UUID id, Instant at, String by, String note);

    /// The cause is over, where one was met.
    void over(Tenant tenant, String subject, String code, Instant at);
  }

  void raise(Alarm alarm) {
    store.raise(alarm);
  }

  void over(Tenant tenant, String subject, String code) {
    store.over(tenant, subject, code, clock.instant());
  }

  /// Newest first, only those that are open or all; at most 1000.
  public List<Kept> list(Tenant tenant, boolean open, int most) {
    return store.list(tenant, open, Math.clamp(most, 0, LIST_MAX));
  }

  public Optional<Kept> find(Tenant tenant, UUID id) {
    return store.find(tenant, id);
  }

  /// @param by who says so
  /// @param note why it is no matter any more; 1 to 1000 characters
  public Closing close(Tenant tenant, UUID id, String by, String note) {
    if (note.isBlank() || note.length() > NOTE_MAX) {
      return new Closing.Refused("note_malformed", "A note has 1 to " + NOTE_MAX + " characters.");
    }
    if (store.close(tenant, id, clock.instant(), by, note)) {
      return new Closing.Done();
    }
    return store.find(tenant, id).isPresent()
        ? new Closing.Refused("alarm_closed", "This alarm is closed already.")
        : new Closing.Refused("alarm_unknown", "There is no such alarm.");
  }
}
