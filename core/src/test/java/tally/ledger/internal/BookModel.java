package tally.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.ledger.internal.Shifts.Place;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// The book of one tenant as it ought to be, in memory, in longs, written without a look at how the
/// real one does it.
final class BookModel {

  /// What can be asked of the book.
  sealed interface Ask {
    record Post(Entry entry) implements Ask {}

    record Promise(Hold hold) implements Ask {}

    record Settle(HoldId hold, EntryId entry, Amount amount) implements Ask {}

    record Release(HoldId hold) implements Ask {}
  }

  static final class Sum {
    long posted;
    long held;
  }

  final Tenant tenant;
  final Map<Place, Sum> sums = new HashMap<>();
  final Map<EntryId, Entry> entries = new LinkedHashMap<>();
  final Map<HoldId, Hold> holds = new LinkedHashMap<>();
  final Map<LotId, Holder> lots = new LinkedHashMap<>();

  BookModel(Tenant tenant) {
    this.tenant = tenant;
  }

  /// Asserts that the book's answer is the one and only right one, where nobody else was writing;
  /// and remembers what was done.
  void exactly(Ask ask, Answer answer) {
    switch (ask) {
      case Ask.Post(var entry) -> exactly(entry, answer);
      case Ask.Promise(var hold) -> exactly(hold, answer);
      case Ask.Settle settle -> exactly(settle, answer);
      case Ask.Release(var id) -> {
        var hold = holds.get(id);
        Answer expected =
            hold == null
                ? new Answer.NoSuchHold(id)
                : switch (hold.state()) {
                  case Hold.State.Pending _ -> new Answer.Done();
                  case Hold.State.Voided _ -> new Answer.Already();
                  case Hold.State.Posted _, Hold.State.Expired _ ->
                      new Answer.HoldEnded(id, hold.state());
                };
        assertThat(answer).as("%s", ask).isEqualTo(expected);
      }
    }
    if (answer instanceof Answer.Done) {
      done(ask);
    }
  }

  private void exactly(Entry entry, Answer answer) {
    var before = entries.get(entry.id());
    if (before != null) {
      assertThat(answer)
          .isEqualTo(
              before.equals(entry)
                  ? new Answer.Already()
                  : new Answer.Conflict(entry.id().value().toString()));
    } else if (mismatched(entry.postings(), entry.opens())) {
      assertThat(answer).as("%s", entry).isInstanceOf(Answer.LotMismatch.class);
    } else {
      shortOrDone(taken(entry.postings()), answer);
    }
  }

  private void exactly(Hold hold, Answer answer) {
    var before = holds.get(hold.id());
    var promised = hold.promised();
    if (before != null) {
      assertThat(answer)
          .isEqualTo(
              same(before, hold)
                  ? new Answer.Already()
                  : new Answer.Conflict(hold.id().value().toString()));
    } else if (mismatched(List.of(promised), List.of())) {
      assertThat(answer).isInstanceOf(Answer.LotMismatch.class);
    } else {
      var place = new Place(promised.from(), promised.amount().asset());
      shortOrDone(Map.of(place, units(promised.amount())), answer);
    }
  }

  private void exactly(Ask.Settle settle, Answer answer) {
    var hold = holds.get(settle.hold());
    assertThat(answer).as("%s of %s", settle, hold).isEqualTo(expected(settle, hold));
  }

  private Answer expected(Ask.Settle settle, Hold hold) {
    var conflict = new Answer.Conflict(settle.entry().value().toString());
    if (hold == null) {
      return new Answer.NoSuchHold(settle.hold());
    }
    if (hold.state() instanceof Hold.State.Posted(var entry, var amount)
        && entry.equals(settle.entry())) {
      return amount.equals(settle.amount()) ? new Answer.Already() : conflict;
    }
    if (!(hold.state() instanceof Hold.State.Pending)) {
      return new Answer.HoldEnded(settle.hold(), hold.state());
    }
    var held = hold.promised().amount();
    if (held.isLessThan(settle.amount())) {
      return new Answer.AboveHold(settle.hold(), held.units(), settle.amount().units());
    }
    return entries.containsKey(settle.entry()) ? conflict : new Answer.Done();
  }

  private void shortOrDone(Map<Place, Long> taken, Answer answer) {
    var allowed = new ArrayList<Answer>();
    taken.forEach((place, wanted) -> {
      if (!place.account().rim() && free(place) < wanted) {
        allowed.add(
            new Answer.Short(
                place.account(),
                place.asset(),
                BigInteger.valueOf(free(place)),
                BigInteger.valueOf(wanted)));
      }
    });
    if (allowed.isEmpty()) {
      allowed.add(new Answer.Done());
    }
    assertThat(answer).isIn(allowed);
  }

  /// Remembers what the book says it did. Sums do not mind the order, but each id acts once.
  void done(Ask ask) {
    switch (ask) {
      case Ask.Post(var entry) -> write(entry);
      case Ask.Promise(var hold) -> {
        assertThat(holds.putIfAbsent(hold.id(), hold)).as("a hold is made once").isNull();
        sum(hold).held += units(hold.promised().amount());
      }
      case Ask.Settle(var id, var entry, var amount) -> {
        var hold = end(id, new Hold.State.Posted(entry, amount));
        var promised = hold.promised();
        write(
            new Entry(
                entry,
                tenant,
                hold.reason(),
                List.of(new Posting(promised.from(), promised.to(), amount))));
      }
      case Ask.Release(var id) -> end(id, new Hold.State.Voided());
    }
  }

  /// What can be said of a refusal or a repetition after others wrote at the same time.
  void justified(Ask ask, Answer answer, Set<HoldId> knownBefore) {
    switch (answer) {
      case Answer.Done _ -> {}
      case Answer.Already _ -> {
        switch (ask) {
          case Ask.Post(var entry) -> assertThat(entries.get(entry.id())).isEqualTo(entry);
          case Ask.Promise(var hold) -> assertThat(same(holds.get(hold.id()), hold)).isTrue();
          case Ask.Settle(var id, var entry, var amount) ->
              assertThat(holds.get(id).state()).isEqualTo(new Hold.State.Posted(entry, amount));
          case Ask.Release(var id) ->
              assertThat(holds.get(id).state()).isEqualTo(new Hold.State.Voided());
        }
      }
      case Answer.Conflict _ -> {
        switch (ask) {
          case Ask.Post(var entry) ->
              assertThat(entries.get(entry.id())).isNotNull().isNotEqualTo(entry);
          case Ask.Promise(var hold) -> assertThat(same(holds.get(hold.id()), hold)).isFalse();
          case Ask.Settle settle -> assertThat(entries).containsKey(settle.entry());
          case Ask.Release _ -> throw new AssertionError("a release names no new id");
        }
      }
      case Answer.HoldEnded(var id, var state) ->
          assertThat(holds.get(id).state()).isEqualTo(state);
      case Answer.NoSuchHold(var id) -> assertThat(knownBefore).doesNotContain(id);
      case Answer.AboveHold(var id, var held, var wanted) -> {
        assertThat(held).isLessThan(wanted);
        assertThat(holds.get(id).promised().amount().units()).isEqualTo(held);
      }
      case Answer.Short(var account, _, var has, var wanted) -> {
        assertThat(account.rim()).isFalse();
        assertThat(has).isNotNegative().isLessThan(wanted);
      }
      case Answer.LotMismatch _ -> assertThat(ask).isNotInstanceOf(Ask.Release.class);
      case Answer.ExpiryPassed _ -> throw new AssertionError("all these holds have time: " + ask);
    }
  }

  void expired(HoldId id, Instant latest) {
    assertThat(holds.get(id).expires()).isBeforeOrEqualTo(latest);
    end(id, new Hold.State.Expired());
  }

  private void write(Entry entry) {
    assertThat(entries.putIfAbsent(entry.id(), entry)).as("an id acts once").isNull();
    for (var lot : entry.opens()) {
      assertThat(lots.putIfAbsent(lot.id(), lot.owner())).as("a lot is opened once").isNull();
    }
    taken(entry.postings()).forEach((place, units) -> sum(place).posted -= units);
  }

  private Hold end(HoldId id, Hold.State state) {
    var hold = holds.get(id);
    assertThat(hold.state()).as("a hold ends once").isEqualTo(new Hold.State.Pending());
    holds.put(id, new Hold(id, tenant, hold.reason(), hold.promised(), hold.expires(), state));
    sum(hold).held -= units(hold.promised().amount());
    return hold;
  }

  private boolean mismatched(List<Posting> postings, List<Lot> opens) {
    var owners = new HashMap<>(lots);
    for (var lot : opens) {
      long into =
          postings.stream()
              .filter(p -> p.to() instanceof Account.OfLot of && of.lot().equals(lot.id()))
              .mapToLong(p -> units(p.amount()))
              .sum();
      if (owners.put(lot.id(), lot.owner()) != null || into != units(lot.amount())) {
        return true;
      }
    }
    return postings.stream()
        .flatMap(p -> Stream.of(p.from(), p.to()))
        .anyMatch(a -> a instanceof Account.OfLot of && !of.owner().equals(owners.get(of.lot())));
  }

  private static Map<Place, Long> taken(List<Posting> postings) {
    var taken = new HashMap<Place, Long>();
    for (var posting : postings) {
      Asset asset = posting.amount().asset();
      taken.merge(new Place(posting.from(), asset), units(posting.amount()), Long::sum);
      taken.merge(new Place(posting.to(), asset), -units(posting.amount()), Long::sum);
    }
    return taken;
  }

  private static boolean same(Hold before, Hold asked) {
    return before.reason().equals(asked.reason())
        && before.promised().equals(asked.promised())
        && before.expires().equals(asked.expires());
  }

  private long free(Place place) {
    var sum = sums.get(place);
    return sum == null ? 0 : sum.posted - sum.held;
  }

  private Sum sum(Hold hold) {
    return sum(new Place(hold.promised().from(), hold.promised().amount().asset()));
  }

  private Sum sum(Place place) {
    return sums.computeIfAbsent(place, _ -> new Sum());
  }

  private static long units(Amount amount) {
    return amount.units().longValueExact();
  }
}
