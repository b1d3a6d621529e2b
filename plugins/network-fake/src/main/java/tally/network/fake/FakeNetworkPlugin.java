package tally.network.fake;

import tally.plugin.NetworkPlugin;
import tally.plugin.Settings;

/// Reaches fake chains. Settings: `url`, such as `http://127.0.0.1:8545`; `confirmations`, 3 where
/// not given.
public final class FakeNetworkPlugin implements NetworkPlugin {

  @Override
  public String kind() {
    return "fake";
  }

  @Override
  public Network open(Settings settings) {
    return new FakeNetwork(FakeNetworkSettings.read(settings));
  }
}
