package tally.server.pages;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is watched by several at once: read for the first who asks, and for a second the same for
/// all others. Who asks meanwhile waits for that read; who asks for another thing does not.
///
/// Keeps the newest 200 things, none longer than ten seconds once somebody asks for any. What
/// cannot be read is not kept: the next who asks tries again.
final class Glances<K, V> {

  /// As many as may be watched at all; beyond, a thing is merely read more often.
  static final int MOST = Live.LISTENERS_MAX;

  /// The pace of a watched page, so that whoever watches alone has a new one each time.
  static final Duration FRESH = Duration.ofSeconds(1);

  /// Far longer than a read takes, so that nobody still waits for what is forgotten.
  private static final Duration FORGOTTEN = Duration.ofSeconds(10);

  private final Function<K, V> read;
  private final InstantSource clock;

  /// The one that was not asked for longest comes first.
  private final Map<K, Glance> glances = new LinkedHashMap<>(16, 0.75f, true);

  Glances(Function<K, V> read, InstantSource clock) {
    this.read = read;
    this.clock = clock;
  }

  V of(K key) {
    return glance(key).value(key);
  }

  private synchronized Glance glance(K key) {
    var now = clock.instant();
    glances.values().removeIf(one -> one.asked(now).compareTo(FORGOTTEN) > 0);
    var found = glances.computeIfAbsent(key, _ -> new Glance(now));
    found.lastAsked = now;
    if (glances.size() > MOST) {
      glances.remove(glances.keySet().iterator().next());
    }
    return found;
  }

  synchronized int size() {
    return glances.size();
  }

  private record Seen<T>(T value, Instant at) {}

  private final class Glance {
    private Instant lastAsked;
    private @Nullable Seen<V> seen;

    Glance(Instant now) {
      lastAsked = now;
    }

    /// How long ago; also after a clock was set back.
    Duration asked(Instant now) {
      return Duration.between(lastAsked, now).abs();
    }

    synchronized V value(K key) {
      var now = clock.instant();
      var known = Optional.ofNullable(seen).filter(it -> isFresh(it, now));
      if (known.isPresent()) {
        return known.get().value();
      }
      var value = read.apply(key);
      seen = new Seen<>(value, now);
      return value;
    }

    private boolean isFresh(Seen<V> one, Instant now) {
      return Duration.between(one.at(), now).abs().compareTo(FRESH) < 0;
    }
  }
}
