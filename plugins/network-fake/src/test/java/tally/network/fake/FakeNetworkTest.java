package tally.network.fake;

import tally.network.port.NetworkContract;
import tally.network.port.NetworkStage;

class FakeNetworkTest extends NetworkContract {

  @Override
  protected NetworkStage open() {
    return FakeStage.open();
  }
}
