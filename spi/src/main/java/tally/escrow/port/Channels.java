package tally.escrow.port;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;
import tally.x402.Settlement;

/// The settlement contract of one network, as it can be read. It is written to by `Intent`s.
public interface Channels {

  /// A channel as the chain has it; an unknown one is all zero.
  ///
  /// @param balance deposits less returns, what was claimed still included
  /// @param withdrawing what a pending one-sided withdrawal asks for, and when it was begun
  record Deposit(
      BigInteger balance,
      BigInteger totalClaimed,
      BigInteger withdrawing,
      Instant withdrawingSince,
      BigInteger refundNonce) {}

  record Earned(BigInteger totalClaimed, BigInteger totalSettled) {}

  /// What happened to channels, in the chain's order.
  sealed interface Event {
    long block();

    Bytes32 transaction();

    record Deposited(
        long block, Bytes32 transaction, ChannelId channel, BigInteger amount, BigInteger balance)
        implements Event {}

    record Claimed(
        long block, Bytes32 transaction, ChannelId channel, BigInteger amount, BigInteger total)
        implements Event {}

    record Settled(
        long block, Bytes32 transaction, Address receiver, Address token, BigInteger amount)
        implements Event {}

    record Refunded(long block, Bytes32 transaction, ChannelId channel, BigInteger amount)
        implements Event {}

    record WithdrawInitiated(
        long block,
        Bytes32 transaction,
        ChannelId channel,
        BigInteger amount,
        Instant finalizeAfter)
        implements Event {}

    record Withdrawn(long block, Bytes32 transaction, ChannelId channel, BigInteger amount)
        implements Event {}
  }

  Settlement settlement();

  Deposit deposit(ChannelId channel);

  Earned earned(Address receiver, Address token);

  /// The token's own balance of an address.
  BigInteger tokens(Address token, Address holder);

  /// Events of the blocks `from` to `to`, both included; at most 1000 blocks a call.
  List<Event> events(long from, long to);
}
