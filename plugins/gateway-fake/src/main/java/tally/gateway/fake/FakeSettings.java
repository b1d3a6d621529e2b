package tally.gateway.fake;

import java.net.URI;
import java.time.Duration;
import tally.plugin.Settings;

/// Where one account at a fake bank is. The setting `secret`, for its webhooks, stays with the
/// host, which hands it to each proof.
///
/// @param key what our calls bear
/// @param patience how long a call waits for its answer; the setting `patience` in milliseconds,
///   5000 if not set
public record FakeSettings(URI url, String key, Duration patience) {

  public static FakeSettings of(Settings settings) {
    var url = URI.create(settings.need("url"));
    if (url.getHost() == null) {
      throw new IllegalArgumentException("setting url is not an http address");
    }
    var patience = settings.find("patience").map(Long::parseLong).orElse(5000L);
    return new FakeSettings(url, settings.need("key"), Duration.ofMillis(patience));
  }

  /// Without the key.
  @Override
  public String toString() {
    return "FakeSettings[" + url + "]";
  }
}
