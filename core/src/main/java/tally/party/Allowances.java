package tally.party;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// The keeper of what each holder may still do. A top-up counts when it is asked for, also where
/// the card is declined later.
public final class Allowances {

  private static final Duration WINDOW = Duration.ofHours(24);

  private final Store store;
  private final Velocity velocity;
  private final InstantSource clock;

  public Allowances(Store store, Velocity velocity, InstantSource clock) {
    this.store = store;
    this.velocity = velocity;
    this.clock = clock;
  }

  /// Counts a top-up, or says why not. The same id again counts once and is fine.
  public Optional<Velocity.Reached> topUp(Tenant tenant, Holder holder, UUID id, Amount amount) {
    return store.alone(
        tenant,
        holder,
        () -> {
          if (store.counted(tenant, id)) {
            return Optional.empty();
          }
          var now = clock.instant();
          var used = store.used(tenant, holder, amount.asset(), now.minus(WINDOW));
          var reached = velocity.judge(used, amount);
          if (reached.isEmpty()) {
            store.count(tenant, holder, id, amount, now);
          }
          return reached;
        });
  }

  /// Does the work in one database transaction, one at a time for each holder.
  public <T> T alone(Tenant tenant, Holder holder, Supplier<T> work) {
    return store.alone(tenant, holder, work);
  }

  /// Where it is kept what was used.
  public interface Store {

    /// Does the work in one database transaction, one at a time for each holder.
    <T> T alone(Tenant tenant, Holder holder, Supplier<T> work);

    boolean counted(Tenant tenant, UUID id);

    /// @param since later than this
    Velocity.Used used(Tenant tenant, Holder holder, Asset asset, Instant since);

    void count(Tenant tenant, Holder holder, UUID id, Amount amount, Instant at);
  }
}
