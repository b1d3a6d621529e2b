package tally.ledger.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Plans;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.EntryId;
import tally.ledger.HoldId;
import tally.ledger.LotId;
import tally.ledger.internal.Batch.Kept;
import tally.ledger.internal.Lanes.Lane;
import tally.ledger.internal.Shifts.Place;
import tally.ledger.internal.Write.Outcome;
import tally.money.Tenant;

/// Writes many at once, in one transaction of READ COMMITTED.
///
/// Locks come in one order: a lane, then holds by their ids, then accounts by theirs, then new rows
/// in theirs. A transaction that was open before may come back for more, in any order; so it takes
/// all lanes of the tenant first, and has it to itself. Nobody can wait in a circle.
final class BatchWriter {

  /// Two nodes asked the same thing at the same time know it at the second try.
  private static final int ATTEMPTS_MAX = 4;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Lanes lanes;
  private final Accounts accounts;
  private final Lots lots;
  private final Holds holds;

  /// @param patience how long a batch waits for a transaction that has its tenant to itself
  BatchWriter(JdbcClient jdbc, TransactionTemplate transaction, Duration patience) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.lanes = new Lanes(jdbc, patience);
    this.accounts = new Accounts(jdbc);
    this.lots = new Lots(jdbc);
    this.holds = new Holds(jdbc);
  }

  /// Whether the calling thread has a transaction that a write must join.
  static boolean open() {
    return TransactionSynchronizationManager.isActualTransactionActive();
  }

  /// One write in the transaction that is open.
  Answer join(Write write) {
    return transaction
        .execute(
            _ -> decide(List.of(write), lanes.takeAll(write.tenant(), entries(List.of(write)))))
        .getFirst()
        .orThrow();
  }

  /// All in one transaction of their own; one outcome each, in their order. Only where the database
  /// refuses what they say, each is written alone.
  List<Outcome> write(Tenant tenant, List<Write> writes) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transaction.execute(_ -> {
          jdbc.sql(Plans.MADE_ONCE).update();
          return decide(writes, lanes.take(tenant, entries(writes)));
        });
      } catch (RuntimeException why) {
        var trouble = Trouble.of(why);
        if (trouble == Trouble.RACED && attempt < ATTEMPTS_MAX) {
          continue;
        }
        boolean contents = trouble == Trouble.RACED || trouble == Trouble.CONTENTS;
        return contents && writes.size() > 1
            ? writes.stream().flatMap(write -> write(tenant, List.of(write)).stream()).toList()
            : writes.stream().map(_ -> failed(trouble, why)).toList();
      }
    }
  }

  /// Ends holds of a tenant whose time is over; answers how many.
  int expire(Tenant tenant, Instant now, int most) {
    boolean joins = open();
    return transaction.execute(_ -> {
      var lane = joins ? lanes.takeAll(tenant, 0) : lanes.take(tenant, 0);
      var overdue = holds.lockOverdue(tenant, now, most);
      var lapses = overdue.stream().<Write>map(id -> new Write.Lapse(tenant, id)).toList();
      return (int) decide(lapses, lane).stream().filter(BatchWriter::done).count();
    });
  }

  private static boolean done(Outcome outcome) {
    return outcome.orThrow() instanceof Answer.Done;
  }

  private static Outcome failed(Trouble trouble, RuntimeException why) {
    return new Outcome.Failed(
        switch (trouble) {
          case BUSY -> new Book.Busy("its lanes are taken", why);
          case UNKNOWN -> new Book.OutcomeUnknown(why);
          case RACED, CONTENTS -> why;
        });
  }

  private static int entries(List<Write> writes) {
    return (int) writes.stream().flatMap(write -> entry(write).stream()).count();
  }

  private List<Outcome> decide(List<Write> writes, Lane lane) {
    var batch = new Batch(lock(writes, lane));
    var outcomes = new ArrayList<Outcome>(writes.size());
    for (var write : writes) {
      try {
        outcomes.add(new Outcome.Said(batch.answer(write)));
      } catch (RuntimeException fault) {
        outcomes.add(new Outcome.Failed(fault));
      }
    }
    save(batch, lane);
    return outcomes;
  }

  /// What was written under an id is asked after the accounts are locked: a statement sees what was
  /// committed before it began, and who asks the same thing twice names the same accounts.
  private Batch.Found lock(List<Write> writes, Lane lane) {
    var tenant = lane.tenant();
    var held = holds.lock(tenant, distinct(writes.stream().flatMap(w -> hold(w).stream())));
    var standing = accounts.lock(tenant, places(writes, held), !lane.whole());
    return new Batch.Found(
        lane.now(),
        lanes.written(tenant, distinct(writes.stream().flatMap(write -> entry(write).stream()))),
        held,
        standing,
        lots.owners(tenant, lotIds(writes, held)));
  }

  private void save(Batch batch, Lane lane) {
    accounts.save(lane.tenant(), batch.moved());
    var appended = batch.appended();
    if (!appended.isEmpty()) {
      var numbers = lanes.append(lane, appended);
      IntStream.range(0, appended.size())
          .forEach(i -> lots.open(numbers.get(i), appended.get(i).entry().opens()));
    }
    holds.insert(batch.made());
    holds.end(batch.ended());
  }

  private static <T> List<T> distinct(Stream<T> all) {
    return all.distinct().toList();
  }

  private static Optional<EntryId> entry(Write write) {
    return switch (write) {
      case Write.Post post -> Optional.of(post.entry().id());
      case Write.Settle settle -> Optional.of(settle.entry());
      case Write.Promise _, Write.Release _, Write.Lapse _ -> Optional.empty();
    };
  }

  private static Optional<HoldId> hold(Write write) {
    return switch (write) {
      case Write.Post _ -> Optional.empty();
      case Write.Promise promise -> Optional.of(promise.hold().id());
      case Write.Settle settle -> Optional.of(settle.hold());
      case Write.Release release -> Optional.of(release.hold());
      case Write.Lapse lapse -> Optional.of(lapse.hold());
    };
  }

  private static Set<LotId> lotIds(List<Write> writes, Map<HoldId, Kept> held) {
    var ids = new HashSet<LotId>();
    for (var write : writes) {
      if (write instanceof Write.Post post) {
        Lots.ids(post.entry()).forEach(ids::add);
      }
      if (write instanceof Write.Promise promise) {
        Lots.ids(promise.hold().promised()).forEach(ids::add);
      }
    }
    held.values().forEach(kept -> Lots.ids(kept.hold().promised()).forEach(ids::add));
    return ids;
  }

  private static Set<Place> places(List<Write> writes, Map<HoldId, Kept> held) {
    var places = new LinkedHashSet<Place>();
    for (var write : writes) {
      if (write instanceof Write.Post post) {
        post.entry().postings().forEach(posting -> places.addAll(Shifts.places(posting)));
      }
      if (write instanceof Write.Promise promise) {
        places.addAll(Shifts.places(promise.hold().promised()));
      }
    }
    held.values().forEach(kept -> places.addAll(Shifts.places(kept.hold().promised())));
    return places;
  }
}
