package tally.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.ledger.internal.BookModel.Ask;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// Random asks from several threads, held against a model of the book. Threads meet after every
/// round; then everything is compared, and for a while one thread alone asks, whose every answer
/// must be the very one that the model foresees.
class JdbcBookModelTest {

  private static final int THREADS = 4;
  private static final List<Tenant> TENANTS = List.of(new Tenant("house"), new Tenant("acme"));

  private final Map<String, Integer> answers = new TreeMap<>();

  @Test
  void ten_thousand_random_asks_leave_the_book_that_the_model_foresees() throws Exception {
    run(7, 8, 270, 85);
    assertThat(total()).isGreaterThan(9_000);
  }

  @Test
  @Tag("long")
  void a_hundred_thousand_random_asks_leave_the_book_that_the_model_foresees() throws Exception {
    run(20_261_121, 40, 580, 250);
    assertThat(total()).isGreaterThanOrEqualTo(100_000);
  }

  private int total() {
    return answers.values().stream().mapToInt(Integer::intValue).sum();
  }

  private record Outcome(Ask ask, Answer answer) {}

  /// What one thread did in one round: what was committed, by tenant, and how many holds it ended
  /// for their age.
  private record Report(Map<Tenant, List<Outcome>> outcomes, int expired) {}

  private void run(long seed, int rounds, int asksAThread, int asksAlone) throws Exception {
    try (var fixture = new Fixture();
        var threads = Executors.newFixedThreadPool(THREADS)) {
      var base = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(1));
      var models = new HashMap<Tenant, BookModel>();
      var asking = new ArrayList<Map<Tenant, Asking>>();
      var lots = new HashMap<Tenant, List<Lot>>();
      for (var tenant : TENANTS) {
        models.put(tenant, new BookModel(tenant));
        lots.put(tenant, openLots(fixture.book, models.get(tenant)));
      }
      for (int thread = 0; thread <= THREADS; thread++) {
        var mine = new HashMap<Tenant, Asking>();
        for (int t = 0; t < TENANTS.size(); t++) {
          var tenant = TENANTS.get(t);
          mine.put(
              tenant, new Asking(seed * 1000 + thread * 10 + t, tenant, lots.get(tenant), base));
        }
        asking.add(mine);
      }
      for (int round = 0; round < rounds; round++) {
        var until = base.plusSeconds(1000L * (round + 1) / (2L * rounds));
        var reports = together(threads, fixture, asking, seed + round, asksAThread, until);
        meet(fixture, models, reports, until);
        alone(fixture, models, asking.get(THREADS), asksAlone);
        compare(fixture, models);
      }
      var verified = fixture.book.verify();
      assertThat(verified.faults()).isEmpty();
      assertThat(verified.entries())
          .isEqualTo(models.values().stream().mapToLong(m -> m.entries.size()).sum());
      assertThat(verified.holds())
          .isEqualTo(models.values().stream().mapToLong(m -> m.holds.size()).sum());
      assertThat(answers.keySet())
          .contains(
              "Done",
              "Already",
              "Conflict",
              "Short",
              "HoldEnded",
              "NoSuchHold",
              "AboveHold",
              "LotMismatch",
              "Expired");
    }
  }

  private static List<Lot> openLots(Book book, BookModel model) {
    var lots = new ArrayList<Lot>();
    for (var owner : List.of("alice", "erin", "frank")) {
      var amount = Amount.of(new Asset("USD", 2), 5_000);
      var lot =
          new Lot(
              new LotId(UUID.randomUUID()),
              model.tenant,
              new Holder(owner),
              amount,
              new Lot.Source.OfLine(UUID.randomUUID(), Holder.HOUSE),
              Instant.EPOCH);
      var into = new Account.Available(lot.owner(), lot.id());
      var entry =
          new Entry(
              new EntryId(UUID.randomUUID()),
              model.tenant,
              "opening",
              List.of(new Posting(new Account.Bank(), into, amount)),
              List.of(lot));
      model.exactly(new Ask.Post(entry), book.post(entry));
      lots.add(lot);
    }
    return lots;
  }

  private static List<Report> together(
      ExecutorService threads,
      Fixture fixture,
      List<Map<Tenant, Asking>> asking,
      long seed,
      int asks,
      Instant until)
      throws InterruptedException, ExecutionException {
    var calls = new ArrayList<Callable<Report>>();
    for (int thread = 0; thread < THREADS; thread++) {
      var mine = asking.get(thread);
      var random = new Random(seed * 31 + thread);
      calls.add(() -> ask(fixture, mine, random, asks, until));
    }
    var reports = new ArrayList<Report>();
    for (var report : threads.invokeAll(calls)) {
      reports.add(report.get());
    }
    return reports;
  }

  /// Some asks stand alone, some share a transaction, and some of those are taken back whole.
  private static Report ask(
      Fixture fixture, Map<Tenant, Asking> asking, Random random, int asks, Instant until) {
    var outcomes = new HashMap<Tenant, List<Outcome>>();
    TENANTS.forEach(tenant -> outcomes.put(tenant, new ArrayList<>()));
    int left = asks;
    int expired = 0;
    while (left > 0) {
      var tenant = TENANTS.get(random.nextInt(TENANTS.size()));
      int batch = Math.min(left, random.nextInt(3) == 0 ? 1 : 2 + random.nextInt(20));
      boolean takenBack = batch > 1 && random.nextInt(20) == 0;
      if (batch == 1) {
        outcomes.get(tenant).add(answer(fixture.book, asking.get(tenant)));
      } else {
        var done =
            fixture
                .database
                .transactions()
                .execute(status -> {
                  var some = new ArrayList<Outcome>();
                  for (int i = 0; i < batch; i++) {
                    some.add(answer(fixture.book, asking.get(tenant)));
                  }
                  if (takenBack) {
                    status.setRollbackOnly();
                  }
                  return some;
                });
        if (!takenBack) {
          outcomes.get(tenant).addAll(done);
        }
      }
      left -= batch;
      if (random.nextInt(40) == 0) {
        expired += fixture.book.expire(until, 1 + random.nextInt(20));
      }
    }
    return new Report(outcomes, expired);
  }

  private static Outcome answer(Book book, Asking asking) {
    var ask = asking.next();
    return new Outcome(ask, put(book, asking.tenant(), ask));
  }

  private static Answer put(Book book, Tenant tenant, Ask ask) {
    return switch (ask) {
      case Ask.Post(var entry) -> book.post(entry);
      case Ask.Promise(var hold) -> book.hold(hold);
      case Ask.Settle(var hold, var entry, var amount) -> book.settle(tenant, hold, entry, amount);
      case Ask.Release(var hold) -> book.release(tenant, hold);
    };
  }

  private enum Turn {
    MADE,
    ENDED
  }

  private void meet(
      Fixture fixture, Map<Tenant, BookModel> models, List<Report> reports, Instant until) {
    int expired = 0;
    for (var tenant : TENANTS) {
      var model = models.get(tenant);
      var knownBefore = new HashSet<>(model.holds.keySet());
      var all = reports.stream().flatMap(report -> report.outcomes().get(tenant).stream()).toList();
      var done =
          new EnumMap<Turn, List<Ask>>(
              Map.of(Turn.MADE, new ArrayList<>(), Turn.ENDED, new ArrayList<>()));
      for (var outcome : all) {
        count(outcome.answer());
        if (outcome.answer() instanceof Answer.Done) {
          done.get(outcome.ask() instanceof Ask.Promise ? Turn.MADE : Turn.ENDED)
              .add(outcome.ask());
        }
      }
      done.values().forEach(asks -> asks.forEach(model::done));
      for (var id : states(fixture, tenant).entrySet()) {
        if (id.getValue().equals("Expired") && pending(model, id.getKey())) {
          model.expired(id.getKey(), until);
          expired++;
        }
      }
      all.forEach(outcome -> model.justified(outcome.ask(), outcome.answer(), knownBefore));
    }
    assertThat(expired).isEqualTo(reports.stream().mapToInt(Report::expired).sum());
    answers.merge("Expired", expired, Integer::sum);
    compare(fixture, models);
  }

  private static boolean pending(BookModel model, HoldId id) {
    return model.holds.get(id).state() instanceof Hold.State.Pending;
  }

  private void alone(
      Fixture fixture, Map<Tenant, BookModel> models, Map<Tenant, Asking> asking, int asks) {
    for (int i = 0; i < asks; i++) {
      var tenant = TENANTS.get(i % TENANTS.size());
      var outcome = answer(fixture.book, asking.get(tenant));
      count(outcome.answer());
      models.get(tenant).exactly(outcome.ask(), outcome.answer());
    }
  }

  private void count(Answer answer) {
    answers.merge(answer.getClass().getSimpleName(), 1, Integer::sum);
  }

  /// Every balance, every hold's state, every floor, every sum, and no entry more or less.
  private static void compare(Fixture fixture, Map<Tenant, BookModel> models) {
    for (var model : models.values()) {
      var sums = new HashMap<Asset, Long>();
      var places = new HashSet<Shifts.Place>();
      for (var balance : fixture.book.balances(model.tenant, "")) {
        var place = new Shifts.Place(balance.account(), balance.asset());
        var sum = model.sums.getOrDefault(place, new BookModel.Sum());
        assertThat(balance.posted().longValueExact()).as("%s", place).isEqualTo(sum.posted);
        assertThat(balance.held().longValueExact()).as("%s", place).isEqualTo(sum.held);
        assertThat(balance.account().rim() || balance.free().signum() >= 0)
            .as("%s", balance)
            .isTrue();
        sums.merge(balance.asset(), sum.posted, Long::sum);
        places.add(place);
      }
      assertThat(places).containsExactlyInAnyOrderElementsOf(model.sums.keySet());
      assertThat(sums.values()).allMatch(sum -> sum == 0);
      var states = new HashMap<HoldId, String>();
      model.holds.forEach((id, hold) -> states.put(id, hold.state().getClass().getSimpleName()));
      assertThat(states(fixture, model.tenant).equals(states))
          .as("holds of %s", model.tenant)
          .isTrue();
      assertThat(count(fixture, model.tenant)).isEqualTo(model.entries.size());
    }
  }

  private static long count(Fixture fixture, Tenant tenant) {
    return fixture
        .database
        .jdbc()
        .sql("select count(*) from ledger.entry where tenant = :tenant")
        .param("tenant", tenant.name())
        .query(Long.class)
        .single();
  }

  private static Map<HoldId, String> states(Fixture fixture, Tenant tenant) {
    var states = new HashMap<HoldId, String>();
    fixture
        .database
        .jdbc()
        .sql("select id, state from ledger.hold where tenant = :tenant")
        .param("tenant", tenant.name())
        .query(row -> {
          states.put(new HoldId(row.getObject(1, UUID.class)), row.getString(2));
        });
    return states;
  }
}
