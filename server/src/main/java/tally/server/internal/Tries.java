package tally.server.internal;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// How often one address may try to come in: `tally.sign-in.tries-per-minute` (60). Remembers the
/// last 10 000 addresses.
@Component
final class Tries {

  private static final int ADDRESSES_MAX = 10_000;
  private final int perMinute;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };

  Tries(Environment environment) {
    perMinute = environment.getProperty("tally.sign-in.tries-per-minute", Integer.class, 60);
  }

  /// Counts a try; refuses with `sign_in_locked`.
  void count(String address) {
    Bucket bucket;
    synchronized (buckets) {
      bucket = buckets.computeIfAbsent(address, unused -> fresh());
    }
    if (!bucket.tryConsume(1)) {
      throw new Refused("sign_in_locked", "Too many tries from this address; wait a minute.");
    }
  }

  private Bucket fresh() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
        .build();
  }
}
