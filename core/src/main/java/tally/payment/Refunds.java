package tally.payment;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tally.money.Amount;
import tally.money.Derived;
import tally.money.Tenant;
import tally.payment.RefundRules.No;
import tally.payment.port.Gateway;
import tally.payment.port.Gateway.RefundOutcome;
import tally.payment.port.Gateway.RefundSnapshot;

/// The keeper of refunds. Idempotent by id; refused where the payment is disputed, unknown, or has
/// less left.
public final class Refunds {

  private final Store store;
  private final Payments.Store payments;
  private final RefundRules rules;
  private final Gateways gateways;
  private final Alarms alarms;
  private final PaymentSettings settings;
  private final InstantSource clock;
  private final List<PaymentListener> listeners;

  public Refunds(
      Store store,
      Payments.Store payments,
      Disputes.Store disputes,
      Gateways gateways,
      Alarms alarms,
      PaymentSettings settings,
      InstantSource clock,
      List<PaymentListener> listeners) {
    this.store = store;
    this.payments = payments;
    this.rules = new RefundRules(store, disputes, gateways);
    this.gateways = gateways;
    this.alarms = alarms;
    this.settings = settings;
    this.clock = clock;
    this.listeners = List.copyOf(listeners);
  }

  /// One refund as it is kept; see `Payments.Row`.
  public record Row(
      Refund refund,
      String gateway,
      Optional<String> name,
      String key,
      Instant created,
      Instant moved,
      Optional<Instant> seen,
      int tries,
      Optional<Instant> due,
      Optional<Instant> busyUntil) {

    Row seen(Instant at) {
      var newest = seen.filter(at::isBefore).or(() -> Optional.of(at));
      return new Row(refund, gateway, name, key, created, moved, newest, tries, due, busyUntil);
    }

    Row busy(Optional<Instant> until) {
      return new Row(refund, gateway, name, key, created, moved, seen, tries, due, until);
    }

    Row moved(Refund next, Instant now, PaymentSettings settings) {
      var look = next.live() ? Optional.of(now.plus(settings.look(0))) : Optional.<Instant>empty();
      return new Row(
          next,
          gateway,
          next.named().or(() -> name),
          key,
          created,
          now,
          seen,
          0,
          look,
          Optional.empty());
    }
  }

  /// What keeps refunds.
  public interface Store extends Rows<Refund.Id, Refund, Row> {
    Optional<Row> byName(String gateway, String name);

    Optional<Row> byReference(String gateway, Refund.Id id);

    /// Every refund of one payment.
    List<Refund> of(Tenant tenant, PaymentId payment);
  }

  /// Writes it down and, once approved, sends it. `by` is who approved, a policy or a person.
  /// Another order under a used id throws. A refusal of ours is a `Failed` without the gateway's
  /// name; its codes: `payment_not_found`, `payment_unknown`, `payment_not_captured`,
  /// `payment_disputed`, `refund_not_supported`, `refund_window_over`, `refund_asset_differs`,
  /// `refund_amount_zero`, `refund_exceeds_remaining`.
  public Refund start(Refund.Order order, String by) {
    var claimed = store.together(() -> claim(order, by));
    return claimed
        .map(this::send)
        .orElseGet(() -> store.find(order.tenant(), order.id()).orElseThrow().refund());
  }

  /// Asks the gateway and applies what it says; what provably never left is sent now.
  ///
  /// An unknown outcome that the gateway does not find is asked again under the same key and
  /// content, in the first half of that key's life: by the gateway's promise this moves no money
  /// twice, and it settles what never arrived.
  public Optional<Refund> look(Tenant tenant, Refund.Id id) {
    return store.find(tenant, id).map(this::look);
  }

  public Optional<Refund> find(Tenant tenant, Refund.Id id) {
    return store.find(tenant, id).map(Row::refund);
  }

  /// Newest first; at most 1000.
  public List<Refund> list(Tenant tenant, int most) {
    return store.list(tenant, Math.min(most, 1000));
  }

  /// Every refund of one payment, oldest first.
  public List<Refund> of(Tenant tenant, PaymentId payment) {
    return store.of(tenant, payment);
  }

  /// What is left of a captured payment: without what was refunded, is on its way, or was lost to a
  /// dispute.
  public Amount remaining(Tenant tenant, PaymentId id) {
    return payments.find(tenant, id).map(row -> rules.remaining(row.payment())).orElseThrow();
  }

  /// Looks at what the gateway calls so; empty where it is no refund of ours.
  Optional<Refund> look(String gateway, String name) {
    var known = store.byName(gateway, name);
    if (known.isPresent()) {
      return known.map(this::look);
    }
    return gateways
        .need(gateway)
        .lookupRefund(name)
        .flatMap(s ->
            reference(s.reference())
                .flatMap(id -> store.byReference(gateway, id))
                .map(row -> apply(row, s)));
  }

  private Refund look(Row row) {
    var gateway = gateways.need(row.gateway());
    var order = row.refund().order();
    if (row.refund() instanceof Refund.Approved) {
      return again(row);
    }
    var found =
        row.name()
            .map(gateway::lookupRefund)
            .orElseGet(() -> gateway.lookupRefundByReference(order.id().value().toString()));
    if (found.isPresent()) {
      return apply(row, found.get());
    }
    boolean keyFresh =
        clock.instant().isBefore(row.created().plus(gateway.facts().keyLife().dividedBy(2)));
    return row.refund() instanceof Refund.Unknown && keyFresh ? again(row) : row.refund();
  }

  /// Sends once more under the stored key, unless somebody else is at it or the payment no longer
  /// allows it.
  private Refund again(Row row) {
    var order = row.refund().order();
    var claimed =
        store.together(() -> {
          var now = clock.instant();
          var payment = payments.lock(order.tenant(), order.payment()).orElseThrow().payment();
          var held = store.lock(order.tenant(), order.id()).orElseThrow();
          if (held.busyUntil().filter(now::isBefore).isPresent()) {
            return Optional.<Row>empty();
          }
          return switch (held.refund()) {
            case Refund.Approved _ -> {
              var no = rules.standing(payment);
              if (no.isPresent()) {
                tell(held, held.moved(failed(order, no.get(), now), now, settings));
                yield Optional.<Row>empty();
              }
              yield Optional.of(busy(held, now));
            }
            case Refund.Unknown _ ->
                rules.standing(payment).isPresent()
                    ? Optional.<Row>empty()
                    : Optional.of(busy(held, now));
            case Refund.Requested _, Refund.Sent _, Refund.Completed _, Refund.Failed _ ->
                Optional.<Row>empty();
          };
        });
    return claimed
        .map(this::send)
        .orElseGet(() -> store.find(order.tenant(), order.id()).orElseThrow().refund());
  }

  private Row busy(Row held, Instant now) {
    var busy = held.busy(Optional.of(now.plus(settings.lease())));
    store.write(busy, false);
    return busy;
  }

  private Refund send(Row row) {
    var order = row.refund().order();
    var object =
        payments.find(order.tenant(), order.payment()).flatMap(Payments.Row::object).orElseThrow();
    RefundOutcome outcome;
    try {
      outcome =
          gateways
              .need(row.gateway())
              .refund(
                  object, order.amount(), order.id().value().toString(), order.reason(), row.key());
    } catch (Gateway.NotSent e) {
      outcome = new RefundOutcome.NotSent(e.toString());
    } catch (RuntimeException e) {
      outcome = new RefundOutcome.Unknown(e.toString());
    }
    return switch (outcome) {
      case RefundOutcome.Taken(var snapshot) -> apply(row, snapshot);
      case RefundOutcome.Refused(var code, var text) ->
          change(
              row,
              (held, now) ->
                  waiting(held)
                      ? held.moved(failed(order, new No(code, text), now), now, settings)
                      : held);
      case RefundOutcome.NotSent _ -> change(row, (held, now) -> held.busy(Optional.empty()));
      case RefundOutcome.Unknown(var why) ->
          change(
              row,
              (held, now) ->
                  held.refund() instanceof Refund.Approved
                      ? held.moved(new Refund.Unknown(order, why, now), now, settings)
                      : held.busy(Optional.empty()));
    };
  }

  private Refund apply(Row row, RefundSnapshot notice) {
    return change(row, (held, now) -> receive(held, notice, now));
  }

  private Row receive(Row held, RefundSnapshot notice, Instant now) {
    var order = held.refund().order();
    var mismatch = order.mismatch(notice);
    if (mismatch.isPresent()) {
      raise(order, "integrity", mismatch.get(), now);
      return held;
    }
    if (held.seen().filter(notice.at()::isBefore).isPresent()) {
      return held;
    }
    return switch (held.refund().on(notice)) {
      case Move.Moved<Refund>(var next) -> held.seen(notice.at()).moved(next, now, settings);
      case Move.Already<Refund> _ -> held.seen(notice.at());
      case Move.OutOfTurn<Refund>(var why) -> {
        if (held.refund() instanceof Refund.Failed) {
          raise(order, "refund_after_failure", why, now);
        }
        yield held;
      }
    };
  }

  private Optional<Row> claim(Refund.Order order, String by) {
    var now = clock.instant();
    var payment = payments.lock(order.tenant(), order.payment());
    var known = store.lock(order.tenant(), order.id());
    if (known.isPresent()) {
      var held = known.get();
      if (!held.refund().order().equals(order)) {
        throw new IllegalArgumentException("this id names another refund: " + order.id().value());
      }
      boolean idle = held.busyUntil().filter(now::isBefore).isEmpty();
      return held.refund() instanceof Refund.Approved && idle
          ? Optional.of(busy(held, now))
          : Optional.empty();
    }
    var no =
        payment.isEmpty()
            ? Optional.of(new No("payment_not_found", "There is no such payment."))
            : rules.refusal(order, payment.get().payment(), now);
    Refund first =
        no.<Refund>map(n -> failed(order, n, now)).orElseGet(() -> new Refund.Approved(order, by));
    var key = Derived.id(order.id().value(), order.tenant() + "/refund").toString();
    var due = first.live() ? Optional.of(now.plus(settings.look(0))) : Optional.<Instant>empty();
    var busy = first.live() ? Optional.of(now.plus(settings.lease())) : Optional.<Instant>empty();
    var gateway = payment.map(p -> p.payment().order().gateway()).orElse("");
    var row =
        new Row(first, gateway, Optional.empty(), key, now, now, Optional.empty(), 0, due, busy);
    if (!store.insert(row)) {
      throw new IllegalArgumentException("this id names another refund: " + order.id().value());
    }
    if (!first.live()) {
      listeners.forEach(l -> l.on(new PaymentListener.Fact.RefundMoved(first)));
      return Optional.empty();
    }
    return Optional.of(row);
  }

  private static boolean waiting(Row row) {
    return switch (row.refund()) {
      case Refund.Requested _, Refund.Approved _, Refund.Unknown _ -> true;
      case Refund.Sent _, Refund.Completed _, Refund.Failed _ -> false;
    };
  }

  private static Refund failed(Refund.Order order, No no, Instant now) {
    return new Refund.Failed(order, Optional.empty(), no.code(), no.text(), false, now);
  }

  private interface Act {
    Row on(Row held, Instant now);
  }

  private Refund change(Row row, Act act) {
    var order = row.refund().order();
    return store.together(() -> {
      var held = store.lock(order.tenant(), order.id()).orElseThrow();
      return tell(held, act.on(held, clock.instant()));
    });
  }

  private Refund tell(Row held, Row next) {
    boolean moved = !next.refund().equals(held.refund());
    if (!next.equals(held)) {
      store.write(next, moved);
    }
    if (moved) {
      settled(next.refund());
      listeners.forEach(l -> l.on(new PaymentListener.Fact.RefundMoved(next.refund())));
    }
    return next.refund();
  }

  /// What was unknown, or open for too long, and is so no more, is nobody's matter any more.
  private void settled(Refund now) {
    var order = now.order();
    var subject = "refund/" + order.id().value();
    if (!(now instanceof Refund.Unknown)) {
      alarms.over(order.tenant(), subject, Alarm.UNKNOWN);
    }
    if (!now.live()) {
      alarms.over(order.tenant(), subject, Alarm.HORIZON);
    }
  }

  private void raise(Refund.Order order, String code, String text, Instant now) {
    alarms.raise(new Alarm(order.tenant(), "refund/" + order.id().value(), code, text, now));
  }

  private static Optional<Refund.Id> reference(String text) {
    try {
      return Optional.of(new Refund.Id(UUID.fromString(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
