package tally.payment;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tally.money.Derived;
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

  /// What we answer a dispute: stored before it is sent, and never changed.
  public sealed interface Reply {
    record Contest(Map<String, String> evidence) implements Reply {
      public Contest {
        evidence = Map.copyOf(evidence);
      }
    }

    record Accept() implements Reply {}
  }

  /// One dispute as it is kept; see `Payments.Row`.
  public record Row(
      Dispute dispute,
      Optional<Reply> reply,
      Instant created,
      Instant moved,
      int tries,
      Optional<Instant> due) {

    Row replied(Reply answer) {
      return new Row(dispute, Optional.of(answer), created, moved, tries, due);
    }

    Row moved(Dispute next, Instant now, PaymentSettings settings) {
      var look = next.live() ? Optional.of(now.plus(settings.look(0))) : Optional.<Instant>empty();
      // A dispute that is opened again may be answered again.
      var answer =
          dispute instanceof Dispute.Won && next instanceof Dispute.Opened
              ? Optional.<Reply>empty()
              : reply;
      return new Row(next, answer, created, now, 0, look);
    }
  }

  /// What keeps disputes.
  public interface Store extends Rows<Dispute.Id, Dispute, Row> {
    /// Every dispute of one payment.
    List<Dispute> of(Tenant tenant, PaymentId payment);
  }

  public Optional<Dispute> find(Tenant tenant, Dispute.Id id) {
    return store.find(tenant, id).map(Row::dispute);
  }

  /// Newest first; at most 1000.
  public List<Dispute> list(Tenant tenant, int most) {
    return store.list(tenant, Math.min(most, 1000));
  }

  /// Asks the gateway and applies what it says.
  public Optional<Dispute> look(Tenant tenant, Dispute.Id id) {
    return store.find(tenant, id).map(row -> look(row.dispute()));
  }

  /// Sends the evidence, once. What can no longer be answered is answered as it is; other evidence
  /// than the first throws.
  public Dispute contest(Tenant tenant, Dispute.Id id, Map<String, String> evidence) {
    var reply = new Reply.Contest(evidence);
    return reply(
        tenant,
        id,
        reply,
        (gateway, about, key) -> gateway.contest(about.dispute(), evidence, key));
  }

  /// Gives in.
  public Dispute accept(Tenant tenant, Dispute.Id id) {
    return reply(
        tenant,
        id,
        new Reply.Accept(),
        (gateway, about, key) -> gateway.accept(about.dispute(), key));
  }

  /// Looks at what the gateway calls so; empty where it is about no payment of ours.
  Optional<Dispute> look(String gateway, String name) {
    return gateways.need(gateway).dispute(name).flatMap(snapshot -> receive(gateway, snapshot));
  }

  private interface Call {
    Outcome answer(Gateway gateway, Dispute.Case about, String key);
  }

  private Dispute reply(Tenant tenant, Dispute.Id id, Reply reply, Call call) {
    var held = store.together(() -> keep(tenant, id, reply));
    var about = held.dispute().about();
    if (!held.dispute().answerable()) {
      return held.dispute();
    }
    var key =
        Derived.id(id.value(), tenant + "/" + reply.getClass().getSimpleName() + "/" + about.at())
            .toString();
    try {
      // Whatever it answers, also an unknown outcome, the look-up tells how the dispute now stands.
      call.answer(gateways.need(about.gateway()), about, key);
    } catch (RuntimeException e) {
      return lookOr(held.dispute());
    }
    return lookOr(held.dispute());
  }

  private Row keep(Tenant tenant, Dispute.Id id, Reply reply) {
    var held =
        store
            .lock(tenant, id)
            .orElseThrow(() -> new IllegalArgumentException("no such dispute: " + id.value()));
    if (held.reply().filter(first -> !first.equals(reply)).isPresent()) {
      throw new IllegalArgumentException("this dispute was answered otherwise: " + id.value());
    }
    if (held.reply().isPresent() || !held.dispute().answerable()) {
      return held;
    }
    var next = held.replied(reply);
    store.write(next, false);
    return next;
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
    if (!store.insert(new Row(first, Optional.empty(), now, now, 0, due))) {
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
