package tally.ledger.internal;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tally.ledger.Answer;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.ledger.internal.Shifts.Place;
import tally.money.Amount;
import tally.money.Holder;

/// One tenant's writes, decided in memory one after the other against rows that are locked. Each
/// sees those before it; a refused one leaves nothing behind. No clock, no database.
final class Batch {

  private static final BigInteger POSTED_LIMIT = BigInteger.TEN.pow(Amount.DIGITS_MAX + 1);
  private static final BigInteger HELD_LIMIT = BigInteger.TEN.pow(Amount.DIGITS_MAX);

  /// What was there when the batch began.
  ///
  /// @param entries input hashes of those asked for that were written before
  record Found(
      Instant now,
      Map<EntryId, byte[]> entries,
      Map<HoldId, Kept> holds,
      Map<Place, Standing> accounts,
      Map<LotId, Holder> lots) {}

  record Kept(Hold hold, byte[] inputHash) {}

  /// @param id of its row; 0 where it has none yet
  record Standing(long id, BigInteger posted, BigInteger held) {
    static final Standing NONE = new Standing(0, BigInteger.ZERO, BigInteger.ZERO);
  }

  /// What each side of a posting had when it was done.
  record Running(BigInteger from, BigInteger to) {}

  /// An entry to be written, with the running balances of its postings, one each.
  record Appended(Entry entry, byte[] content, byte[] inputHash, List<Running> running) {}

  private final Instant now;
  private final Map<EntryId, byte[]> entries;
  private final Map<HoldId, Kept> holds;
  private final Map<Place, Standing> accounts;
  private final Map<LotId, Holder> lots;
  private final List<Appended> appended = new ArrayList<>();
  private final Set<Place> moved = new LinkedHashSet<>();
  private final Set<HoldId> made = new LinkedHashSet<>();
  private final Set<HoldId> ended = new LinkedHashSet<>();

  Batch(Found found) {
    this.now = found.now();
    this.entries = new HashMap<>(found.entries());
    this.holds = new HashMap<>(found.holds());
    this.accounts = new HashMap<>(found.accounts());
    this.lots = new HashMap<>(found.lots());
  }

  /// Throws, leaving nothing behind, where a balance would have more digits than the book, or a
  /// hold is settled in another asset.
  Answer answer(Write write) {
    return switch (write) {
      case Write.Post(var entry, var content, var hash) ->
          append(entry, content, hash, Shifts.of(entry));
      case Write.Promise(var hold, var hash) -> promise(hold, hash);
      case Write.Settle settle -> settle(settle);
      case Write.Release(_, var id) -> release(id);
      case Write.Lapse(_, var id) -> lapse(id);
    };
  }

  /// In the order in which they were decided.
  List<Appended> appended() {
    return appended;
  }

  /// Accounts whose balance may have changed.
  Map<Place, Standing> moved() {
    var changed = new LinkedHashMap<Place, Standing>();
    moved.forEach(place -> changed.put(place, standing(place)));
    return changed;
  }

  /// New holds, which may have ended since.
  List<Kept> made() {
    return made.stream().map(this::kept).toList();
  }

  /// Older holds that ended.
  List<Hold> ended() {
    return ended.stream().filter(id -> !made.contains(id)).map(id -> kept(id).hold()).toList();
  }

  private Answer append(Entry entry, byte[] content, byte[] inputHash, Shifts shifts) {
    var before = entries.get(entry.id());
    if (before != null) {
      return again(before, inputHash, entry.id().value().toString());
    }
    var wrong = Lots.wrong(entry, lots);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    var missing = missing(shifts);
    if (missing.isPresent()) {
      return missing.get();
    }
    appended.add(new Appended(entry, content, inputHash, running(entry.postings())));
    entries.put(entry.id(), inputHash);
    entry.opens().forEach(lot -> lots.put(lot.id(), lot.owner()));
    move(shifts);
    return new Answer.Done();
  }

  private Answer promise(Hold hold, byte[] inputHash) {
    var before = holds.get(hold.id());
    if (before != null) {
      return again(before.inputHash(), inputHash, hold.id().value().toString());
    }
    if (!hold.expires().isAfter(now)) {
      return new Answer.ExpiryPassed(hold.id(), hold.expires());
    }
    var wrong = Lots.wrong(hold.promised(), lots);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    var shifts = Shifts.promising(hold);
    var missing = missing(shifts);
    if (missing.isPresent()) {
      return missing.get();
    }
    holds.put(hold.id(), new Kept(hold, inputHash));
    made.add(hold.id());
    move(shifts);
    return new Answer.Done();
  }

  private Answer settle(Write.Settle settle) {
    var kept = holds.get(settle.hold());
    if (kept == null) {
      return new Answer.NoSuchHold(settle.hold());
    }
    var hold = kept.hold();
    return switch (hold.state()) {
      case Hold.State.Pending _ -> settle(hold, settle.entry(), settle.amount());
      case Hold.State.Posted(var before, var posted) when before.equals(settle.entry()) ->
          posted.equals(settle.amount())
              ? new Answer.Already()
              : new Answer.Conflict(settle.entry().value().toString());
      case Hold.State.Posted _, Hold.State.Voided _, Hold.State.Expired _ ->
          new Answer.HoldEnded(hold.id(), hold.state());
    };
  }

  private Answer settle(Hold hold, EntryId id, Amount amount) {
    var promised = hold.promised();
    if (promised.amount().isLessThan(amount)) {
      return new Answer.AboveHold(hold.id(), promised.amount().units(), amount.units());
    }
    if (!hold.expires().isAfter(now)) {
      return new Answer.ExpiryPassed(hold.id(), hold.expires());
    }
    var posting = new Posting(promised.from(), promised.to(), amount);
    var entry = new Entry(id, hold.tenant(), hold.reason(), List.of(posting));
    var content = Chain.content(entry);
    return switch (append(entry, content, Chain.sha256(content), Shifts.of(entry).free(hold))) {
      case Answer.Done done -> {
        end(hold, new Hold.State.Posted(id, amount));
        yield done;
      }
      // The entry is there, but this hold did not write it.
      case Answer.Already _ -> new Answer.Conflict(id.value().toString());
      case Answer.Refused refused -> refused;
    };
  }

  private Answer release(HoldId id) {
    var kept = holds.get(id);
    if (kept == null) {
      return new Answer.NoSuchHold(id);
    }
    var hold = kept.hold();
    return switch (hold.state()) {
      case Hold.State.Pending _ -> free(hold, new Hold.State.Voided());
      case Hold.State.Voided _ -> new Answer.Already();
      case Hold.State.Posted _, Hold.State.Expired _ -> new Answer.HoldEnded(id, hold.state());
    };
  }

  private Answer lapse(HoldId id) {
    var hold = kept(id).hold();
    return hold.state() instanceof Hold.State.Pending
        ? free(hold, new Hold.State.Expired())
        : new Answer.HoldEnded(id, hold.state());
  }

  private Answer free(Hold hold, Hold.State state) {
    move(Shifts.freeing(hold));
    end(hold, state);
    return new Answer.Done();
  }

  private void end(Hold hold, Hold.State state) {
    var over =
        new Hold(hold.id(), hold.tenant(), hold.reason(), hold.promised(), hold.expires(), state);
    holds.put(hold.id(), new Kept(over, kept(hold.id()).inputHash()));
    ended.add(hold.id());
  }

  private static Answer again(byte[] before, byte[] inputHash, String id) {
    return Arrays.equals(before, inputHash) ? new Answer.Already() : new Answer.Conflict(id);
  }

  private Optional<Answer.Short> missing(Shifts shifts) {
    for (var shift : shifts.all()) {
      var standing = standing(shift.place());
      var free = standing.posted().subtract(standing.held());
      var account = shift.place().account();
      if (!account.rim() && free.compareTo(shift.taken()) < 0) {
        return Optional.of(new Answer.Short(account, shift.place().asset(), free, shift.taken()));
      }
    }
    shifts.all().forEach(shift -> bounded(shift.place(), after(shift)));
    return Optional.empty();
  }

  private void move(Shifts shifts) {
    for (var shift : shifts.all()) {
      accounts.put(shift.place(), after(shift));
      moved.add(shift.place());
    }
  }

  private Standing after(Shifts.Shift shift) {
    var before = standing(shift.place());
    return new Standing(
        before.id(), before.posted().add(shift.posted()), before.held().add(shift.held()));
  }

  /// The book counts 79 digits posted and 78 held; more is nobody's money, and a fault of the
  /// caller.
  private static void bounded(Place place, Standing standing) {
    if (standing.posted().abs().compareTo(POSTED_LIMIT) >= 0
        || standing.held().compareTo(HELD_LIMIT) >= 0) {
      throw new ArithmeticException("more digits than the book has: " + place);
    }
  }

  private List<Running> running(List<Posting> postings) {
    var reached = new HashMap<Place, BigInteger>();
    var running = new ArrayList<Running>(postings.size());
    for (var posting : postings) {
      var asset = posting.amount().asset();
      var units = posting.amount().units();
      running.add(
          new Running(
              reach(reached, new Place(posting.from(), asset), units.negate()),
              reach(reached, new Place(posting.to(), asset), units)));
    }
    return running;
  }

  private BigInteger reach(Map<Place, BigInteger> reached, Place place, BigInteger units) {
    var before = reached.get(place);
    var after = (before == null ? standing(place).posted() : before).add(units);
    reached.put(place, after);
    return after;
  }

  private Standing standing(Place place) {
    return accounts.getOrDefault(place, Standing.NONE);
  }

  private Kept kept(HoldId id) {
    var kept = holds.get(id);
    if (kept == null) {
      throw new IllegalStateException("not locked: " + id);
    }
    return kept;
  }
}
