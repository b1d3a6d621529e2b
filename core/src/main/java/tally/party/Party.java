package tally.party;

import java.util.Set;
import java.util.UUID;
import tally.money.Holder;
import tally.money.Tenant;

/// Somebody with an account on this node.
public record Party(Id id, Tenant tenant, String name, Set<Role> roles) {

  public Party {
    roles = Set.copyOf(roles);
  }

  public record Id(UUID value) {}

  public enum Role {
    PERSON,
    OPERATOR
  }

  /// How the rooms that keep money know this party.
  public Holder holder() {
    return new Holder("party:" + id.value());
  }
}
