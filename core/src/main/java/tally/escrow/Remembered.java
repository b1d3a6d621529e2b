package tally.escrow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What never changes once it is there, kept at hand; the longest unused goes first.
final class Remembered<K, V> {

  static final int ENTRIES_MAX = 20_000;
  private final Function<K, Optional<V>> source;
  private final Map<K, V> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
          return size() > ENTRIES_MAX;
        }
      };

  Remembered(Function<K, Optional<V>> source) {
    this.source = source;
  }

  Optional<V> find(K key) {
    synchronized (entries) {
      var known = entries.get(key);
      if (known != null) {
        return Optional.of(known);
      }
    }
    var found = source.apply(key);
    found.ifPresent(value -> {
      synchronized (entries) {
        entries.put(key, value);
      }
    });
    return found;
  }
}
