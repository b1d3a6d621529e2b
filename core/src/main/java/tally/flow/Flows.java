package tally.flow;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tally.money.Holder;
import tally.money.Tenant;

/// The keeper of flows: begins them, finds them, hands them signals.
public final class Flows {

  /// Why a flow did not begin of which only one at a time may run.
  public static final String OUT_OF_TURN = "out_of_turn";

  private final Store store;

  public Flows(Store store) {
    this.store = store;
  }

  /// A flow as it is kept.
  ///
  /// @param stalled why a human must look, or empty
  /// @param busy whether something that it commanded is not yet done: what its state says will be
  ///   so, and is not yet
  public record Kept(
      Flow flow, Kind kind, Holder owner, Instant begun, Optional<String> stalled, boolean busy) {}

  /// What keeps flows; every method joins the open database transaction.
  public interface Store {
    Begin begin(Flow initial, Holder owner);

    Optional<Kept> find(Tenant tenant, FlowId id);

    List<Kept> list(Tenant tenant, Kind kind, Optional<Holder> owner, int most);

    List<Kept> stalled(Tenant tenant, int most);

    List<Kept> inState(Kind kind, String state, int most);

    boolean signal(Tenant tenant, FlowId id, Signal signal);

    /// Hands the signal to every flow that watches the subject; answers which.
    List<FlowId> tell(Tenant tenant, UUID subject, Signal signal);

    boolean retry(Tenant tenant, FlowId id);
  }

  /// Idempotent by the flow's id: the same initial state again is `Already`, another one is refused
  /// with `id_reused`. Of a person's releases on one network one runs at a time; another is refused
  /// with `out_of_turn`.
  public Begin begin(Flow initial, Holder owner) {
    return store.begin(initial, owner);
  }

  public Optional<Kept> find(Tenant tenant, FlowId id) {
    return store.find(tenant, id);
  }

  /// Newest first; at most 1000.
  public List<Kept> list(Tenant tenant, Kind kind, Optional<Holder> owner, int most) {
    return store.list(tenant, kind, owner, Math.min(most, 1000));
  }

  /// Flows that wait for a human, oldest first.
  public List<Kept> stalled(Tenant tenant, int most) {
    return store.stalled(tenant, Math.min(most, 1000));
  }

  /// Flows of one kind in one state, of all tenants, oldest first.
  public List<Kept> inState(Kind kind, String state, int most) {
    return store.inState(kind, state, Math.min(most, 1000));
  }

  /// Hands a signal to one flow; false where there is no such flow.
  public boolean signal(Tenant tenant, FlowId id, Signal signal) {
    return store.signal(tenant, id, signal);
  }

  public List<FlowId> tell(Tenant tenant, UUID subject, Signal signal) {
    return store.tell(tenant, subject, signal);
  }

  /// A human says: try again. A command that waits gets its full number of attempts anew; a refund,
  /// sync or surrender whose transaction came to nothing, and never can act, is sent by a fresh
  /// one. What was heard meanwhile is kept, and heard then. False where the flow is not stalled.
  public boolean retry(Tenant tenant, FlowId id) {
    return store.retry(tenant, id);
  }
}
