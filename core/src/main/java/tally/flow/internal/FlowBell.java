package tally.flow.internal;

import java.util.List;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tally.Bell;

/// Wakes a runner of this node as soon as others can read a new signal: at the commit of the
/// caller's database transaction, or at once where there is none. What is rolled back wakes nobody.
final class FlowBell {

  final Bell bell = new Bell();

  /// @param signals how many were written
  int after(int signals) {
    if (signals > 0) {
      ring();
    }
    return signals;
  }

  /// @param told whom signals were written for
  <T> List<T> after(List<T> told) {
    after(told.size());
    return told;
  }

  private void ring() {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      bell.ring();
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            bell.ring();
          }
        });
  }
}
