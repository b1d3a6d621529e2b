package tally.network.fake;

import java.util.Optional;
import tally.custody.port.Encoding;
import tally.escrow.port.Channels;
import tally.network.port.Chain;
import tally.plugin.NetworkPlugin;
import tally.treasury.port.Grants;

/// One fake chain as a node reaches it: all four ports.
final class FakeNetwork implements NetworkPlugin.Network {

  private final Chain chain;
  private final Encoding encoding = new FakeEncoding();
  private final Grants grants;
  private final Channels channels;

  FakeNetwork(FakeNetworkSettings settings) {
    var rpc = new FakeRpc(settings.url());
    this.chain = new RemoteChain(rpc, settings.confirmations());
    this.grants = new RemoteGrants(rpc);
    this.channels = new RemoteChannels(rpc);
  }

  @Override
  public boolean real() {
    return false;
  }

  @Override
  public Chain chain() {
    return chain;
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public Optional<Grants> grants() {
    return Optional.of(grants);
  }

  @Override
  public Optional<Channels> channels() {
    return Optional.of(channels);
  }
}
