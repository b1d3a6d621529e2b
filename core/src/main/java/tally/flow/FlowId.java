package tally.flow;

import java.util.UUID;
import tally.money.Derived;

/// Names one run of a story. Everything that it makes has an id derived from this one, so that a
/// step carried out twice acts once.
public record FlowId(UUID value) {

  public UUID derive(String step) {
    return Derived.id(value, step);
  }
}
