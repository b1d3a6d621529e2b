package tally.flow;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;

/// Takes operators' decisions about refunds that are above a limit. Each refund is decided once;
/// whoever asked for it does not approve it.
public final class Approvals {

  /// Characters of a reason.
  public static final int WHY_MAX = 1000;

  public static final int LIST_MAX = 1000;

  private final Flows flows;
  private final Store store;
  private final InstantSource clock;

  public Approvals(Flows flows, Store store, InstantSource clock) {
    this.flows = flows;
    this.store = store;
    this.clock = clock;
  }

  public sealed interface Answer {
    /// @param replayed whether the same was said before
    record Taken(Decision decision, boolean replayed) implements Answer {}

    /// Codes: `refund_unknown`, `refund_decided`, `refund_not_waiting`, `own_request`,
    /// `note_malformed`, `id_reused`.
    record Refused(String code, String text) implements Answer, Refusal {}
  }

  /// What keeps decisions; nothing in it is ever changed.
  public interface Store {

    /// Does the work in one database transaction.
    <T> T together(Supplier<T> work);

    Optional<Decision> find(Tenant tenant, UUID id);

    Optional<Decision> of(Tenant tenant, FlowId refund);

    /// Newest first.
    List<Decision> list(Tenant tenant, int most);

    /// Refunds that wait and are not decided, oldest first.
    List<Flows.Kept> waiting(Tenant tenant, int most);

    /// False where the id was used, or the refund is decided.
    boolean write(Decision decision);
  }

  /// What is to be decided, oldest first; at most 1000.
  public List<Flows.Kept> waiting(Tenant tenant, int most) {
    return store.waiting(tenant, Math.clamp(most, 0, LIST_MAX));
  }

  /// What was decided, newest first; at most 1000.
  public List<Decision> decided(Tenant tenant, int most) {
    return store.list(tenant, Math.clamp(most, 0, LIST_MAX));
  }

  /// @param id the decision's own; the same again is answered as the first time
  /// @param by an operator
  /// @param why may be empty of an approval; else 1 to 1000 characters
  public Answer decide(
      Tenant tenant, FlowId refund, UUID id, boolean approved, Holder by, String why) {
    if (why.length() > WHY_MAX || (why.isBlank() && !approved)) {
      return new Answer.Refused("note_malformed", "A reason has 1 to " + WHY_MAX + " characters.");
    }
    var wish = new Decision(id, tenant, refund, approved, by, why, clock.instant());
    return store.together(() -> {
      var before = before(wish);
      if (before.isPresent()) {
        return before.get();
      }
      var refused = refused(wish);
      if (refused.isPresent()) {
        return refused.get();
      }
      if (!store.write(wish)) {
        // Another was written at this moment.
        return before(wish).orElseThrow();
      }
      flows.signal(tenant, refund, new Signal.RefundDecided(wish));
      return new Answer.Taken(wish, false);
    });
  }

  private Optional<Answer> before(Decision wish) {
    var same = store.find(wish.tenant(), wish.id());
    if (same.isPresent()) {
      return Optional.of(
          same.get().repeats(wish)
              ? new Answer.Taken(same.get(), true)
              : new Answer.Refused("id_reused", "This id was used before, with other content."));
    }
    return store
        .of(wish.tenant(), wish.refund())
        .map(_ -> new Answer.Refused("refund_decided", "This refund was decided before."));
  }

  private Optional<Answer> refused(Decision wish) {
    var kept = flows.find(wish.tenant(), wish.refund());
    if (kept.isEmpty() || !(kept.get().flow() instanceof Refunding refunding)) {
      return Optional.of(new Answer.Refused("refund_unknown", "There is no such refund."));
    }
    if (!(refunding instanceof Refunding.Waiting)) {
      return Optional.of(
          new Answer.Refused("refund_not_waiting", "This refund waits for nobody's approval."));
    }
    if (wish.approved() && kept.get().owner().equals(wish.by())) {
      return Optional.of(
          new Answer.Refused("own_request", "Nobody approves a refund that he asked for."));
    }
    return Optional.empty();
  }
}
