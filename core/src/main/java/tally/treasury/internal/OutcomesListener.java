package tally.treasury.internal;

import tally.network.NetworkListener;
import tally.treasury.Outcomes;

/// Hears of the journal for the treasury.
final class OutcomesListener implements NetworkListener {

  private final Outcomes outcomes;

  OutcomesListener(Outcomes outcomes) {
    this.outcomes = outcomes;
  }

  @Override
  public void on(Fact fact) {
    switch (fact) {
      case Fact.TransactionMoved(var transaction) -> outcomes.heard(transaction);
      case Fact.Confirmed _ -> {}
    }
  }
}
