package tally.flow.internal;

import java.util.List;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tally.Bell;

/// Wakes this node's workers as soon as others can read what is new: at the commit of the caller's
/// database transaction, or at once where there is none. What is rolled back wakes nobody.
final class FlowBell {

  /// How many carry commands out at the same time, since each may wait for the outside and must not
  /// hold up every other flow.
  static final int CARRIERS = 6;

  /// For who steps flows.
  final Bell signals = new Bell(1);

  /// For who carries commands out.
  final Bell commands = new Bell(CARRIERS);

  /// @param told how many signals were written
  int heard(int told) {
    if (told > 0) {
      afterCommit(signals);
    }
    return told;
  }

  /// @param told whom signals were written for
  <T> List<T> heard(List<T> told) {
    heard(told.size());
    return told;
  }

  /// @param given how many commands wait for somebody to carry them out
  void given(int given) {
    for (int one = 0; one < Math.min(given, CARRIERS); one++) {
      afterCommit(commands);
    }
  }

  private static void afterCommit(Bell bell) {
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
