package tally.adapter.fake;

import java.time.InstantSource;
import tally.delivery.port.Adapter;
import tally.plugin.AdapterPlugin;
import tally.plugin.Settings;

/// Wires the kind `fake`.
public final class FakePlugin implements AdapterPlugin {

  @Override
  public String kind() {
    return FakeAdapter.KIND;
  }

  @Override
  public Adapter open(Settings settings) {
    return new FakeAdapter(FakeSettings.of(settings), InstantSource.system());
  }
}
