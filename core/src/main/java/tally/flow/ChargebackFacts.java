package tally.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tally.money.Amount;
import tally.payment.Dispute;
import tally.treasury.Grant;

/// What is known of a chargeback so far.
///
/// @param frozen money of the lot that is frozen
/// @param parts how the purchases that it paid for ended
/// @param reclaimed tokens that came back into the reserve, one sum a grant
/// @param verdict the first of this round
/// @param later what the gateway said after that verdict, since it opened the dispute again; the
///   oldest first, acted upon when this round is over
/// @param spared grants of which something was left to the payer, and lies in the vault
/// @param appeals how the payer's own appeals fare, by grant
/// @param refrozen how often each grant's freeze came to nothing
public record ChargebackFacts(
    Amount frozen,
    List<Purchase.PartEnd> parts,
    List<Amount> reclaimed,
    Optional<Chargeback.Verdict> verdict,
    List<Dispute> later,
    Set<UUID> spared,
    Map<UUID, Appealing> appeals,
    Map<UUID, Integer> refrozen) {

  /// How often a freeze that came to nothing is sent again before a human looks.
  static final int REFROZEN_MAX = 5;

  /// A bank that opens a dispute again and again while one round lasts is a human's matter.
  static final int LATER_MAX = 50;

  public ChargebackFacts {
    parts = List.copyOf(parts);
    reclaimed = List.copyOf(reclaimed);
    later = List.copyOf(later);
    spared = Set.copyOf(spared);
    appeals = Map.copyOf(appeals);
    refrozen = Map.copyOf(refrozen);
  }

  static ChargebackFacts none(Amount nothing) {
    return new ChargebackFacts(
        nothing, List.of(), List.of(), Optional.empty(), List.of(), Set.of(), Map.of(), Map.of());
  }

  ChargebackFacts freeze(Amount more) {
    return new ChargebackFacts(
        frozen.plus(more), parts, reclaimed, verdict, later, spared, appeals, refrozen);
  }

  ChargebackFacts end(List<Purchase.PartEnd> more) {
    var all = new ArrayList<>(parts);
    all.addAll(more);
    return new ChargebackFacts(frozen, all, reclaimed, verdict, later, spared, appeals, refrozen);
  }

  ChargebackFacts reclaim(Amount tokens, Amount fiat) {
    var all = new ArrayList<>(reclaimed);
    all.add(tokens);
    return new ChargebackFacts(
        frozen.plus(fiat), parts, all, verdict, later, spared, appeals, refrozen);
  }

  /// The first verdict counts; what follows it belongs to another round, which the bank must have
  /// opened first.
  ChargebackFacts hear(Dispute dispute) {
    if (verdict.isEmpty()) {
      var said = ChargebackSteps.verdict(dispute);
      return new ChargebackFacts(frozen, parts, reclaimed, said, later, spared, appeals, refrozen);
    }
    if (later.isEmpty() && !(dispute instanceof Dispute.Opened)) {
      return this;
    }
    if (later.size() == LATER_MAX) {
      throw new IllegalStateException("a dispute is opened again without end: " + dispute);
    }
    var all = new ArrayList<>(later);
    all.add(dispute);
    return new ChargebackFacts(frozen, parts, reclaimed, verdict, all, spared, appeals, refrozen);
  }

  /// All that came later is acted upon.
  ChargebackFacts caughtUp() {
    return new ChargebackFacts(
        frozen, parts, reclaimed, verdict, List.of(), spared, appeals, refrozen);
  }

  ChargebackFacts unspare(UUID grant) {
    var less = new HashSet<>(spared);
    less.remove(grant);
    return new ChargebackFacts(frozen, parts, reclaimed, verdict, later, less, appeals, refrozen);
  }

  ChargebackFacts spare(UUID grant) {
    var more = new HashSet<>(spared);
    more.add(grant);
    return new ChargebackFacts(frozen, parts, reclaimed, verdict, later, more, appeals, refrozen);
  }

  /// What is known of an appeal already stands.
  ChargebackFacts ask(List<Grant.Id> asked) {
    var all = new HashMap<>(appeals);
    asked.forEach(grant -> all.putIfAbsent(grant.value(), new Appealing.Asked(1)));
    return new ChargebackFacts(frozen, parts, reclaimed, verdict, later, spared, all, refrozen);
  }

  ChargebackFacts appeal(UUID grant, Appealing now) {
    var all = new HashMap<>(appeals);
    all.put(grant, now);
    return new ChargebackFacts(frozen, parts, reclaimed, verdict, later, spared, all, refrozen);
  }

  ChargebackFacts refreeze(UUID grant) {
    var all = new HashMap<>(refrozen);
    all.merge(grant, 1, Integer::sum);
    return new ChargebackFacts(frozen, parts, reclaimed, verdict, later, spared, appeals, all);
  }

  /// The first that came to nothing for good, if any.
  public Optional<Appealing.Failed> appealFailed() {
    return appeals.values().stream()
        .filter(Appealing.Failed.class::isInstance)
        .map(Appealing.Failed.class::cast)
        .findFirst();
  }

  /// What lies in the vault of a grant that the lot paid for.
  Purchase.PartEnd held(UUID grant) {
    return parts.stream()
        .filter(one -> one.grant().value().equals(grant) && !one.held().isZero())
        .findFirst()
        .orElseThrow();
  }
}
