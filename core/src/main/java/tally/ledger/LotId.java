package tally.ledger;

import java.util.UUID;

public record LotId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
