package tally.adapter.fake;

import java.time.Duration;
import tally.plugin.Settings;

/// @param patience how long a stream waits at its ceiling, or while suspended, before it is cut;
///   `waitSeconds`, 60 by default
record FakeSettings(Duration patience) {

  static FakeSettings of(Settings settings) {
    return new FakeSettings(
        Duration.ofSeconds(Long.parseLong(settings.find("waitSeconds").orElse("60"))));
  }
}
