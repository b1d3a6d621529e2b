package tally.treasury;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tally.custody.port.Intent;
import tally.network.Transaction;
import tally.network.port.Chain.ChainUnavailable;
import tally.treasury.Act.Deed;
import tally.treasury.Act.Stage;
import tally.treasury.Grant.Notice;
import tally.treasury.GrantListener.Fact;
import tally.treasury.port.Grants.Event;
import tally.treasury.port.Grants.Granted;

/// Learns what acts did. A final transaction is noted when it is heard of; then the chain is read
/// outside of any database transaction; then the new state is stored and the facts told, together
/// and once. Reading twice is harmless.
public final class Outcomes {

  private final Grants.Store store;
  private final Vaults vaults;
  private final Heads heads;
  private final Acts acts;
  private final Ripeness ripeness;
  private final List<GrantListener> listeners;
  private final Settings settings;
  private final InstantSource clock;

  public Outcomes(
      Grants.Store store,
      Vaults vaults,
      Heads heads,
      Grants.Sender sender,
      List<GrantListener> listeners,
      Settings settings,
      InstantSource clock) {
    this.store = store;
    this.vaults = vaults;
    this.heads = heads;
    this.acts = new Acts(store, sender, clock);
    this.ripeness = new Ripeness(store, vaults, heads);
    this.listeners = List.copyOf(listeners);
    this.settings = settings;
    this.clock = clock;
  }

  /// The time of a network's newest block, since deadlines are the chain's.
  public interface Heads {
    Instant time(String network);
  }

  /// @param lease how long one node keeps an act to itself; also the pause after an unreachable
  ///   chain
  /// @param look how often a waiting act is looked at again
  /// @param batch acts a round
  public record Settings(Duration lease, Duration look, int batch) {
    public static final Settings DEFAULT =
        new Settings(Duration.ofSeconds(10), Duration.ofSeconds(5), 50);
  }

  /// What is to be told: the grant's notice, and how much moved.
  ///
  /// @param acted the chain's time at which that was read; empty where nothing was done
  /// @param why what hindered it, where nothing was done; else empty
  private record Effect(
      Optional<Notice> notice, BigInteger amount, Optional<Instant> acted, Optional<String> why) {
    Effect(Optional<Notice> notice, BigInteger amount) {
      this(notice, amount, Optional.empty(), Optional.empty());
    }

    static Effect none(Optional<Notice> notice, String why) {
      return new Effect(notice, BigInteger.ZERO, Optional.empty(), Optional.of(why));
    }
  }

  private sealed interface Next {
    record Finish(Effect effect) implements Next {}

    record Submit(Intent.Call intent) implements Next {}

    record Later(Duration pause) implements Next {}
  }

  /// Notes that a transaction came to its end. Called in the journal's database transaction;
  /// transactions of others are ignored.
  public void heard(Transaction transaction) {
    switch (transaction) {
      case Transaction.Final(var order, _, var receipt) ->
          ended(
              order,
              new Stage.Landed(
                  receipt.block(), receipt.hash(), receipt.success(), receipt.reason()));
      case Transaction.Replaced(var order, _) -> ended(order, new Stage.Gone("replaced"));
      case Transaction.Dropped(var order, var code, _) -> ended(order, new Stage.Gone(code));
      case Transaction.Drafted _,
          Transaction.Signed _,
          Transaction.Broadcast _,
          Transaction.Included _ -> {}
    }
  }

  private void ended(Transaction.Order order, Stage end) {
    store.together(() -> {
      var act =
          store
              .lock(order.tenant(), order.id())
              .filter(found -> found.stage() instanceof Stage.Sent);
      act.ifPresent(found ->
          store.save(found.at(untold(found.deed()) ? new Stage.Done() : end), clock.instant()));
      return act.isPresent();
    });
  }

  /// The journal tells how a funding ended, and the vault's events what a sync credited.
  private static boolean untold(Deed deed) {
    return switch (deed) {
      case Deed.Fund _, Deed.Sync _ -> true;
      case Deed.Give _,
          Deed.Freeze _,
          Deed.Thaw _,
          Deed.Appeal _,
          Deed.EndAppeal _,
          Deed.Reclaim _,
          Deed.Mature _,
          Deed.Release _,
          Deed.Recall _,
          Deed.Finish _ ->
          false;
    };
  }

  /// One round; answers how many acts moved. An unreachable chain leaves its acts for later; any
  /// other fault is thrown after the round.
  public int tick() {
    var now = clock.instant();
    int moved = 0;
    Optional<RuntimeException> fault = Optional.empty();
    for (var act : store.claim(now, now.plus(settings.lease()), settings.batch())) {
      try {
        moved += carry(act) ? 1 : 0;
      } catch (ChainUnavailable _) {
        // Its lease makes it due again.
      } catch (RuntimeException e) {
        fault = Optional.of(e);
      }
    }
    if (fault.isPresent()) {
      throw fault.get();
    }
    return moved;
  }

  private boolean carry(Act act) {
    var next = read(act);
    return store.together(() -> {
      var held =
          store.lock(act.tenant(), act.id()).filter(found -> found.stage().equals(act.stage()));
      return held.isPresent() && carry(held.get(), next);
    });
  }

  private boolean carry(Act act, Next next) {
    switch (next) {
      case Next.Later(var pause) -> {
        store.save(act, clock.instant().plus(pause));
        return false;
      }
      case Next.Submit(var intent) -> {
        store.save(act.at(new Stage.Sent()), clock.instant());
        acts.submit(act, intent);
        return true;
      }
      case Next.Finish(var effect) -> {
        store.save(act.at(new Stage.Done()), clock.instant());
        var fact = fact(act, effect);
        fact.ifPresent(told -> listeners.forEach(listener -> listener.on(told)));
        return true;
      }
    }
  }

  private Optional<Fact> fact(Act act, Effect effect) {
    return switch (act.deed()) {
      case Deed.Give(var id) -> Optional.of(new Fact.GrantMoved(move(act, id, effect)));
      case Deed.Freeze(var id, _) -> Optional.of(frozen(move(act, id, effect), effect.why()));
      case Deed.Thaw(var id) -> Optional.of(new Fact.GrantMoved(move(act, id, effect)));
      case Deed.Appeal(var id) -> Optional.of(appealed(move(act, id, effect), effect.why()));
      case Deed.EndAppeal(var id) -> Optional.of(new Fact.GrantMoved(move(act, id, effect)));
      case Deed.Mature(var id) -> Optional.of(new Fact.GrantMoved(move(act, id, effect)));
      case Deed.Reclaim(var id, _, _) ->
          Optional.of(
              new Fact.PowerReclaimed(move(act, id, effect), effect.amount(), act.id().value()));
      case Deed.Recall(var channel, var config) ->
          Optional.of(
              new Fact.Recalled(
                  act.tenant(),
                  channel,
                  act.id().value(),
                  effect.acted().map(at -> at.plusSeconds(config.withdrawDelay()))));
      case Deed.Finish(var channel, _, _) ->
          Optional.of(
              new Fact.RecallFinished(
                  act.tenant(), channel, act.id().value(), effect.acted().isPresent()));
      case Deed.Release release -> Optional.of(ended(act, release, effect));
      case Deed.Sync _, Deed.Fund _ -> Optional.empty();
    };
  }

  /// What a release paid, the vault's events tell.
  private static Fact ended(Act act, Deed.Release release, Effect effect) {
    var id = act.id().value();
    return act.stage() instanceof Stage.Landed landed && landed.success()
        ? new Fact.ReleaseActed(act.tenant(), act.network(), release.user(), id, landed.hash())
        : new Fact.ReleaseEnded(
            act.tenant(),
            act.network(),
            release.user(),
            id,
            effect.amount().compareTo(release.word().total()) >= 0);
  }

  private static Fact frozen(Grant grant, Optional<String> why) {
    return why.isPresent() && grant instanceof Grant.Granted
        ? new Fact.FreezeFailed(grant, why.get())
        : new Fact.GrantMoved(grant);
  }

  private static Fact appealed(Grant grant, Optional<String> why) {
    return why.isPresent() && grant instanceof Grant.Frozen
        ? new Fact.AppealFailed(grant, why.get())
        : new Fact.GrantMoved(grant);
  }

  private Grant move(Act act, Grant.Id id, Effect effect) {
    var grant = store.lock(act.tenant(), id).orElseThrow();
    if (effect.notice().isEmpty()) {
      return grant;
    }
    return switch (grant.on(effect.notice().get())) {
      case Grant.Answer.Moved(var next) -> {
        store.save(next);
        yield next;
      }
      case Grant.Answer.Already(var same) -> same;
      case Grant.Answer.OutOfTurn(var same) -> same;
    };
  }

  private Next read(Act act) {
    return switch (act.stage()) {
      case Stage.Waiting() -> waiting(act);
      case Stage.Landed landed ->
          new Next.Finish(landed.success() ? acted(act, landed) : idle(act, landed.reason()));
      case Stage.Gone(var code) -> new Next.Finish(idle(act, code));
      case Stage.Sent _, Stage.Done _ ->
          throw new IllegalStateException("nothing to read of " + act);
    };
  }

  /// What a transaction did that acted.
  private Effect acted(Act act, Stage.Landed landed) {
    return switch (act.deed()) {
      case Deed.Give _ -> new Effect(Optional.of(new Notice.Given()), BigInteger.ZERO);
      case Deed.Freeze _,
          Deed.Thaw _,
          Deed.Appeal _,
          Deed.EndAppeal _,
          Deed.Mature _,
          Deed.Sync _,
          Deed.Fund _ ->
          new Effect(seen(act), BigInteger.ZERO);
      // The head is not older than the recall's own block, so its delay is over by then.
      case Deed.Recall _, Deed.Finish _, Deed.Release _ ->
          new Effect(
              Optional.empty(),
              BigInteger.ZERO,
              Optional.of(heads.time(act.network())),
              Optional.empty());
      case Deed.Reclaim(var id, _, _) -> {
        var order = order(act, id);
        var amount =
            sum(
                act,
                landed,
                event ->
                    event instanceof Event.Reclaimed r && r.payment().equals(order.payment())
                        ? r.amount()
                        : BigInteger.ZERO);
        var now = vault(act, order);
        yield new Effect(
            now.map(is -> new Notice.TakenBack(amount, is.state(), is.since())), amount);
      }
    };
  }

  private BigInteger sum(Act act, Stage.Landed landed, Function<Event, BigInteger> amount) {
    return vaults.of(act.network()).events(landed.block(), landed.block()).stream()
        .filter(event -> event.transaction().equals(landed.hash()))
        .map(amount)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /// A transaction did nothing: how things stand, and nothing moved.
  private Effect idle(Act act, String why) {
    if (act.deed() instanceof Deed.Release(var user, _)) {
      return new Effect(Optional.empty(), vaults.of(act.network()).released(user));
    }
    var seen = seen(act);
    if (seen.isEmpty() && act.deed() instanceof Deed.Give) {
      return Effect.none(Optional.of(new Notice.NotGiven(why)), why);
    }
    return Effect.none(seen, why);
  }

  private Optional<Notice> seen(Act act) {
    return act.grant()
        .flatMap(grant -> vault(act, order(act, grant)))
        .map(granted -> new Notice.Seen(granted.state(), granted.since()));
  }

  private Next waiting(Act act) {
    return switch (ripeness.of(act)) {
      case Ripeness.Ripe(var intent) -> new Next.Submit(intent);
      case Ripeness.Unripe(var left) -> new Next.Later(pause(left));
      case Ripeness.Never() -> new Next.Finish(idle(act, "never"));
    };
  }

  /// Until it should be time, but never longer than one look, since the chain's clock is not ours.
  private Duration pause(Duration left) {
    return left.compareTo(settings.look()) < 0 ? left : settings.look();
  }

  private Grant.Order order(Act act, Grant.Id id) {
    return store.find(act.tenant(), id).orElseThrow().order();
  }

  private Optional<Granted> vault(Act act, Grant.Order order) {
    return vaults.of(act.network()).grant(order.address(), order.payment());
  }
}
