package tally.flow;

import java.time.Instant;
import java.util.UUID;
import tally.money.Holder;
import tally.money.Tenant;

/// What an operator decided about a refund that waited for him; written once and never changed.
///
/// @param id made by whoever decides: the idempotency key
/// @param refund the refund's flow
/// @param by the operator
/// @param why his reason; may be empty where he approved
public record Decision(
    UUID id, Tenant tenant, FlowId refund, boolean approved, Holder by, String why, Instant at) {

  /// Whether this says the same, whenever it was said.
  boolean repeats(Decision other) {
    return id.equals(other.id)
        && tenant.equals(other.tenant)
        && refund.equals(other.refund)
        && approved == other.approved
        && by.equals(other.by)
        && why.equals(other.why);
  }
}
