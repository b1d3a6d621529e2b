package tally.network.fake;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

final class RemoteGrants implements Grants {

  private final FakeRpc rpc;

  RemoteGrants(FakeRpc rpc) {
    this.rpc = rpc;
  }

  @Override
  public Facts facts() {
    return FakeWire.read(Facts.class, rpc.ask("vault_facts"));
  }

  @Override
  public BigInteger reserve() {
    return FakeWire.number(rpc.ask("vault_reserve").asString());
  }

  @Override
  public Limit limit() {
    return FakeWire.read(Limit.class, rpc.ask("vault_limit"));
  }

  @Override
  public Power power(Address user) {
    var read = rpc.ask("vault_power", FakeWire.object().put("user", user.hex()));
    return FakeWire.read(Power.class, read);
  }

  @Override
  public BigInteger released(Address user) {
    return FakeWire.number(
        rpc.ask("vault_released", FakeWire.object().put("user", user.hex())).asString());
  }

  @Override
  public Optional<Granted> grant(Address user, Bytes32 payment) {
    var asked = FakeWire.object().put("user", user.hex()).put("payment", payment.hex());
    return RemoteChain.optional(Granted.class, rpc.ask("vault_grant", asked));
  }

  @Override
  public Line line(ChannelId channel) {
    var read = rpc.ask("vault_line", FakeWire.object().put("channel", channel.hex()));
    return FakeWire.read(Line.class, read);
  }

  @Override
  public List<Event> events(long from, long to) {
    RemoteChain.span(from, to);
    var read = rpc.ask("vault_events", FakeWire.object().put("from", from).put("to", to));
    return read.valueStream().map(one -> FakeWire.read(Event.class, one)).toList();
  }
}
