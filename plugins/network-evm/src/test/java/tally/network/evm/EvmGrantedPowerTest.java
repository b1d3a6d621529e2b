package tally.network.evm;

import tally.network.port.GrantedPowerContract;
import tally.network.port.NetworkStage;

class EvmGrantedPowerTest extends GrantedPowerContract {

  @Override
  protected NetworkStage open() {
    return EvmStage.open();
  }
}
