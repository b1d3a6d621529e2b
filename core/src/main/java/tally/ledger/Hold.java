package tally.ledger;

import java.time.Instant;
import tally.money.Amount;
import tally.money.Tenant;

/// A posting that is promised: its amount can no longer be spent, and is posted (whole or in part),
/// voided, or expires.
public record Hold(
    HoldId id, Tenant tenant, String reason, Posting promised, Instant expires, State state) {

  public sealed interface State {
    record Pending() implements State {}

    /// @param amount what was posted; the rest was released
    record Posted(EntryId entry, Amount amount) implements State {}

    record Voided() implements State {}

    record Expired() implements State {}
  }

  public static Hold pending(
      HoldId id, Tenant tenant, String reason, Posting promised, Instant expires) {
    return new Hold(id, tenant, reason, promised, expires, new State.Pending());
  }
}
