package tally.network;

import tally.network.Transaction.Attempt;
import tally.network.port.Chain.Receipt;

/// What was learnt about a transaction, from custody or from its chain.
public sealed interface Notice {

  /// Custody signed its first form.
  record Signed(Attempt attempt) implements Notice {}

  /// Custody refused before anything was signed.
  record Refused(String code, String text) implements Notice {}

  /// The chain's pool has it, or may have it.
  record Sent(long atBlock) implements Notice {}

  /// A higher fee was signed and stored.
  record Bumped(Attempt attempt, long atBlock) implements Notice {}

  /// The longest chain includes this form of it.
  record Included(Attempt attempt, Receipt receipt) implements Notice {}

  /// The longest chain includes no form of it any more.
  ///
  /// @param newest the form that shall wait in the pool from now on
  record Uncovered(Attempt newest, long atBlock) implements Notice {}

  /// The block that includes it is deep enough to stay.
  record Buried(Receipt receipt) implements Notice {}

  /// Another transaction took its nonce, deep enough to stay.
  record Outrun() implements Notice {}

  /// What a notice did to a transaction.
  sealed interface Answer {
    record Moved(Transaction next) implements Answer {}

    /// It was known.
    record Already() implements Answer {}

    /// It means nothing in this state.
    record OutOfTurn() implements Answer {}
  }
}
