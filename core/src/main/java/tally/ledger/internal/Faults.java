package tally.ledger.internal;

import java.util.ArrayList;
import java.util.List;

/// What a check found wrong, in sentences; no more than a person would read.
final class Faults {

  static final int MOST = 100;

  private final List<String> found = new ArrayList<>();

  void add(String fault) {
    if (found.size() < MOST) {
      found.add(fault);
    }
  }

  List<String> all() {
    return List.copyOf(found);
  }
}
