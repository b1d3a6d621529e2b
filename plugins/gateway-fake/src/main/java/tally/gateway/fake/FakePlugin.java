package tally.gateway.fake;

import java.time.InstantSource;
import tally.payment.port.Gateway;
import tally.plugin.GatewayPlugin;
import tally.plugin.Settings;

/// The plug-in `fake`.
public final class FakePlugin implements GatewayPlugin {

  @Override
  public String kind() {
    return "fake";
  }

  @Override
  public Gateway open(Settings settings) {
    return new FakeGateway(FakeSettings.of(settings), InstantSource.system());
  }
}
