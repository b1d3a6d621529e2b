package tally.network.evm;

import tally.network.port.NetworkContract;
import tally.network.port.NetworkStage;

class EvmNetworkTest extends NetworkContract {

  @Override
  protected NetworkStage open() {
    return EvmStage.open();
  }
}
