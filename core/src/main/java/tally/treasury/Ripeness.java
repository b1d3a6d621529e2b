package tally.treasury;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import tally.custody.port.Intent;
import tally.treasury.Act.Deed;
import tally.treasury.port.Grants.Granted;

/// Whether an act that waits may go, by the chain's own time.
final class Ripeness {

  /// Something else must happen first.
  private static final Duration LONG = Duration.ofDays(1);

  private final Grants.Store store;
  private final Vaults vaults;
  private final Outcomes.Heads heads;

  Ripeness(Grants.Store store, Vaults vaults, Outcomes.Heads heads) {
    this.store = store;
    this.vaults = vaults;
    this.heads = heads;
  }

  sealed interface Answer {}

  record Ripe(Intent.Call intent) implements Answer {}

  /// @param left when it is worth another look
  record Unripe(Duration left) implements Answer {}

  /// It can no longer act, or has nothing to act upon.
  record Never() implements Answer {}

  Answer of(Act act) {
    return switch (act.deed()) {
      case Deed.Reclaim(var id, var rest, _) -> reclaim(act, id, rest);
      case Deed.EndAppeal(var id) -> endAppeal(act, id);
      case Deed.Thaw(var id) -> thaw(act, id);
      case Deed.Finish(_, var config, var ripe) -> from(act, ripe, new Intent.Finish(config));
      case Deed.Give _,
          Deed.Freeze _,
          Deed.Appeal _,
          Deed.Mature _,
          Deed.Release _,
          Deed.Sync _,
          Deed.Recall _,
          Deed.Fund _ ->
          throw new IllegalStateException("this does not wait: " + act);
    };
  }

  private Answer from(Act act, Instant time, Intent.Call intent) {
    var left = Duration.between(heads.time(act.network()), time);
    return left.isPositive() ? new Unripe(left) : new Ripe(intent);
  }

  /// Without consent: frozen, and the appeal window over.
  private Answer reclaim(Act act, Grant.Id id, BigInteger rest) {
    var grant = store.find(act.tenant(), id).orElseThrow();
    var order = grant.order();
    var vault = vaults.of(act.network());
    var found = vault.grant(order.address(), order.payment());
    if (found.isEmpty()) {
      return grant instanceof Grant.Submitted ? new Unripe(LONG) : new Never();
    }
    var is = found.get();
    return switch (is.state()) {
      case MATURED, RECLAIMED -> new Never();
      case APPEALED -> new Unripe(LONG);
      case GRANTED -> mature(act, is) ? new Never() : new Unripe(LONG);
      // How late is too late the vault says itself, by a revert.
      case FROZEN ->
          from(
              act,
              is.since().plusSeconds(vault.facts().appealWindow()),
              new Intent.Reclaim(
                  order.address(), order.payment(), rest, java.util.Optional.empty()));
    };
  }

  private boolean mature(Act act, Granted is) {
    return !heads.time(act.network()).isBefore(is.maturesAt());
  }

  /// Once no freeze is on its way: frozen or appealed.
  private Answer thaw(Act act, Grant.Id id) {
    var order = store.find(act.tenant(), id).orElseThrow().order();
    if (store.freezing(order)) {
      return new Unripe(LONG);
    }
    var found = vaults.of(act.network()).grant(order.address(), order.payment());
    if (found.isEmpty()) {
      return new Never();
    }
    return switch (found.get().state()) {
      case GRANTED, MATURED, RECLAIMED -> new Never();
      case FROZEN, APPEALED -> new Ripe(new Intent.Thaw(order.address(), order.payment()));
    };
  }

  /// Still appealed, and the council's time over.
  private Answer endAppeal(Act act, Grant.Id id) {
    var order = store.find(act.tenant(), id).orElseThrow().order();
    var vault = vaults.of(act.network());
    var found = vault.grant(order.address(), order.payment());
    if (found.isEmpty()) {
      return new Never();
    }
    return switch (found.get().state()) {
      case GRANTED, FROZEN, MATURED, RECLAIMED -> new Never();
      case APPEALED ->
          from(
              act,
              found.get().since().plusSeconds(vault.facts().decisionTime()),
              new Intent.Thaw(order.address(), order.payment()));
    };
  }
}
