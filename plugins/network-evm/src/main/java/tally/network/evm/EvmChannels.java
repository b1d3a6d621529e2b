package tally.network.evm;

import static tally.x402.Abi.word;

import java.math.BigInteger;
import java.util.List;
import tally.escrow.port.Channels;
import tally.network.evm.ContractReader.Call;
import tally.x402.Address;
import tally.x402.ChannelId;
import tally.x402.Settlement;

/// The settlement contract of one EVM chain.
final class EvmChannels implements Channels {

  private final ContractReader reader;
  private final Settlement settlement;

  EvmChannels(ContractReader reader, Settlement settlement) {
    this.reader = reader;
    this.settlement = settlement;
  }

  @Override
  public Settlement settlement() {
    return settlement;
  }

  @Override
  public Deposit deposit(ChannelId channel) {
    var id = word(channel.value());
    var calls =
        List.of(
            Call.of(2, "channels(bytes32)", id),
            Call.of(2, "pendingWithdrawals(bytes32)", id),
            Call.of(1, "refundNonce(bytes32)", id));
    return reader.readTogether(
        "channel " + channel, settlement.contract(), calls, EvmChannels::deposit);
  }

  private static Deposit deposit(List<Words> read) {
    var state = read.get(0);
    var pending = read.get(1);
    return new Deposit(
        state.units(0),
        state.units(1),
        pending.units(0),
        pending.time(1),
        read.get(2).number(0, 256));
  }

  @Override
  public Earned earned(Address receiver, Address token) {
    var call = Call.of(2, "receivers(address,address)", word(receiver), word(token));
    return reader.read(
        "what " + receiver + " earned",
        settlement.contract(),
        call,
        words -> new Earned(words.units(0), words.units(1)));
  }

  @Override
  public BigInteger tokens(Address token, Address holder) {
    var call = Call.of(1, "balanceOf(address)", word(holder));
    return reader.read("a token balance", token, call, words -> words.number(0, 256));
  }

  @Override
  public List<Event> events(long from, long to) {
    return reader.told(settlement.contract(), from, to, ChannelLogs::events);
  }
}
