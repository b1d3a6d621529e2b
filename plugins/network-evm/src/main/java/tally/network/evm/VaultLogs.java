package tally.network.evm;

import java.util.ArrayList;
import java.util.List;
import tally.treasury.port.Grants.Event;
import tally.x402.Abi;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// The vault's logs. Pure; throws `IllegalArgumentException` on a known event that is malformed,
/// and passes over those of no use to a node.
final class VaultLogs {

  private static final Bytes32 GRANTED = Abi.topic("Granted(address,bytes32,uint128,uint40)");
  private static final Bytes32 FROZEN = Abi.topic("Frozen(address,bytes32,bytes32)");
  private static final Bytes32 APPEALED = Abi.topic("Appealed(address,bytes32)");
  private static final Bytes32 DECIDED = Abi.topic("Decided(address,bytes32,bool)");
  private static final Bytes32 THAWED = Abi.topic("Thawed(address,bytes32)");
  private static final Bytes32 MATURED = Abi.topic("Matured(address,bytes32)");
  private static final Bytes32 RELEASED = Abi.topic("Released(address,address,uint128)");
  private static final Bytes32 RETURNED = Abi.topic("Returned(address,bytes32,uint128)");
  private static final Bytes32 RECLAIMED = Abi.topic("Reclaimed(address,bytes32,uint128,uint128)");

  private VaultLogs() {}

  static List<Event> events(List<EvmWire.Told> logs) {
    var events = new ArrayList<Event>(logs.size());
    for (var log : logs) {
      add(events, new ToldWords(log), log.block(), log.transaction());
    }
    return List.copyOf(events);
  }

  private static void add(List<Event> events, ToldWords log, long block, Bytes32 hash) {
    if (log.is(GRANTED, 2, 2)) {
      var data = log.data();
      events.add(
          new Event.Granted(block, hash, user(log), payment(log), data.units(0), data.time(1)));
    } else if (log.is(FROZEN, 2, 1)) {
      events.add(new Event.Frozen(block, hash, user(log), payment(log)));
    } else if (log.is(APPEALED, 2, 0)) {
      events.add(new Event.Appealed(block, hash, user(log), payment(log)));
    } else if (log.is(DECIDED, 2, 1)) {
      events.add(new Event.Decided(block, hash, user(log), payment(log), log.data().flag(0)));
    } else if (log.is(THAWED, 2, 0)) {
      events.add(new Event.Thawed(block, hash, user(log), payment(log)));
    } else if (log.is(MATURED, 2, 0)) {
      events.add(new Event.Matured(block, hash, user(log), payment(log)));
    } else if (log.is(RELEASED, 2, 1)) {
      var to = log.topics().address(1);
      events.add(new Event.Released(block, hash, user(log), to, log.data().units(0)));
    } else if (log.is(RETURNED, 2, 1)) {
      var channel = new ChannelId(log.topics().bytes(1));
      events.add(new Event.Returned(block, hash, channel, user(log), log.data().units(0)));
    } else if (log.is(RECLAIMED, 2, 2)) {
      var data = log.data();
      events.add(
          new Event.Reclaimed(block, hash, user(log), payment(log), data.units(0), data.units(1)));
    }
  }

  private static Address user(ToldWords log) {
    return log.topics().address(0);
  }

  private static Bytes32 payment(ToldWords log) {
    return log.topics().bytes(1);
  }
}
