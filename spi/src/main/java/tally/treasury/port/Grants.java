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
  /// @param appealWindow seconds between freeze and the first reclaim
  record Facts(
      Address vault,
      Address token,
      Asset asset,
      Address operator,
      long appealWindow,
      long withdrawDelayMax) {}

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

  Power power(Address user);

  Optional<Granted> grant(Address user, Bytes32 payment);

  Line line(ChannelId channel);

  /// Events of the blocks `from` to `to`, both included; at most 1000 blocks a call.
  List<Event> events(long from, long to);
}
