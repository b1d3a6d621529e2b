package tally.network.evm;

import java.util.ArrayList;
import java.util.List;
import tally.escrow.port.Channels.Event;
import tally.x402.Abi;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// The settlement contract's logs. Pure; throws `IllegalArgumentException` on a known event that is
/// malformed, and passes over those of no use to a node.
final class ChannelLogs {

  private static final Bytes32 DEPOSITED = Abi.topic("Deposited(bytes32,address,uint128,uint128)");
  private static final Bytes32 CLAIMED = Abi.topic("Claimed(bytes32,address,uint128,uint128)");
  private static final Bytes32 SETTLED = Abi.topic("Settled(address,address,address,uint128)");
  private static final Bytes32 REFUNDED = Abi.topic("Refunded(bytes32,address,uint128)");
  private static final Bytes32 INITIATED = Abi.topic("WithdrawInitiated(bytes32,uint128,uint40)");
  private static final Bytes32 FINALIZED = Abi.topic("WithdrawFinalized(bytes32,address,uint128)");

  private ChannelLogs() {}

  static List<Event> events(List<EvmWire.Told> logs) {
    var events = new ArrayList<Event>(logs.size());
    for (var log : logs) {
      add(events, new ToldWords(log));
    }
    return List.copyOf(events);
  }

  private static void add(List<Event> events, ToldWords log) {
    if (log.is(DEPOSITED, 2, 2)) {
      var data = log.data();
      events.add(
          new Event.Deposited(
              log.block(), log.transaction(), channel(log), data.units(0), data.units(1)));
    } else if (log.is(CLAIMED, 2, 2)) {
      var data = log.data();
      events.add(
          new Event.Claimed(
              log.block(), log.transaction(), channel(log), data.units(0), data.units(1)));
    } else if (log.is(SETTLED, 3, 1)) {
      var topics = log.topics();
      events.add(
          new Event.Settled(
              log.block(),
              log.transaction(),
              topics.address(0),
              topics.address(1),
              log.data().units(0)));
    } else if (log.is(REFUNDED, 2, 1)) {
      events.add(
          new Event.Refunded(log.block(), log.transaction(), channel(log), log.data().units(0)));
    } else if (log.is(INITIATED, 1, 2)) {
      var data = log.data();
      events.add(
          new Event.WithdrawInitiated(
              log.block(), log.transaction(), channel(log), data.units(0), data.time(1)));
    } else if (log.is(FINALIZED, 2, 1)) {
      events.add(
          new Event.Withdrawn(log.block(), log.transaction(), channel(log), log.data().units(0)));
    }
  }

  private static ChannelId channel(ToldWords log) {
    return new ChannelId(log.topics().bytes(0));
  }
}
