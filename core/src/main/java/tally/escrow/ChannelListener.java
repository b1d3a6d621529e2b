package tally.escrow;

import java.math.BigInteger;
import tally.x402.Bytes32;

/// Hears, in the same database transaction, that a channel moved on chain, deep enough to stay.
/// Each side's row tells for itself.
public interface ChannelListener {

  sealed interface Fact {
    Channel.Terms terms();

    /// A deposit counts from now. `total` is the balance.
    record Deposited(Channel.Terms terms, BigInteger amount, BigInteger total, Bytes32 transaction)
        implements Fact {}

    record Claimed(Channel.Terms terms, BigInteger amount, BigInteger total, Bytes32 transaction)
        implements Fact {}

    /// The receiver was paid what he had claimed; `amount` is this channel's share of it: what was
    /// told as claimed of it and not yet as paid out.
    record PaidOut(Channel.Terms terms, BigInteger amount, Bytes32 transaction) implements Fact {}

    record Refunded(Channel.Terms terms, BigInteger amount, Bytes32 transaction) implements Fact {}

    /// @param left what new vouchers can still promise
    record WithdrawalBegun(
        Channel.Terms terms, BigInteger amount, BigInteger left, Bytes32 transaction)
        implements Fact {}

    /// @param left what new vouchers can still promise
    record Withdrawn(Channel.Terms terms, BigInteger amount, BigInteger left, Bytes32 transaction)
        implements Fact {}

    /// Told to the receiver: so much more of what he holds vouchers for can no longer be claimed.
    record Lost(Channel.Terms terms, BigInteger amount, Bytes32 transaction) implements Fact {}

    /// Told to the receiver: so much of what was lost can be claimed after all.
    record Regained(Channel.Terms terms, BigInteger amount, Bytes32 transaction) implements Fact {}
  }

  void on(Fact fact);
}
