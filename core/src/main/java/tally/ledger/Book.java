package tally.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;

/// The keeper of the book. Every write is idempotent by its id, and is refused whole or done whole.
///
/// A write joins the database transaction that is open, which must then name one tenant alone; it
/// has that tenant's book to itself until it ends, so it should end soon. Where none is open, the
/// write is durable when it is answered; it throws `Busy` or `OutcomeUnknown` where it is not.
public final class Book {

  private final Store store;

  public Book(Store store) {
    this.store = store;
  }

  /// What keeps the book.
  public interface Store {
    Answer post(Entry entry);

    List<Supplier<Answer>> post(List<Entry> entries);

    Answer hold(Hold hold);

    Answer settle(Tenant tenant, HoldId hold, EntryId entry, Amount amount);

    Answer release(Tenant tenant, HoldId hold);

    int expire(Instant now, int most);

    Optional<Hold> hold(Tenant tenant, HoldId hold);

    Optional<Balance> balance(Tenant tenant, Account account, Asset asset);

    List<Balance> balances(Tenant tenant, String pathPrefix);

    Optional<Lot> lot(Tenant tenant, LotId lot);

    List<Lot> lots(Tenant tenant, Holder owner);

    Optional<Entry> entry(Tenant tenant, EntryId id);

    List<Written> entries(Tenant tenant, String pathPrefix, long before, int most);

    Verified verify();
  }

  /// The book takes no more now. Nothing was written; ask again later.
  public static final class Busy extends RuntimeException implements Refusal {
    private static final long serialVersionUID = 1;

    public Busy(String why) {
      super("The book is busy: " + why + ".");
    }

    public Busy(String why, Throwable cause) {
      super("The book is busy: " + why + ".", cause);
    }

    @Override
    public String code() {
      return "ledger_busy";
    }

    @Override
    public String text() {
      return String.valueOf(getMessage());
    }
  }

  /// The database was lost on the way. Whether it was written shows when the same id is asked
  /// again.
  public static final class OutcomeUnknown extends RuntimeException implements Refusal {
    private static final long serialVersionUID = 1;

    public OutcomeUnknown(Throwable cause) {
      super("Nobody knows whether it was written: ask again with the same id.", cause);
    }

    @Override
    public String code() {
      return "outcome_unknown";
    }

    @Override
    public String text() {
      return String.valueOf(getMessage());
    }
  }

  /// @param seq its number in the book: newer ones have higher numbers, give or take those that
  ///   were written at the same time, and there are gaps
  public record Written(long seq, Instant at, Entry entry) {}

  /// The verdict of `verify`: what was read, and every fault found (at most 100).
  public record Verified(long entries, long holds, List<String> faults) {
    public boolean sound() {
      return faults.isEmpty();
    }
  }

  public Answer post(Entry entry) {
    return store.post(entry);
  }

  /// Several at once, each done or refused for itself. Answers in their order, once all are
  /// written, what tells of each, or throws what came of it.
  public List<Supplier<Answer>> post(List<Entry> entries) {
    return store.post(entries);
  }

  /// Promises; refused where the free balance does not reach or `expires` has passed by the
  /// database's clock.
  public Answer hold(Hold hold) {
    return store.hold(hold);
  }

  /// Posts a pending hold, whole or in part; what is left of it is released.
  public Answer settle(Tenant tenant, HoldId hold, EntryId entry, Amount amount) {
    return store.settle(tenant, hold, entry, amount);
  }

  public Answer release(Tenant tenant, HoldId hold) {
    return store.release(tenant, hold);
  }

  /// Ends holds whose time is over; answers how many.
  public int expire(Instant now, int most) {
    return store.expire(now, most);
  }

  public Optional<Hold> find(Tenant tenant, HoldId hold) {
    return store.hold(tenant, hold);
  }

  public Balance balance(Tenant tenant, Account account, Asset asset) {
    return store
        .balance(tenant, account, asset)
        .orElseGet(() -> new Balance(account, asset, BigInteger.ZERO, BigInteger.ZERO));
  }

  /// Balances of every account whose path begins so, in path order; `""` for all.
  public List<Balance> balances(Tenant tenant, String pathPrefix) {
    return store.balances(tenant, pathPrefix);
  }

  public Optional<Lot> lot(Tenant tenant, LotId lot) {
    return store.lot(tenant, lot);
  }

  /// A person's lots, oldest first.
  public List<Lot> lots(Tenant tenant, Holder owner) {
    return store.lots(tenant, owner);
  }

  public Optional<Entry> entry(Tenant tenant, UUID id) {
    return store.entry(tenant, new EntryId(id));
  }

  /// Entries that touch accounts whose path begins so, newest first, below `before`; at most 1000.
  public List<Written> entries(Tenant tenant, String pathPrefix, long before, int most) {
    return store.entries(tenant, pathPrefix, before, Math.min(most, 1000));
  }

  /// Recomputes everything: sums, floors, holds, the hash chain and its exported head.
  public Verified verify() {
    return store.verify();
  }
}
