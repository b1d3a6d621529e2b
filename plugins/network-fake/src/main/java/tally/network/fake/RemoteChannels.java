package tally.network.fake;

import java.math.BigInteger;
import java.util.List;
import tally.escrow.port.Channels;
import tally.x402.Address;
import tally.x402.ChannelId;
import tally.x402.Settlement;

final class RemoteChannels implements Channels {

  private final FakeRpc rpc;

  RemoteChannels(FakeRpc rpc) {
    this.rpc = rpc;
  }

  @Override
  public Settlement settlement() {
    return Genesis.SETTLEMENT;
  }

  @Override
  public Deposit deposit(ChannelId channel) {
    var read = rpc.ask("channels_deposit", FakeWire.object().put("channel", channel.hex()));
    return FakeWire.read(Deposit.class, read);
  }

  @Override
  public Earned earned(Address receiver, Address token) {
    var asked = FakeWire.object().put("receiver", receiver.hex()).put("token", token.hex());
    return FakeWire.read(Earned.class, rpc.ask("channels_earned", asked));
  }

  @Override
  public BigInteger tokens(Address token, Address holder) {
    var asked = FakeWire.object().put("token", token.hex()).put("holder", holder.hex());
    return FakeWire.number(rpc.ask("token_balance", asked).asString());
  }

  @Override
  public List<Event> events(long from, long to) {
    RemoteChain.span(from, to);
    var read = rpc.ask("channels_events", FakeWire.object().put("from", from).put("to", to));
    return read.valueStream().map(one -> FakeWire.read(Event.class, one)).toList();
  }
}
