package tally.ledger.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Balance;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.ledger.internal.Lanes.Lane;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// The plain writer: one transaction a call, or the one that is open. READ COMMITTED.
///
/// Every write locks the tenant's lane first and the accounts after it, in the order of their ids:
/// writers of a tenant queue up and never wait for each other in a circle, also when one
/// transaction makes several calls. Everything is looked at before anything is written, so a
/// refusal changes nothing, also in a transaction that goes on.
public final class JdbcBook implements Book.Store {

  private final TransactionTemplate transaction;
  private final Lanes lanes;
  private final Accounts accounts;
  private final Lots lots;
  private final Holds holds;
  private final Entries entries;
  private final Audit audit;

  /// A book whose `verify` knows no heads outside the database.
  public JdbcBook(JdbcClient jdbc, TransactionTemplate transaction) {
    this(jdbc, transaction, Optional.empty());
  }

  /// @param heads where heads were exported to; `verify` looks for the newest of them
  public JdbcBook(JdbcClient jdbc, TransactionTemplate transaction, HeadFile heads) {
    this(jdbc, transaction, Optional.of(heads));
  }

  private JdbcBook(JdbcClient jdbc, TransactionTemplate transaction, Optional<HeadFile> heads) {
    this.transaction = transaction;
    this.lanes = new Lanes(jdbc);
    this.accounts = new Accounts(jdbc);
    this.lots = new Lots(jdbc);
    this.holds = new Holds(jdbc);
    this.entries = new Entries(jdbc);
    this.audit = new Audit(jdbc, transaction, entries, heads);
  }

  @Override
  public Answer post(Entry entry) {
    return together(() -> write(lanes.lock(entry.tenant()), entry, Shifts.of(entry)));
  }

  @Override
  public Answer hold(Hold hold) {
    if (!(hold.state() instanceof Hold.State.Pending)) {
      throw new IllegalArgumentException("a hold begins pending: " + hold.state());
    }
    return together(() -> promise(hold));
  }

  @Override
  public Answer settle(Tenant tenant, HoldId id, EntryId entry, Amount amount) {
    return together(() -> {
      var lane = lanes.lock(tenant);
      var found = holds.lock(tenant, id);
      if (found.isEmpty()) {
        return new Answer.NoSuchHold(id);
      }
      var hold = found.get();
      return switch (hold.state()) {
        case Hold.State.Pending _ -> settle(lane, hold, entry, amount);
        case Hold.State.Posted(var before, var posted) when before.equals(entry) ->
            posted.equals(amount)
                ? new Answer.Already()
                : new Answer.Conflict(entry.value().toString());
        case Hold.State.Posted _, Hold.State.Voided _, Hold.State.Expired _ ->
            new Answer.HoldEnded(id, hold.state());
      };
    });
  }

  @Override
  public Answer release(Tenant tenant, HoldId id) {
    return together(() -> {
      lanes.lock(tenant);
      var found = holds.lock(tenant, id);
      if (found.isEmpty()) {
        return new Answer.NoSuchHold(id);
      }
      var hold = found.get();
      return switch (hold.state()) {
        case Hold.State.Pending _ -> {
          free(hold, new Hold.State.Voided());
          yield new Answer.Done();
        }
        case Hold.State.Voided _ -> new Answer.Already();
        case Hold.State.Posted _, Hold.State.Expired _ -> new Answer.HoldEnded(id, hold.state());
      };
    });
  }

  /// One transaction a tenant, so that never two lanes are locked at once.
  @Override
  public int expire(Instant now, int most) {
    int ended = 0;
    for (var tenant : holds.overdueTenants(now)) {
      if (ended == most) {
        break;
      }
      int left = most - ended;
      ended += together(() -> expire(tenant, now, left));
    }
    return ended;
  }

  /// The database's time, by which holds expire: nodes may differ, and there is only one database.
  Instant now() {
    return holds.now();
  }

  @Override
  public Optional<Hold> hold(Tenant tenant, HoldId hold) {
    return holds.find(tenant, hold);
  }

  @Override
  public Optional<Balance> balance(Tenant tenant, Account account, Asset asset) {
    return accounts.find(tenant, account, asset);
  }

  @Override
  public List<Balance> balances(Tenant tenant, String pathPrefix) {
    return accounts.find(tenant, pathPrefix);
  }

  @Override
  public Optional<Lot> lot(Tenant tenant, LotId lot) {
    return lots.find(tenant, lot);
  }

  @Override
  public List<Lot> lots(Tenant tenant, Holder owner) {
    return lots.find(tenant, owner);
  }

  @Override
  public Optional<Entry> entry(Tenant tenant, EntryId id) {
    return entries.find(tenant, id);
  }

  @Override
  public List<Book.Written> entries(Tenant tenant, String pathPrefix, long before, int most) {
    return entries.touching(tenant, pathPrefix, before, most);
  }

  @Override
  public Book.Verified verify() {
    return audit.verify();
  }

  private Answer write(Lane lane, Entry entry, Shifts shifts) {
    var hash = Chain.inputHash(entry);
    var before = lanes.before(entry.tenant(), entry.id());
    if (before.inputHash().isPresent()) {
      return before.same(hash)
          ? new Answer.Already()
          : new Answer.Conflict(entry.id().value().toString());
    }
    var wrong = lots.wrong(entry);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    var missing = accounts.shift(entry.tenant(), shifts);
    if (missing.isPresent()) {
      return missing.get();
    }
    lanes.append(lane, entry, hash, before.now());
    return new Answer.Done();
  }

  private Answer promise(Hold hold) {
    lanes.lock(hold.tenant());
    var hash = Chain.inputHash(hold);
    var before = lanes.before(hold.tenant(), hold.id());
    if (before.inputHash().isPresent()) {
      return before.same(hash)
          ? new Answer.Already()
          : new Answer.Conflict(hold.id().value().toString());
    }
    if (!hold.expires().isAfter(before.now())) {
      return new Answer.ExpiryPassed(hold.id(), hold.expires());
    }
    var wrong = lots.wrong(hold.tenant(), hold.promised());
    if (wrong.isPresent()) {
      return wrong.get();
    }
    var missing = accounts.shift(hold.tenant(), Shifts.promising(hold));
    if (missing.isPresent()) {
      return missing.get();
    }
    holds.insert(hold, hash);
    return new Answer.Done();
  }

  private Answer settle(Lane lane, Hold hold, EntryId id, Amount amount) {
    var promised = hold.promised();
    if (promised.amount().isLessThan(amount)) {
      return new Answer.AboveHold(hold.id(), promised.amount().units(), amount.units());
    }
    if (!hold.expires().isAfter(holds.now())) {
      return new Answer.ExpiryPassed(hold.id(), hold.expires());
    }
    var posting = new Posting(promised.from(), promised.to(), amount);
    var entry = new Entry(id, hold.tenant(), hold.reason(), List.of(posting));
    return switch (write(lane, entry, Shifts.of(entry).free(hold))) {
      case Answer.Done done -> {
        holds.end(hold, new Hold.State.Posted(id, amount));
        yield done;
      }
      // The entry is there, but this hold did not write it.
      case Answer.Already _ -> new Answer.Conflict(id.value().toString());
      case Answer.Refused refused -> refused;
    };
  }

  private int expire(Tenant tenant, Instant now, int most) {
    lanes.lock(tenant);
    var overdue = holds.lockOverdue(tenant, now, most);
    overdue.forEach(hold -> free(hold, new Hold.State.Expired()));
    return overdue.size();
  }

  private void free(Hold hold, Hold.State state) {
    var missing = accounts.shift(hold.tenant(), Shifts.freeing(hold));
    if (missing.isPresent()) {
      throw new IllegalStateException(missing.get().text());
    }
    holds.end(hold, state);
  }

  private <T> T together(Supplier<T> work) {
    return transaction.execute(_ -> work.get());
  }
}
