package tally.treasury.port;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tally.money.Asset;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// The processor's vault on one network, as it can be read. It is written to by `Intent`s.
public interface Grants {

  /// @param vault the address that is `payer` of every granted channel
  /// @param operator who may send locked draws
  /// @param council who decides appeals
  /// @param appealWindow seconds between freeze and the first reclaim, and from there to the last
  /// @param decisionTime seconds that the council has; its silence favours the user
  /// @param withdrawDelayMax seconds; a channel with a longer delay is not drawn for
  record Facts(
      Address vault,
      Address token,
      Asset asset,
      Address operator,
      Address council,
      long appealWindow,
      long decisionTime,
      long withdrawDelayMax) {}

  /// What may leave the operator's hold in one day of the chain.
  ///
  /// @param left of it today
  record Limit(BigInteger daily, BigInteger left) {}

  /// @param available in the vault and not drawn
  /// @param locked sum of his payments that may still be reclaimed, spent or not
  record Power(BigInteger available, BigInteger locked) {}

  enum State {
    GRANTED,
    FROZEN,
    APPEALED,
    MATURED,
    RECLAIMED
  }

  record Granted(BigInteger amount, Instant maturesAt, Instant since, State state) {}

  /// What the vault has put into a channel and got back, both only growing.
  record Line(BigInteger drawn, BigInteger returned) {}

  /// What happened in the vault, in the chain's order.
  sealed interface Event {
    long block();

    Bytes32 transaction();

    record Granted(
        long block,
        Bytes32 transaction,
        Address user,
        Bytes32 payment,
        BigInteger amount,
        Instant maturesAt)
        implements Event {}

    record Frozen(long block, Bytes32 transaction, Address user, Bytes32 payment)
        implements Event {}

    record Appealed(long block, Bytes32 transaction, Address user, Bytes32 payment)
        implements Event {}

    record Decided(long block, Bytes32 transaction, Address user, Bytes32 payment, boolean forUser)
        implements Event {}

    record Thawed(long block, Bytes32 transaction, Address user, Bytes32 payment)
        implements Event {}

    record Matured(long block, Bytes32 transaction, Address user, Bytes32 payment)
        implements Event {}

    record Released(long block, Bytes32 transaction, Address user, Address to, BigInteger amount)
        implements Event {}

    record Returned(
        long block, Bytes32 transaction, ChannelId channel, Address user, BigInteger amount)
        implements Event {}

    record Reclaimed(
        long block,
        Bytes32 transaction,
        Address user,
        Bytes32 payment,
        BigInteger amount,
        BigInteger rest)
        implements Event {}
  }

  Facts facts();

  BigInteger reserve();

  Limit limit();

  Power power(Address user);

  /// What a user has had paid out to addresses of his choice, in all; only grows.
  BigInteger released(Address user);

  Optional<Granted> grant(Address user, Bytes32 payment);

  Line line(ChannelId channel);

  /// Events of the blocks `from` to `to`, both included; at most 1000 blocks a call.
  List<Event> events(long from, long to);
}
