package tally.flow;

import java.util.Set;
import java.util.UUID;
import tally.money.Tenant;

/// One run of a story: a state, and what it does when something happens. Pure: no clock, no chance,
/// no room is asked.
public sealed interface Flow
    permits TopUp, Purchase, Settlement, Refunding, Chargeback, Stocking, Releasing {

  FlowId id();

  Tenant tenant();

  /// Ids about which this flow hears facts from its very beginning; commands may add more.
  default Set<UUID> watches() {
    return Set.of();
  }

  /// What happens next. A signal that does not concern this state leaves it as it is.
  Step on(Signal signal);

  /// Whether nothing more is expected. A flow that is over still hears signals.
  boolean over();
}
