package tally.payment;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tally.money.Derived;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.payment.port.Gateway;
import tally.payment.port.Gateway.DisputeSnapshot;
import tally.payment.port.Gateway.Outcome;

/// The keeper of disputes. They appear by themselves, through the inbox or a look-up; nobody makes
/// one here.
public final class Disputes {

  /// A won dispute that was opened again and lost takes three steps; more than that is a fault.
  private static final int STEPS_MAX = 4;

  private final Store store;
  private final Payments payments;
  private final Payments.Store rows;
  private final Gateways gateways;
  private final Alarms alarms;
  private final PaymentSettings settings;
  private final InstantSource clock;
  private final List<PaymentListener> listeners;

  public Disputes(
      Store store,
      Payments payments,
      Payments.Store rows,
      Gateways gateways,
      Alarms alarms,
      PaymentSettings settings,
      InstantSource clock,
      List<PaymentListener> listeners) {
    this.store = store;
    this.payments = payments;
    this.rows = rows;
    this.gateways = gateways;
    this.alarms = alarms;
    this.settings = settings;
    this.clock = clock;
    this.listeners = List.copyOf(listeners);
  }

  /// What we answer a dispute: stored before it is sent, and never changed; forgotten where the
  /// gateway provably took none of it.
  public sealed interface Reply {

    /// The account's name of whoever answered.
    String by();

    Instant at();

    /// Whether this says the same, whoever says it and when.
    boolean repeats(Reply other);

    record Contest(Map<String, String> evidence, String by, Instant at) implements Reply {
      public Contest {
        evidence = Map.copyOf(evidence);
      }

      @Override
      public boolean repeats(Reply other) {
        return other instanceof Contest contest && contest.evidence().equals(evidence);
      }
    }

    record Accept(String by, Instant at) implements Reply {
      @Override
      public boolean repeats(Reply other) {
        return other instanceof Accept;
      }
    }
  }

  public sealed interface Answer {
    /// The dispute as the gateway now tells it; where its answer was lost, as it was known.
    record Given(Dispute dispute) implements Answer {}

    /// The gateway has taken nothing. Codes: `dispute_unknown`, `dispute_answered`, `dispute_over`,
    /// `dispute_too_late`, `gateway_unknown` where this node has no such account, and
    /// `answer_not_taken` where the gateway refused it or was provably not reached: then another
    /// answer may be given.
    record Refused(String code, String text) implements Answer, Refusal {}
  }

  /// One dispute as it is kept; see `Payments.Row`.
  ///
  /// @param sends how many sends of the reply may have arrived, as far as anyone knows
  public record Row(
      Dispute dispute,
      Optional<Reply> reply,
      int sends,
      Instant created,
      Instant moved,
      int tries,
      Optional<Instant> due) {

    Row sending(Reply answer) {
      return new Row(dispute, Optional.of(answer), sends + 1, created, moved, tries, due);
    }

    /// One send less; without the reply where none is left that may have arrived.
    Row notTaken() {
      var left = sends > 1 ? reply : Optional.<Reply>empty();
      return new Row(dispute, left, sends - 1, created, moved, tries, due);
    }

    Row moved(Dispute next, Instant now, PaymentSettings settings) {
      var look = next.live() ? Optional.of(now.plus(settings.look(0))) : Optional.<Instant>empty();
      // What was only asked and is now claimed, and what was won and is claimed again, wants an
      // answer of its own.
      boolean anew = next instanceof Dispute.Opened && !(dispute instanceof Dispute.Opened);
      return new Row(
          next, anew ? Optional.empty() : reply, anew ? 0 : sends, created, now, 0, look);
    }
  }

  /// What keeps disputes.
  public interface Store extends Rows<Dispute.Id, Dispute, Row> {
    /// Every dispute of one payment.
    List<Dispute> of(Tenant tenant, PaymentId payment);

    /// Every dispute of these payments.
    List<Dispute> of(Tenant tenant, Collection<PaymentId> payments);
  }

  public Optional<Dispute> find(Tenant tenant, Dispute.Id id) {
    return store.find(tenant, id).map(Row::dispute);
  }

  /// Newest first; at most 1000.
  public List<Dispute> list(Tenant tenant, int most) {
    return store.list(tenant, Math.min(most, 1000));
  }

  /// Those of these payments that were ever disputed. Throws for more than 1000.
  public Set<PaymentId> disputed(Tenant tenant, Collection<PaymentId> payments) {
    if (payments.size() > 1000) {
      throw new IllegalArgumentException("at most 1000 payments; these are " + payments.size());
    }
    return store.of(tenant, payments).stream()
        .map(dispute -> dispute.about().payment())
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Asks the gateway and applies what it says.
  public Optional<Dispute> look(Tenant tenant, Dispute.Id id) {
    return store.find(tenant, id).map(row -> look(row.dispute()));
  }

  /// What was answered, where something was, also where it is not known if it arrived.
  public Optional<Reply> reply(Tenant tenant, Dispute.Id id) {
    return store.find(tenant, id).flatMap(Row::reply);
  }

  /// Sends the evidence, once. Said again while it is not known if it arrived, it is sent again
  /// under the same key.
  ///
  /// @param by the account's name of whoever answers
  public Answer contest(Tenant tenant, Dispute.Id id, Map<String, String> evidence, String by) {
    return reply(
        tenant,
        id,
        new Reply.Contest(evidence, by, clock.instant()),
        (gateway, about, key) -> gateway.contest(about.dispute(), evidence, key));
  }

  /// Gives in, once; as `contest`.
  public Answer accept(Tenant tenant, Dispute.Id id, String by) {
    return reply(
        tenant,
        id,
        new Reply.Accept(by, clock.instant()),
        (gateway, about, key) -> gateway.accept(about.dispute(), key));
  }

  /// Looks at what the gateway calls so; empty where it is about no payment of ours.
  Optional<Dispute> look(String gateway, String name) {
    return gateways.need(gateway).dispute(name).flatMap(snapshot -> receive(gateway, snapshot));
  }

  private interface Call {
    Outcome answer(Gateway gateway, Dispute.Case about, String key);
  }

  private sealed interface Turn {
    /// The reply that is kept is to be sent.
    record Send(Dispute dispute, Reply reply) implements Turn {}

    record Over(Answer answer) implements Turn {}
  }

  private Answer reply(Tenant tenant, Dispute.Id id, Reply reply, Call call) {
    return switch (store.together(() -> keep(tenant, id, reply))) {
      case Turn.Over(var answer) -> answer;
      case Turn.Send(var dispute, var kept) -> send(dispute, kept, call);
    };
  }

  private Answer send(Dispute dispute, Reply reply, Call call) {
    var why = refused(dispute.about(), reply, call);
    if (why.isPresent() && store.together(() -> forget(dispute.about(), reply))) {
      lookOr(dispute);
      return new Answer.Refused("answer_not_taken", "The gateway took nothing: " + why.get());
    }
    // Whatever else it answered, also an unknown outcome, the look-up tells how it now stands.
    return new Answer.Given(lookOr(dispute));
  }

  /// Why this send has provably changed nothing; empty where it may have.
  private Optional<String> refused(Dispute.Case about, Reply reply, Call call) {
    try {
      return switch (call.answer(gateways.need(about.gateway()), about, key(about, reply))) {
        case Outcome.NotSent(var why) -> Optional.of(why);
        case Outcome.Declined(var decline) -> Optional.of(decline.advice());
        case Outcome.Succeeded _, Outcome.Pending _, Outcome.ActionRequired _, Outcome.Unknown _ ->
            Optional.empty();
      };
    } catch (Gateway.NotSent e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  /// The same for each send of one reply, however the gateway tells the dispute meanwhile.
  private static String key(Dispute.Case about, Reply reply) {
    var words = about.tenant() + "/" + reply.getClass().getSimpleName() + "/" + reply.at();
    return Derived.id(about.id().value(), words).toString();
  }

  /// Whether the dispute may be answered anew, since no send of this reply has arrived.
  private boolean forget(Dispute.Case about, Reply reply) {
    var held = store.lock(about.tenant(), about.id()).orElseThrow();
    if (held.reply().filter(reply::equals).isEmpty()) {
      return false;
    }
    var next = held.notTaken();
    store.write(next, false);
    return next.reply().isEmpty();
  }

  /// Writes the first reply down, and that it is sent; over where this one may not be given any
  /// more.
  private Turn keep(Tenant tenant, Dispute.Id id, Reply reply) {
    var known = store.lock(tenant, id);
    if (known.isEmpty()) {
      return no("dispute_unknown", "There is no such dispute.");
    }
    var held = known.get();
    var first = held.reply();
    if (first.filter(answer -> !answer.repeats(reply)).isPresent()) {
      return no("dispute_answered", "This dispute was answered otherwise.");
    }
    if (first.isPresent() && !held.dispute().answerable()) {
      return new Turn.Over(new Answer.Given(held.dispute()));
    }
    var refusal = first.isPresent() ? Optional.<Answer>empty() : refusal(held.dispute());
    if (refusal.isPresent()) {
      return new Turn.Over(refusal.get());
    }
    var gateway = held.dispute().about().gateway();
    if (gateways.find(gateway).isEmpty()) {
      return no("gateway_unknown", "This node has no gateway account " + gateway + ".");
    }
    var kept = first.orElse(reply);
    store.write(held.sending(kept), false);
    return new Turn.Send(held.dispute(), kept);
  }

  private static Turn no(String code, String text) {
    return new Turn.Over(new Answer.Refused(code, text));
  }

  /// Why a first answer may not be given.
  private Optional<Answer> refusal(Dispute dispute) {
    return switch (dispute) {
      case Dispute.Warned _, Dispute.Inquiry _, Dispute.Opened _ ->
          dispute
              .about()
              .answerBy()
              .filter(clock.instant()::isAfter)
              .map(by -> new Answer.Refused("dispute_too_late", "It had to be answered by " + by));
      case Dispute.Contested _, Dispute.Accepted _ ->
          Optional.of(new Answer.Refused("dispute_answered", "This dispute was answered."));
      case Dispute.Won _, Dispute.Lost _, Dispute.Prevented _, Dispute.Closed _ ->
          Optional.of(new Answer.Refused("dispute_over", "This dispute is decided."));
    };
  }

  private Dispute lookOr(Dispute known) {
    try {
      return look(known);
    } catch (RuntimeException e) {
      return known;
    }
  }

  private Dispute look(Dispute known) {
    return look(known.about().gateway(), known.about().dispute()).orElse(known);
  }

  private Optional<Dispute> receive(String gateway, DisputeSnapshot notice) {
    return payment(gateway, notice.object())
        .map(payment -> store.together(() -> receive(payment.order(), notice)));
  }

  /// The disputed payment, looked at first where we do not know yet that it was captured.
  private Optional<Payment> payment(String gateway, String object) {
    var known = rows.byObject(gateway, object).map(Payments.Row::payment);
    return known.isPresent() && !known.get().live() ? known : payments.look(gateway, object);
  }

  private Dispute receive(Payment.Order order, DisputeSnapshot notice) {
    var now = clock.instant();
    // The payment's lock first, as refunds take it: a dispute and a refund of one payment see each
    // other.
    rows.lock(order.tenant(), order.id());
    var id = Dispute.Id.of(order.gateway(), notice.dispute());
    var known = store.lock(order.tenant(), id);
    if (known.isEmpty()) {
      return appear(order, id, notice, now);
    }
    if (!known.get().dispute().about().payment().equals(order.id())) {
      raise(
          known.get().dispute(),
          "integrity",
          "the gateway now names payment " + order.id().value(),
          now);
      return known.get().dispute();
    }
    var held = known.get();
    for (int step = 0; step < STEPS_MAX; step++) {
      switch (held.dispute().on(notice)) {
        case Move.Moved<Dispute>(var next) -> {
          held = held.moved(next, now, settings);
          store.write(held, true);
          tell(next);
        }
        case Move.Already<Dispute> _ -> {
          return held.dispute();
        }
        case Move.OutOfTurn<Dispute>(var why) -> {
          if (!held.dispute().live() && notice.at().isAfter(held.dispute().about().at())) {
            raise(held.dispute(), "dispute_reversed", why, now);
          }
          return held.dispute();
        }
      }
    }
    throw new IllegalStateException("a dispute moves in circles: " + held.dispute());
  }

  private Dispute appear(Payment.Order order, Dispute.Id id, DisputeSnapshot s, Instant now) {
    var about =
        new Dispute.Case(
            id,
            order.tenant(),
            order.id(),
            order.gateway(),
            s.dispute(),
            s.amount(),
            s.fee(),
            s.withdrawn(),
            s.reason(),
            s.answerBy(),
            s.at());
    var first = Dispute.as(s.status(), about);
    var due = first.live() ? Optional.of(now.plus(settings.look(0))) : Optional.<Instant>empty();
    if (!store.insert(new Row(first, Optional.empty(), 0, now, now, 0, due))) {
      throw new IllegalStateException(
          "a dispute under the payment's lock is written once: " + id.value());
    }
    tell(first);
    return first;
  }

  private void tell(Dispute dispute) {
    listeners.forEach(l -> l.on(new PaymentListener.Fact.DisputeMoved(dispute)));
  }

  private void raise(Dispute dispute, String code, String text, Instant now) {
    alarms.raise(
        new Alarm(
            dispute.about().tenant(), "dispute/" + dispute.about().id().value(), code, text, now));
  }
}
