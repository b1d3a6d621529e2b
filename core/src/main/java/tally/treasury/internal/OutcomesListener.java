package tally.treasury.internal;

import tally.network.NetworkListener;
import tally.network.Ranges;
import tally.treasury.Outcomes;
import tally.treasury.Vaults;

/// Hears of chains for the treasury. What must be asked of a chain is only noted here, since this
/// runs inside a database transaction.
final class OutcomesListener implements NetworkListener {

  private final Outcomes outcomes;
  private final Ranges ranges;
  private final Vaults vaults;

  OutcomesListener(Outcomes outcomes, Ranges ranges, Vaults vaults) {
    this.outcomes = outcomes;
    this.ranges = ranges;
    this.vaults = vaults;
  }

  @Override
  public void on(Fact fact) {
    switch (fact) {
      case Fact.TransactionMoved(var transaction) -> outcomes.heard(transaction);
      case Fact.Confirmed(var network, var from, var to)
          when vaults.networks().containsKey(network) ->
          ranges.add(new Ranges.Range(VaultFollower.READER, network, from, to));
      case Fact.Confirmed _ -> {}
    }
  }
}
