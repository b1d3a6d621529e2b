package tally.payment.internal;

import static tally.payment.internal.Columns.at;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.money.Tenant;
import tally.payment.Gateways;
import tally.payment.Inbox;
import tally.payment.PaymentSettings;
import tally.payment.port.Gateway;

/// Reads each gateway's own list of events, so that a webhook which never came is missed by nobody.
public final class CatchUp implements Worker {

  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final int PAGES_MAX = 10;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final Gateways gateways;
  private final Inbox inbox;
  private final PaymentSettings settings;
  private final InstantSource clock;

  public CatchUp(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      Gateways gateways,
      Inbox inbox,
      PaymentSettings settings,
      InstantSource clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.gateways = gateways;
    this.inbox = inbox;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "payment-catch-up";
  }

  @Override
  public Duration pause() {
    return settings.catchUp();
  }

  /// Answers how many events the inbox did not know.
  @Override
  public int tick() {
    int missed = 0;
    for (var name : gateways.names()) {
      var gateway = gateways.need(name);
      if (!gateway.facts().features().contains(Gateway.Feature.EVENT_LIST) || !claim(name)) {
        continue;
      }
      try {
        missed += read(name, gateway);
      } catch (RuntimeException e) {
        LOG.warn("reading the events of {} failed; again after the pause", name, e);
      }
    }
    return missed;
  }

  private int read(String name, Gateway gateway) {
    int missed = 0;
    var cursor = cursor(name);
    for (int page = 0; page < PAGES_MAX; page++) {
      var events = gateway.events(cursor);
      if (events.items().isEmpty()) {
        return missed;
      }
      missed += inbox.list(name, events.items());
      if (events.next().isEmpty() || events.next().equals(cursor)) {
        return missed;
      }
      cursor = events.next();
      // The events are stored before the cursor; a crash in between reads them twice, which the
      // inbox tells apart.
      jdbc.sql("update payment.cursor set cursor = ? where gateway = ?")
          .params(cursor.get(), name)
          .update();
    }
    return missed;
  }

  private Optional<String> cursor(String name) {
    return jdbc.sql("select cursor from payment.cursor where gateway = ? and cursor is not null")
        .param(name)
        .query(String.class)
        .optional();
  }

  /// One node at a time reads one gateway's list, once a pause.
  private boolean claim(String name) {
    return Boolean.TRUE.equals(
        transactions.execute(status -> {
          var now = clock.instant();
          int fresh =
              jdbc.sql(
                      """
                      insert into payment.cursor (gateway, tenant, due_at) values (?, ?, ?) on conflict do nothing
                      """)
                  .params(name, Tenant.HOUSE.name(), at(now.plus(settings.catchUp())))
                  .update();
          int due =
              jdbc.sql("update payment.cursor set due_at = ? where gateway = ? and due_at <= ?")
                  .params(at(now.plus(settings.catchUp())), name, at(now))
                  .update();
          return fresh + due > 0;
        }));
  }
}
