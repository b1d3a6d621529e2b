package tally.payment;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tally.Bell;
import tally.money.Derived;
import tally.money.Tenant;
import tally.payment.port.Gateway.Event;
import tally.payment.port.Gateway.ListedEvent;
import tally.payment.port.Gateway.Reference;

/// Where webhooks arrive: stored raw, acknowledged, deduplicated by event id; then each object that
/// they name is looked up.
public final class Inbox {

  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

  /// An event that names more than this is not one of ours.
  private static final int ABOUT_MAX = 20;

  /// Of an unproven delivery this much is kept.
  private static final int HINT_BYTES_MAX = 4096;

  private static final int NAME_MAX = 200;

  /// What one round takes at once.
  private static final int TAKE_MAX = 16;

  /// From a gateway for which so many looks go on, no more is taken.
  private static final int LATE_MAX = 16;

  /// How long the first proven delivery after an alarm of another node's may go by without ending
  /// it.
  private static final Duration QUIET = Duration.ofSeconds(30);

  private final Bell bell = new Bell(1);

  /// How many looks go on, by gateway; at most, with a round, `LATE_MAX` and `TAKE_MAX` of each.
  private final Map<String, Integer> looking = new ConcurrentHashMap<>();

  /// Until when no alarm of unproven deliveries is looked for, by gateway.
  private final Map<String, Instant> quiet = new ConcurrentHashMap<>();

  private final Store store;
  private final Gateways gateways;
  private final Payments payments;
  private final Refunds refunds;
  private final Disputes disputes;
  private final Alarms alarms;
  private final PaymentSettings settings;
  private final InstantSource clock;

  public Inbox(
      Store store,
      Gateways gateways,
      Payments payments,
      Refunds refunds,
      Disputes disputes,
      Alarms alarms,
      PaymentSettings settings,
      InstantSource clock) {
    this.store = store;
    this.gateways = gateways;
    this.payments = payments;
    this.refunds = refunds;
    this.disputes = disputes;
    this.alarms = alarms;
    this.settings = settings;
    this.clock = clock;
  }

  /// Rings when a delivery has come that is to be followed.
  public Bell bell() {
    return bell;
  }

  public sealed interface Receipt {
    record Taken() implements Receipt {}

    /// Stored as a hint; answer 400.
    record Unproven() implements Receipt {}

    record NoSuchGateway() implements Receipt {}
  }

  public enum State {
    WAITING,
    DONE,
    STALLED
  }

  /// What one delivery is about.
  public record Names(List<Reference> references) {
    public Names {
      references = List.copyOf(references);
    }
  }

  /// One delivery as it is kept. The account belongs to the house; what it names carries its own
  /// tenant.
  public record Delivered(
      String gateway,
      String event,
      boolean proven,
      Names about,
      State state,
      Instant arrived,
      int tries,
      Optional<Instant> due) {}

  /// What came of looking at what a delivery names.
  ///
  /// @param due when it is looked at again
  public record Followed(Delivered delivered, State state, Optional<Instant> due) {}

  /// What keeps deliveries.
  public interface Store {
    /// False where the gateway's event is known.
    boolean keep(Delivered delivered, byte[] raw);

    /// How many unproven deliveries of a gateway have arrived since.
    int hints(String gateway, Instant since);

    /// Takes what is due, but nothing of busy gateways, and sets it due again at the end of the
    /// lease, in case that the taker dies. Answers how often each was taken, this time with them.
    List<Delivered> claim(Instant now, Duration lease, int most, Set<String> busy);

    /// Not those that were taken once more meanwhile.
    void settle(List<Followed> followed);
  }

  /// Stores one delivery durably. The body is bounded by the door.
  public Receipt receive(String gateway, byte[] body, Map<String, String> headers) {
    var found = gateways.find(gateway);
    if (found.isEmpty()) {
      return new Receipt.NoSuchGateway();
    }
    var now = clock.instant();
    return switch (found.get().webhook(body, headers, gateways.secrets(gateway), now)) {
      case Event.Verified(var id, var _, var about) -> {
        keep(gateway, id, true, body, about, State.WAITING, now);
        proven(gateway, now);
        yield new Receipt.Taken();
      }
      case Event.Unverified(var why, var about) -> {
        alarms.raise(
            new Alarm(
                Tenant.HOUSE,
                deliveries(gateway),
                Alarm.UNPROVEN,
                "a delivery is not proven, so its secret may be wrong: " + why,
                now));
        quiet.remove(gateway);
        hint(gateway, "hint:", body, about, State.WAITING, now);
        yield new Receipt.Unproven();
      }
      case Event.Ignored _ -> {
        hint(gateway, "ignored:", body, List.of(), State.DONE, now);
        yield new Receipt.Taken();
      }
    };
  }

  private static String deliveries(String gateway) {
    return "webhook/" + gateway;
  }

  /// Stores events that the gateway itself lists; answers how many its webhook had not brought.
  public int list(String gateway, List<ListedEvent> events) {
    var now = clock.instant();
    int missed = 0;
    for (var event : events) {
      missed +=
          keep(gateway, event.id(), true, new byte[0], event.about(), State.WAITING, now) ? 1 : 0;
    }
    return missed;
  }

  private void proven(String gateway, Instant now) {
    if (!quiet.getOrDefault(gateway, Instant.MIN).isAfter(now)) {
      quiet.put(gateway, now.plus(QUIET));
      alarms.over(Tenant.HOUSE, deliveries(gateway), Alarm.UNPROVEN);
    }
  }

  /// Looks up what stored deliveries name, all that it takes at the same time; answers how many
  /// deliveries were finished, or go on by themselves because their gateway is slow. Called by a
  /// worker, and by tests.
  public int tick() {
    var claimed =
        store.claim(
            clock.instant(), settings.lease(), Math.min(TAKE_MAX, settings.batch()), busy());
    var round = new Looks(claimed.size());
    for (var delivered : claimed) {
      looking.merge(delivered.gateway(), 1, Integer::sum);
      Thread.ofVirtual().name("payment-look").start(() -> follow(delivered, round));
    }
    var followed = round.end(settings.together());
    store.settle(followed);
    return round.open()
        + (int) followed.stream().filter(one -> one.state() != State.WAITING).count();
  }

  private Set<String> busy() {
    return looking.entrySet().stream()
        .filter(gateway -> gateway.getValue() >= LATE_MAX)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Where it throws, the delivery is taken again when the lease is over.
  private void follow(Delivered delivered, Looks round) {
    Optional<Followed> followed = Optional.empty();
    try {
      followed = Optional.of(followed(delivered));
    } catch (RuntimeException | Error e) {
      LOG.warn("{} of {} could not be followed", delivered.event(), delivered.gateway(), e);
    }
    looking.merge(delivered.gateway(), -1, Integer::sum);
    if (!round.ended(followed)) {
      followed.ifPresent(late -> store.settle(List.of(late)));
      bell.ring();
    }
  }

  private Followed followed(Delivered delivered) {
    boolean known = true;
    for (var reference : delivered.about().references()) {
      known &= look(delivered.gateway(), reference);
    }
    if (known || !delivered.proven()) {
      return new Followed(delivered, State.DONE, Optional.empty());
    }
    var now = clock.instant();
    if (now.isAfter(delivered.arrived().plus(settings.strangerAfter()))) {
      var text = "nobody here knows " + delivered.about().references();
      alarms.raise(
          new Alarm(
              Tenant.HOUSE,
              "webhook/" + delivered.gateway() + "/" + delivered.event(),
              "stranger",
              text,
              now));
      return new Followed(delivered, State.STALLED, Optional.empty());
    }
    return new Followed(
        delivered, State.WAITING, Optional.of(now.plus(settings.look(delivered.tries()))));
  }

  /// False where the object is not known here, or its gateway is out of reach now.
  private boolean look(String gateway, Reference reference) {
    try {
      return switch (reference.about()) {
        case PAYMENT -> payments.look(gateway, reference.object()).isPresent();
        case REFUND -> refunds.look(gateway, reference.object()).isPresent();
        case DISPUTE -> disputes.look(gateway, reference.object()).isPresent();
        // Payouts are followed by who sends them.
        case PAYOUT -> true;
      };
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void hint(
      String gateway, String prefix, byte[] body, List<Reference> about, State state, Instant now) {
    if (store.hints(gateway, now.minus(settings.strangerAfter())) >= settings.hintsMax()) {
      return;
    }
    var name = prefix + Derived.id(new String(body, StandardCharsets.ISO_8859_1));
    keep(
        gateway,
        name,
        false,
        Arrays.copyOf(body, Math.min(body.length, HINT_BYTES_MAX)),
        about,
        state,
        now);
  }

  private boolean keep(
      String gateway,
      String event,
      boolean proven,
      byte[] raw,
      List<Reference> about,
      State state,
      Instant now) {
    var name = event.length() > NAME_MAX ? Derived.id(event).toString() : event;
    var names = new Names(about.subList(0, Math.min(about.size(), ABOUT_MAX)));
    var due = state == State.WAITING ? Optional.of(now) : Optional.<Instant>empty();
    boolean kept = store.keep(new Delivered(gateway, name, proven, names, state, now, 0, due), raw);
    if (kept && due.isPresent()) {
      bell.ring();
    }
    return kept;
  }
}
