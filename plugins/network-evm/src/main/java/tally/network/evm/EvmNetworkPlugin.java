package tally.network.evm;

import tally.plugin.NetworkPlugin;
import tally.plugin.Settings;

/// Reaches EVM chains. Settings: see `EvmSettings`, or `OwnChain` for a chain of the node's own.
public final class EvmNetworkPlugin implements NetworkPlugin {

  @Override
  public String kind() {
    return "evm";
  }

  @Override
  public Network open(Settings settings) {
    return EvmNetwork.open(EvmSettings.read(OwnChain.reached(settings)));
  }
}
