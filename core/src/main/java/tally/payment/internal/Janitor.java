package tally.payment.internal;

import static tally.payment.internal.Columns.at;
import static tally.payment.internal.Columns.instant;
import static tally.payment.internal.Columns.nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.money.Tenant;
import tally.payment.Alarm;
import tally.payment.Dispute;
import tally.payment.Disputes;
import tally.payment.Gateways;
import tally.payment.PaymentId;
import tally.payment.PaymentSettings;
import tally.payment.Payments;
import tally.payment.Refund;
import tally.payment.Refunds;
import tally.payment.port.Gateway;

/// Looks again at what is open too long, by schedule, until the gateway's horizon; then a human
/// looks. What is not known is looked at daily after it too. Age alone ends nothing.
public final class Janitor implements Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);

  private enum Matter {
    PAYMENT("payment"),
    REFUND("refund"),
    DISPUTE("dispute");

    private final String table;

    Matter(String table) {
      this.table = table;
    }
  }

  /// After so long an outcome that is not known is a human's matter too; the looks go on.
  private static final Duration UNKNOWN_MAX = Duration.ofHours(1);

  /// Between two looks at what is not known after the horizon.
  private static final Duration LATE = Duration.ofDays(1);

  private record Due(
      Matter matter,
      Tenant tenant,
      UUID id,
      String gateway,
      String state,
      Instant moved,
      int tries) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final Gateways gateways;
  private final Payments payments;
  private final Refunds refunds;
  private final Disputes disputes;
  private final PaymentSettings settings;
  private final InstantSource clock;

  public Janitor(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      Gateways gateways,
      Payments payments,
      Refunds refunds,
      Disputes disputes,
      PaymentSettings settings,
      InstantSource clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.gateways = gateways;
    this.payments = payments;
    this.refunds = refunds;
    this.disputes = disputes;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "payment-janitor";
  }

  @Override
  public Duration pause() {
    return settings.pause();
  }

  @Override
  public int tick() {
    int looked = 0;
    for (var matter : Matter.values()) {
      for (var due : claim(matter)) {
        look(due);
        looked++;
      }
    }
    return looked;
  }

  private void look(Due due) {
    try {
      switch (due.matter()) {
        case PAYMENT -> payments.look(due.tenant(), new PaymentId(due.id()));
        case REFUND -> refunds.look(due.tenant(), new Refund.Id(due.id()));
        case DISPUTE -> disputes.look(due.tenant(), new Dispute.Id(due.id()));
      }
    } catch (RuntimeException e) {
      LOG.warn("looking at {} {} failed; again by schedule", due.matter().table, due.id(), e);
    }
  }

  /// Takes what is due and writes down when it is due next, before anything is asked: a taker that
  /// dies costs one pause.
  private List<Due> claim(Matter matter) {
    return Objects.requireNonNull(
        transactions.execute(status -> {
          var now = clock.instant();
          var taken =
              jdbc.sql(
                      """
                      select tenant, id, gateway, state, moved_at, tries from payment.%s where due_at <= ?
                      order by due_at limit ? for update skip locked
                      """
                          .formatted(matter.table))
                  .params(at(now), settings.batch())
                  .query((row, number) ->
                      new Due(
                          matter,
                          new Tenant(row.getString("tenant")),
                          row.getObject("id", UUID.class),
                          row.getString("gateway"),
                          row.getString("state"),
                          instant(row, "moved_at"),
                          row.getInt("tries") + 1))
                  .list();
          taken.forEach(due -> again(due, now));
          return taken;
        }));
  }

  private void again(Due due, Instant now) {
    var horizon = gateways.facts(due.gateway()).map(Gateway.Facts::horizon).orElse(Duration.ZERO);
    // A dispute takes the banks months and has its own end; it is looked at daily for as long as it
    // is open.
    boolean over = due.matter() != Matter.DISPUTE && now.isAfter(due.moved().plus(horizon));
    boolean unknown = due.state().equals("Unknown");
    var pause = over ? LATE : settings.look(due.tries());
    var next = over && !unknown ? null : at(now.plus(pause));
    jdbc.sql(
            "update payment.%s set tries = ?, due_at = ? where tenant = ? and id = ?"
                .formatted(due.matter().table))
        .params(nullable(due.tries(), next, due.tenant().name(), due.id()))
        .update();
    if (unknown && now.isAfter(due.moved().plus(UNKNOWN_MAX))) {
      raise(due, Alarm.UNKNOWN, "not known since " + due.moved() + "; it is asked again", now);
    }
    if (over) {
      var text = "open since " + due.moved() + ", longer than " + due.gateway() + " takes";
      raise(due, Alarm.HORIZON, text, now);
    }
  }

  private void raise(Due due, String code, String text, Instant now) {
    var subject = due.matter().table + "/" + due.id();
    new JdbcAlarms(jdbc).raise(new Alarm(due.tenant(), subject, code, text, now));
  }
}
