package tally.ledger.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tally.ledger.internal.Shifts.Place;
import tally.money.Tenant;

/// Row ids of accounts that were used of late. A row is never deleted and keeps its id, so what is
/// remembered stays true.
final class AccountIds {

  /// About 30 MB.
  private static final int MOST = 100_000;

  private record Key(Tenant tenant, Place place) {}

  private final Map<Key, Long> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
          return size() > MOST;
        }
      };

  /// The places that have a row, by its id.
  ///
  /// @param look finds ids of those not remembered, where there are any
  Map<Long, Place> of(
      Tenant tenant, Collection<Place> places, Function<List<Place>, Map<Place, Long>> look) {
    var found = new HashMap<Long, Place>();
    var unknown = new ArrayList<Place>();
    synchronized (remembered) {
      for (var place : places) {
        var id = remembered.get(new Key(tenant, place));
        if (id == null) {
          unknown.add(place);
        } else {
          found.put(id, place);
        }
      }
    }
    if (!unknown.isEmpty()) {
      look.apply(unknown).forEach((place, id) -> found.put(id, place));
    }
    return found;
  }

  /// Remembers rows that are committed: one that is taken back would leave an id of nothing.
  void remember(Tenant tenant, Map<Long, Place> found) {
    synchronized (remembered) {
      found.forEach((id, place) -> remembered.put(new Key(tenant, place), id));
    }
  }
}
