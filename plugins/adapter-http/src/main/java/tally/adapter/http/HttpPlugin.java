package tally.adapter.http;

import java.security.SecureRandom;
import java.time.InstantSource;
import tally.delivery.port.Adapter;
import tally.plugin.AdapterPlugin;
import tally.plugin.Settings;

/// Wires the kind `http`.
public final class HttpPlugin implements AdapterPlugin {

  @Override
  public String kind() {
    return HttpAdapter.KIND;
  }

  @Override
  public Adapter open(Settings settings) {
    return new HttpAdapter(HttpSettings.of(settings), InstantSource.system(), new SecureRandom());
  }
}
