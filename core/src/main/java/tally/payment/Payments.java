package tally.payment;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tally.money.Amount;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.payment.port.Gateway;
import tally.payment.port.Gateway.Found;
import tally.payment.port.Gateway.Prepared;
import tally.payment.port.Gateway.Snapshot;
import tally.payment.port.Gateway.Status;

/// The keeper of payments. One way in for every outside fact: look the object up, apply the
/// snapshot under the row's lock.
public final class Payments {

  private final Store store;
  private final Gateways gateways;
  private final Alarms alarms;
  private final PaymentSettings settings;
  private final InstantSource clock;
  private final List<PaymentListener> listeners;

  public Payments(
      Store store,
      Gateways gateways,
      Alarms alarms,
      PaymentSettings settings,
      InstantSource clock,
      List<PaymentListener> listeners) {
    this.store = store;
    this.gateways = gateways;
    this.alarms = alarms;
    this.settings = settings;
    this.clock = clock;
    this.listeners = List.copyOf(listeners);
  }

  /// One payment as it is kept.
  ///
  /// @param object the gateway's name of it, kept also by states that have none
  /// @param key what the gateway knows its making by
  /// @param seen the gateway's own time of the newest snapshot
  /// @param tries how many looks since it last moved
  /// @param due when the janitor looks next; empty where nobody needs to
  /// @param busyUntil until when one caller has the making for himself
  public record Row(
      Payment payment,
      Optional<String> object,
      String key,
      Instant created,
      Instant moved,
      Optional<Instant> seen,
      int tries,
      Optional<Instant> due,
      Optional<Instant> busyUntil) {

    Row seen(Instant at) {
      var newest = seen.filter(at::isBefore).or(() -> Optional.of(at));
      return new Row(payment, object, key, created, moved, newest, tries, due, busyUntil);
    }

    Row busy(Optional<Instant> until) {
      return new Row(payment, object, key, created, moved, seen, tries, due, until);
    }

    Row moved(Payment next, Instant now, PaymentSettings settings) {
      var look = next.live() ? Optional.of(now.plus(settings.look(0))) : Optional.<Instant>empty();
      return new Row(
          next, next.named().or(() -> object), key, created, now, seen, 0, look, Optional.empty());
    }
  }

  /// What keeps payments.
  public interface Store extends Rows<PaymentId, Payment, Row> {
    Optional<Row> byObject(String gateway, String object);

    Optional<Row> byReference(String gateway, PaymentId id);

    /// Newest first.
    List<Payment> capturedOf(Tenant tenant, Holder payer, int most);
  }

  /// Why a payment cannot be started. Codes: `gateway_unknown`, `asset_unknown`,
  /// `amount_out_of_bounds`.
  public record Refused(String code, String text) implements Refusal {}

  /// Asks before anything is written whether this account takes such an amount.
  public Optional<Refused> check(String gateway, Amount amount) {
    var facts = gateways.facts(gateway);
    if (facts.isEmpty()) {
      return Optional.of(
          new Refused("gateway_unknown", "There is no gateway account " + gateway + "."));
    }
    var taken =
        facts.get().currencies().stream().filter(c -> c.asset().equals(amount.asset())).findFirst();
    if (taken.isEmpty()) {
      return Optional.of(
          new Refused("asset_unknown", gateway + " does not take " + amount.asset().code() + "."));
    }
    var bounds = taken.get();
    if (amount.isLessThan(bounds.minimum()) || bounds.maximum().isLessThan(amount)) {
      return Optional.of(
          new Refused(
              "amount_out_of_bounds",
              gateway
                  + " takes "
                  + bounds.minimum()
                  + " to "
                  + bounds.maximum()
                  + "; this is "
                  + amount
                  + "."));
    }
    return Optional.empty();
  }

  /// Writes the payment down, makes the gateway's object, stores its id. Idempotent by id; another
  /// order under a used id throws. Never moves money by itself: the payer does, on the hosted page.
  /// Where the gateway was provably not reached the payment stays `Requested`, and the caller may
  /// repeat. Throws for what `check` refuses.
  public Payment start(Payment.Order order) {
    var row = claim(order);
    if (row.isEmpty()) {
      return find(order.tenant(), order.id()).orElseThrow();
    }
    var gateway = gateways.need(order.gateway());
    Prepared prepared;
    try {
      prepared = gateway.prepare(sent(order), row.get().key());
    } catch (Gateway.NotSent e) {
      return change(order.tenant(), order.id(), (held, now) -> held.busy(Optional.empty()));
    } catch (RuntimeException e) {
      var why = "making it: " + e;
      return change(order.tenant(), order.id(), (held, now) -> unknown(held, why, now));
    }
    return change(order.tenant(), order.id(), (held, now) -> prepared(held, prepared, now));
  }

  /// Asks the gateway and applies what it says.
  public Optional<Payment> look(Tenant tenant, PaymentId id) {
    return store.find(tenant, id).map(row -> apply(row, ask(row)));
  }

  public Optional<Payment> find(Tenant tenant, PaymentId id) {
    return store.find(tenant, id).map(Row::payment);
  }

  /// Newest first; at most 1000.
  public List<Payment> list(Tenant tenant, int most) {
    return store.list(tenant, Math.min(most, 1000));
  }

  /// What an account has paid, newest first; at most 1000.
  public List<Payment> capturedOf(Tenant tenant, Holder payer, int most) {
    return store.capturedOf(tenant, payer, Math.min(most, 1000));
  }

  /// Looks at what the gateway calls so; empty where it is no payment of ours, as far as anyone can
  /// tell now.
  Optional<Payment> look(String gateway, String object) {
    var known = store.byObject(gateway, object);
    if (known.isPresent()) {
      return known.map(row -> apply(row, reached(gateway, ask(row))));
    }
    return switch (gateways.need(gateway).lookup(object)) {
      case Found.Here(var snapshot) ->
          reference(snapshot.reference())
              .flatMap(id -> store.byReference(gateway, id))
              .map(row -> apply(row, new Found.Here(snapshot)));
      case Found.Nowhere _ -> Optional.empty();
      case Found.Unreachable(var why) ->
          throw new IllegalStateException(gateway + " is out of reach: " + why);
    };
  }

  /// A delivery is not finished by a look that learnt nothing: what has ended here is looked at by
  /// nobody else.
  private static Found reached(String gateway, Found found) {
    if (found instanceof Found.Unreachable(var why)) {
      throw new IllegalStateException(gateway + " is out of reach: " + why);
    }
    return found;
  }

  private Found ask(Row row) {
    var order = row.payment().order();
    var gateway = gateways.need(order.gateway());
    try {
      return row.object()
          .map(gateway::lookup)
          .orElseGet(() -> gateway.lookupByReference(order.id().value().toString()));
    } catch (RuntimeException e) {
      return new Found.Unreachable(e.toString());
    }
  }

  private Payment apply(Row row, Found found) {
    var order = row.payment().order();
    return switch (found) {
      case Found.Here(var snapshot) ->
          change(order.tenant(), order.id(), (held, now) -> receive(held, snapshot, now));
      case Found.Nowhere(var definitive) ->
          change(order.tenant(), order.id(), (held, now) -> missing(held, definitive, now));
      // Nothing was learnt; the next look comes by schedule.
      case Found.Unreachable _ -> row.payment();
    };
  }

  private Row receive(Row held, Snapshot notice, Instant now) {
    var order = held.payment().order();
    var mismatch =
        order
            .mismatch(notice)
            .or(() ->
                held.object()
                    .filter(o -> !o.equals(notice.object()))
                    .map(o -> "object " + notice.object() + " is not " + o));
    if (mismatch.isPresent()) {
      raise(order, "integrity", mismatch.get(), now);
      return held;
    }
    if (held.seen().filter(notice.at()::isBefore).isPresent()) {
      return held;
    }
    return switch (held.payment().on(notice)) {
      case Move.Moved<Payment>(var next) -> held.seen(notice.at()).moved(next, now, settings);
      case Move.Already<Payment> _ -> held.seen(notice.at());
      case Move.OutOfTurn<Payment>(var why) -> {
        if (moneyAfterEnd(held.payment(), notice.status())) {
          raise(order, "money_after_end", why, now);
        }
        yield held;
      }
    };
  }

  private Row missing(Row held, boolean definitive, Instant now) {
    var facts = gateways.need(held.payment().order().gateway()).facts();
    boolean keyOver = now.isAfter(held.created().plus(facts.keyLife()));
    return switch (held.payment().missing(definitive, keyOver, now)) {
      case Move.Moved<Payment>(var next) -> held.moved(next, now, settings);
      case Move.Already<Payment> _, Move.OutOfTurn<Payment> _ -> held;
    };
  }

  /// The answer to the making; a look-up may have been quicker, and knows more.
  private Row prepared(Row held, Prepared prepared, Instant now) {
    boolean waits =
        switch (held.payment()) {
          case Payment.Requested _, Payment.Unknown _ -> true;
          case Payment.ActionRequired _,
              Payment.Pending _,
              Payment.Authorized _,
              Payment.Captured _ ->
              false;
          case Payment.Returned _, Payment.Declined _, Payment.Voided _, Payment.Expired _ -> false;
        };
    if (!waits || held.object().filter(o -> !o.equals(prepared.object())).isPresent()) {
      return held.busy(Optional.empty());
    }
    var order = held.payment().order();
    Payment next =
        prepared
            .action()
            .<Payment>map(action ->
                new Payment.ActionRequired(order, prepared.object(), action, prepared.at()))
            .orElseGet(() -> new Payment.Pending(order, prepared.object(), "open", prepared.at()));
    return held.seen(prepared.at()).moved(next, now, settings);
  }

  private Row unknown(Row held, String why, Instant now) {
    return held.payment() instanceof Payment.Requested(var order)
        ? held.moved(new Payment.Unknown(order, held.object(), why, now), now, settings)
        : held.busy(Optional.empty());
  }

  private static boolean moneyAfterEnd(Payment payment, Status status) {
    boolean money = status == Status.CAPTURED || status == Status.AUTHORIZED;
    return switch (payment) {
      case Payment.Declined _, Payment.Voided _, Payment.Expired _ -> money;
      case Payment.Returned _ -> status == Status.CAPTURED;
      case Payment.Requested _, Payment.ActionRequired _, Payment.Pending _, Payment.Authorized _ ->
          false;
      case Payment.Captured _, Payment.Unknown _ -> false;
    };
  }

  private interface Act {
    Row on(Row held, Instant now);
  }

  /// One change under the row's lock, told to listeners within the same transaction.
  private Payment change(Tenant tenant, PaymentId id, Act act) {
    return store.together(() -> {
      var held = store.lock(tenant, id).orElseThrow();
      var next = act.on(held, clock.instant());
      boolean moved = !next.payment().equals(held.payment());
      if (!next.equals(held)) {
        store.write(next, moved);
      }
      if (moved) {
        settled(held, next.payment());
        listeners.forEach(l -> l.on(new PaymentListener.Fact.PaymentMoved(next.payment())));
      }
      return next.payment();
    });
  }

  /// Writes the order down once; answers the row to the one caller who is to reach the gateway.
  private Optional<Row> claim(Payment.Order order) {
    return store.together(() -> {
      var now = clock.instant();
      var busy = Optional.of(now.plus(settings.lease()));
      if (store.find(order.tenant(), order.id()).isEmpty()) {
        check(order.gateway(), order.amount())
            .ifPresent(no -> {
              throw new IllegalArgumentException(no.code() + ": " + no.text());
            });
        var key = Derived.id(order.id().value(), order.tenant() + "/prepare").toString();
        var due = Optional.of(now.plus(settings.look(0)));
        var first =
            new Row(
                new Payment.Requested(order),
                Optional.empty(),
                key,
                now,
                now,
                Optional.empty(),
                0,
                due,
                busy);
        if (store.insert(first)) {
          return Optional.of(first);
        }
      }
      var held = store.lock(order.tenant(), order.id()).orElseThrow(() -> reused(order));
      if (!held.payment().order().equals(order)) {
        throw reused(order);
      }
      if (!(held.payment() instanceof Payment.Requested)
          || held.busyUntil().filter(now::isBefore).isPresent()) {
        return Optional.empty();
      }
      store.write(held.busy(busy), false);
      return Optional.of(held);
    });
  }

  /// What was unknown, or open for too long, and has moved on is nobody's matter any more. Who is
  /// open for too long is looked at no more, unless he is unknown.
  private void settled(Row held, Payment now) {
    var order = now.order();
    var subject = "payment/" + order.id().value();
    boolean unknown =
        held.payment() instanceof Payment.Unknown && !(now instanceof Payment.Unknown);
    if (unknown) {
      alarms.over(order.tenant(), subject, Alarm.UNKNOWN);
    }
    if (unknown || held.due().isEmpty()) {
      alarms.over(order.tenant(), subject, Alarm.HORIZON);
    }
  }

  private void raise(Payment.Order order, String code, String text, Instant now) {
    alarms.raise(new Alarm(order.tenant(), "payment/" + order.id().value(), code, text, now));
  }

  private static IllegalArgumentException reused(Payment.Order order) {
    return new IllegalArgumentException("this id names another payment: " + order.id().value());
  }

  private static Gateway.Order sent(Payment.Order order) {
    return new Gateway.Order(
        order.id().value().toString(),
        order.payer().name(),
        order.amount(),
        Gateway.Capture.AUTOMATIC,
        Optional.empty(),
        order.returnTo(),
        order.description());
  }

  private static Optional<PaymentId> reference(String text) {
    try {
      return Optional.of(new PaymentId(UUID.fromString(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
