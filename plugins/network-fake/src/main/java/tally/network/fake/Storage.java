package tally.network.fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// All that the contracts remember. Every write can be taken back: within a transaction that
/// reverts, and block by block for a reorganisation.
final class Storage {

  /// How many blocks can be taken back.
  static final int DEPTH = 64;

  private record Write(Slot<?> slot, @Nullable Object before) {}

  private final Map<Slot<?>, Object> cells = new HashMap<>();
  private final Deque<List<Write>> layers = new ArrayDeque<>();

  Storage() {
    layers.push(new ArrayList<>());
  }

  @SuppressWarnings("unchecked") // `put` writes only a slot's own type
  <V> V get(Slot<V> slot) {
    var found = cells.get(slot);
    return found == null ? slot.zero() : (V) found;
  }

  <V> void put(Slot<V> slot, V value) {
    var before = value.equals(slot.zero()) ? cells.remove(slot) : cells.put(slot, value);
    layers.element().add(new Write(slot, before));
  }

  /// A new block begins.
  void open() {
    layers.push(new ArrayList<>());
    if (layers.size() > DEPTH + 1) {
      layers.removeLast();
    }
  }

  /// The newest block never was.
  void undo() {
    back(0);
    layers.pop();
  }

  int mark() {
    return layers.element().size();
  }

  /// Takes back what this block wrote since the mark.
  void back(int mark) {
    var layer = layers.element();
    while (layer.size() > mark) {
      var write = layer.removeLast();
      if (write.before() == null) {
        cells.remove(write.slot());
      } else {
        cells.put(write.slot(), write.before());
      }
    }
  }

  void forEach(BiConsumer<Slot<?>, Object> reader) {
    cells.forEach(reader);
  }
}
