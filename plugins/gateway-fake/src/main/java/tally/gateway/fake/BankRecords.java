package tally.gateway.fake;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tally.gateway.fake.BankThings.BankDispute;
import tally.gateway.fake.BankThings.BankEvent;
import tally.gateway.fake.BankThings.BankKey;
import tally.gateway.fake.BankThings.BankLine;
import tally.gateway.fake.BankThings.BankPayment;
import tally.gateway.fake.BankThings.BankPayout;
import tally.gateway.fake.BankThings.BankRefund;
import tally.gateway.fake.BankThings.BankTimer;
import tally.money.Amount;
import tally.money.Asset;

/// What the fake bank has written down: its things, its lines, and what it owes to merchants. Has
/// no rules. Its lock is the bank's: every act goes through `whole`.
final class BankRecords implements AutoCloseable {

  private static final int PAGE = 100;

  private final FakeBank.Options options;
  private final InstantSource clock;
  private final Map<String, BankThings> things = new LinkedHashMap<>();
  private final Map<Class<?>, List<String>> kinds = new HashMap<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, String> references = new HashMap<>();
  private final Set<String> waiting = new LinkedHashSet<>();
  private final List<BankThings> fresh = new ArrayList<>();
  private final BankJournal journal;
  private Instant last = Instant.EPOCH;

  BankRecords(FakeBank.Options options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    this.journal = BankJournal.open(options.store(), this::remember);
  }

  /// Does something whole: on disk as one line before it is answered.
  synchronized <T> T whole(Supplier<T> act) {
    try {
      return act.get();
    } finally {
      if (!fresh.isEmpty()) {
        journal.write(fresh);
        fresh.clear();
      }
    }
  }

  synchronized void keep(BankThings thing) {
    fresh.add(thing);
    remember(thing);
  }

  synchronized void line(String kind, String source, Amount gross, boolean credit) {
    keep(new BankLine(id("line"), kind, source, gross, Amount.zero(gross.asset()), credit, now()));
  }

  synchronized void later(String act, String object) {
    keep(new BankTimer(id("timer"), act, object, clock.instant().plus(options.soon()), false));
  }

  synchronized void tell(String type, String about, String object, Amount amount) {
    var behaviour = Behaviour.of(amount);
    var at = now();
    var wait =
        switch (behaviour) {
          case LATE -> options.late();
          case REORDERED -> type.equals("payment.processing") ? options.soon() : Duration.ZERO;
          case WELL,
              SECURE_STEP,
              DECLINED,
              DISPUTED,
              UNKNOWN,
              DOUBLED,
              REFUND_FAILS,
              REFUND_UNKNOWN ->
              Duration.ZERO;
          case REFUND_PENDING, PREPARE_LOST -> Duration.ZERO;
        };
    keep(
        new BankEvent(
            id("evt"),
            type,
            about,
            object,
            at,
            at.plus(wait),
            behaviour == Behaviour.DOUBLED ? 2 : 1));
  }

  /// Events that are owed to the merchant now.
  synchronized List<BankEvent> owed() {
    var now = clock.instant();
    return waiting(BankEvent.class).filter(e -> !now.isBefore(e.sendAt())).limit(PAGE).toList();
  }

  synchronized void delivered(String event) {
    if (things.get(event) instanceof BankEvent e && e.copies() > 0) {
      keep(e.owed(e.copies() - 1));
    }
  }

  synchronized Optional<BankKey> key(String key) {
    return Optional.ofNullable(things.get("key:" + key)).map(BankKey.class::cast);
  }

  synchronized void answered(String key, String content, int status, String body) {
    keep(new BankKey("key:" + key, content, status, body, now()));
  }

  synchronized Map<Asset, BigInteger> balance() {
    var sums = new TreeMap<Asset, BigInteger>();
    all(BankLine.class)
        .forEach(line ->
            sums.merge(
                line.gross().asset(),
                (line.credit() ? line.gross().units() : line.gross().units().negate())
                    .subtract(line.fee().units()),
                BigInteger::add));
    return sums;
  }

  /// Things of one kind behind the cursor, oldest first; at most 100.
  synchronized <T extends BankThings> List<T> page(Class<T> kind, Optional<String> after) {
    var ids = kinds.getOrDefault(kind, List.of());
    int from =
        after
            .flatMap(id -> find(kind, id))
            .map(it -> places.getOrDefault(it.id(), -1) + 1)
            .orElse(0);
    return ids.subList(from, Math.min(ids.size(), from + PAGE)).stream()
        .map(things::get)
        .map(kind::cast)
        .toList();
  }

  synchronized <T extends BankThings> List<T> list(Class<T> kind) {
    return all(kind).toList();
  }

  synchronized <T extends BankThings> Optional<T> find(Class<T> kind, String id) {
    return Optional.ofNullable(things.get(id)).filter(kind::isInstance).map(kind::cast);
  }

  /// The oldest timer whose time has come.
  synchronized Optional<BankTimer> due() {
    var now = clock.instant();
    return waiting(BankTimer.class).filter(t -> !now.isBefore(t.due())).findFirst();
  }

  /// The payment that a merchant knows by this reference.
  synchronized Optional<BankPayment> referred(String reference) {
    return find(BankPayment.class, references.getOrDefault(reference, ""));
  }

  /// The bank's own time: no two acts share one.
  synchronized Instant now() {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    return last;
  }

  static String id(String kind) {
    return kind + "_" + UUID.randomUUID().toString().replace("-", "");
  }

  @Override
  public synchronized void close() {
    journal.close();
  }

  private <T extends BankThings> Stream<T> all(Class<T> kind) {
    return things.values().stream().filter(kind::isInstance).map(kind::cast);
  }

  private <T extends BankThings> Stream<T> waiting(Class<T> kind) {
    return waiting.stream().map(things::get).filter(kind::isInstance).map(kind::cast);
  }

  private void remember(BankThings thing) {
    if (things.put(thing.id(), thing) == null) {
      var ids = kinds.computeIfAbsent(thing.getClass(), _ -> new ArrayList<>());
      places.put(thing.id(), ids.size());
      ids.add(thing.id());
    }
    boolean open =
        switch (thing) {
          case BankEvent e -> e.copies() > 0;
          case BankTimer t -> !t.done();
          case BankPayment p -> {
            references.put(p.reference(), p.id());
            yield false;
          }
          case BankRefund _, BankDispute _, BankPayout _, BankLine _, BankKey _ -> false;
        };
    if (open) {
      waiting.add(thing.id());
    } else {
      waiting.remove(thing.id());
    }
  }
}
