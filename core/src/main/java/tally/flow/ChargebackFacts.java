package tally.flow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tally.money.Amount;

/// What is known of a chargeback so far.
///
/// @param frozen money of the lot that is frozen
/// @param parts how the purchases that it paid for ended
/// @param reclaimed tokens that came back into the reserve, one sum a grant
/// @param spared grants of which something was left to the payer, and lies in the vault
public record ChargebackFacts(
    Amount frozen,
    List<Purchase.PartEnd> parts,
    List<Amount> reclaimed,
    Optional<Chargeback.Verdict> verdict,
    Set<UUID> spared) {
  public ChargebackFacts {
    parts = List.copyOf(parts);
    reclaimed = List.copyOf(reclaimed);
    spared = Set.copyOf(spared);
  }

  ChargebackFacts freeze(Amount more) {
    return new ChargebackFacts(frozen.plus(more), parts, reclaimed, verdict, spared);
  }

  ChargebackFacts end(List<Purchase.PartEnd> more) {
    var all = new ArrayList<>(parts);
    all.addAll(more);
    return new ChargebackFacts(frozen, all, reclaimed, verdict, spared);
  }

  ChargebackFacts reclaim(Amount tokens, Amount fiat) {
    var all = new ArrayList<>(reclaimed);
    all.add(tokens);
    return new ChargebackFacts(frozen.plus(fiat), parts, all, verdict, spared);
  }

  ChargebackFacts decide(Chargeback.Verdict said) {
    return new ChargebackFacts(frozen, parts, reclaimed, Optional.of(said), spared);
  }

  ChargebackFacts unspare(UUID grant) {
    var less = new HashSet<>(spared);
    less.remove(grant);
    return new ChargebackFacts(frozen, parts, reclaimed, verdict, less);
  }

  ChargebackFacts spare(UUID grant) {
    var more = new HashSet<>(spared);
    more.add(grant);
    return new ChargebackFacts(frozen, parts, reclaimed, verdict, more);
  }

  /// What lies in the vault of a grant that the lot paid for.
  Purchase.PartEnd held(UUID grant) {
    return parts.stream()
        .filter(one -> one.grant().value().equals(grant) && !one.held().isZero())
        .findFirst()
        .orElseThrow();
  }
}
