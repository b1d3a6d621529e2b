package tally.network.fake;

import tally.network.port.GrantedPowerContract;
import tally.network.port.NetworkStage;

class FakeGrantedPowerTest extends GrantedPowerContract {

  @Override
  protected NetworkStage open() {
    return FakeStage.open();
  }
}
