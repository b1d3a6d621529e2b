package tally.network.fake;

import java.time.Instant;
import java.util.List;
import tally.escrow.port.Channels;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;

/// One transaction while it acts: who sent it, when and where, and what it has told so far.
record Turn(
    Address sender,
    Instant now,
    long block,
    Bytes32 transaction,
    List<Channels.Event> channelEvents,
    List<Grants.Event> vaultEvents) {

  /// The same transaction inside a call that a contract makes.
  Turn from(Address contract) {
    return new Turn(contract, now, block, transaction, channelEvents, vaultEvents);
  }

  long day() {
    return day(now);
  }

  /// Days since 1970.
  static long day(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), 86_400L);
  }
}
