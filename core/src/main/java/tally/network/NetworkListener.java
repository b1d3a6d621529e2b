package tally.network;

/// Hears, in the same database transaction, that a chain matter moved.
public interface NetworkListener {

  sealed interface Fact {
    record TransactionMoved(Transaction transaction) implements Fact {}

    /// Blocks `from` to `to` are deep enough to stay.
    record Confirmed(String network, long from, long to) implements Fact {}
  }

  void on(Fact fact);
}
