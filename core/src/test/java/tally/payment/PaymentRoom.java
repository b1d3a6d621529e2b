package tally.payment;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import tally.TestDatabase;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.internal.CatchUp;
import tally.payment.internal.Janitor;
import tally.payment.internal.JdbcAlarms;
import tally.payment.internal.JdbcDisputes;
import tally.payment.internal.JdbcInbox;
import tally.payment.internal.JdbcPayments;
import tally.payment.internal.JdbcRefunds;
import tally.payment.port.Gateway;

/// The whole room on a real database, with a clock that a test turns.
final class PaymentRoom implements AutoCloseable {

  final TestDatabase database = TestDatabase.fresh();
  final List<PaymentListener.Fact> facts = new CopyOnWriteArrayList<>();
  volatile Instant now = Instant.parse("2026-01-01T12:00:00Z");
  final Payments payments;
  final Refunds refunds;
  final Disputes disputes;
  final Inbox inbox;

  /// Another inbox on the same tables, whose rounds wait so long for their looks.
  final Function<Duration, Inbox> patient;

  final Alarms alarms;
  final Janitor janitor;
  final CatchUp catchUp;

  PaymentRoom(Gateway gateway, PaymentSettings settings, PaymentListener... more) {
    this(gateway, settings, false, more);
  }

  PaymentRoom(Gateway gateway, PaymentSettings settings, boolean real, PaymentListener... more) {
    InstantSource clock = real ? InstantSource.system() : () -> now;
    var jdbc = database.jdbc();
    var tx = database.transactions();
    var gateways = new Gateways(Map.of("card", gateway), Map.of("card", List.of("s")));
    var rows = new JdbcPayments(jdbc, tx);
    var disputed = new JdbcDisputes(jdbc, tx);
    var listeners = new java.util.ArrayList<PaymentListener>(List.of(more));
    listeners.add(facts::add);
    alarms = new Alarms(new JdbcAlarms(jdbc), clock);
    payments = new Payments(rows, gateways, alarms, settings, clock, listeners);
    disputes = new Disputes(disputed, payments, rows, gateways, alarms, settings, clock, listeners);
    refunds =
        new Refunds(
            new JdbcRefunds(jdbc, tx),
            rows,
            disputed,
            gateways,
            alarms,
            settings,
            clock,
            listeners);
    patient =
        patience ->
            new Inbox(
                new JdbcInbox(jdbc, tx),
                gateways,
                payments,
                refunds,
                disputes,
                alarms,
                settings.together(patience),
                clock);
    inbox = patient.apply(Duration.ofMinutes(1));
    janitor = new Janitor(jdbc, tx, gateways, payments, refunds, disputes, settings, clock);
    catchUp = new CatchUp(jdbc, tx, gateways, inbox, settings, clock);
  }

  static Payment.Order order(long cents) {
    return new Payment.Order(
        new PaymentId(UUID.randomUUID()),
        Tenant.HOUSE,
        new Holder("party:1"),
        "card",
        Amount.of(Asset.of("USD/2"), cents),
        URI.create("http://127.0.0.1/back"),
        "Top-up");
  }

  static Refund.Order refund(Payment.Order order, long cents) {
    var amount = Amount.of(order.amount().asset(), cents);
    return new Refund.Order(
        new Refund.Id(UUID.randomUUID()), order.tenant(), order.id(), amount, "unused");
  }

  Payment look(Payment.Order order) {
    return payments.look(order.tenant(), order.id()).orElseThrow();
  }

  Payment find(Payment.Order order) {
    return payments.find(order.tenant(), order.id()).orElseThrow();
  }

  List<String> codes() {
    return alarms.list(Tenant.HOUSE, true, 100).stream().map(kept -> kept.alarm().code()).toList();
  }

  /// How often listeners heard that the payment was captured.
  long captures() {
    return facts.stream()
        .filter(f -> f instanceof PaymentListener.Fact.PaymentMoved(Payment.Captured _))
        .count();
  }

  List<String> history(UUID subject) {
    return database
        .jdbc()
        .sql("select state from payment.event where subject = ? order by seq")
        .param(subject)
        .query(String.class)
        .list();
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  @Override
  public void close() {
    database.close();
  }
}
