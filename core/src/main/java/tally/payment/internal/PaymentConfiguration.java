package tally.payment.internal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.payment.Alarms;
import tally.payment.Disputes;
import tally.payment.Gateways;
import tally.payment.Inbox;
import tally.payment.PaymentListener;
import tally.payment.PaymentSettings;
import tally.payment.Payments;
import tally.payment.Refunds;

/// The beans of this room. The server hands in `Gateways` and, if it wants other bounds,
/// `PaymentSettings`.
@Configuration(proxyBeanMethods = false)
public class PaymentConfiguration {

  /// At two hundred deliveries a second, one or two share a round.
  private static final Duration APART = Duration.ofMillis(8);

  @Bean
  JdbcPayments paymentStore(JdbcClient jdbc, TransactionTemplate transactions) {
    return new JdbcPayments(jdbc, transactions);
  }

  @Bean
  JdbcRefunds refundStore(JdbcClient jdbc, TransactionTemplate transactions) {
    return new JdbcRefunds(jdbc, transactions);
  }

  @Bean
  JdbcDisputes disputeStore(JdbcClient jdbc, TransactionTemplate transactions) {
    return new JdbcDisputes(jdbc, transactions);
  }

  @Bean
  Alarms paymentAlarms(JdbcClient jdbc, InstantSource clock) {
    return new Alarms(new JdbcAlarms(jdbc), clock);
  }

  @Bean
  Payments payments(
      JdbcPayments store,
      Gateways gateways,
      Alarms alarms,
      ObjectProvider<PaymentSettings> settings,
      InstantSource clock,
      ObjectProvider<PaymentListener> listeners) {
    return new Payments(store, gateways, alarms, settings(settings), clock, late(listeners));
  }

  @Bean
  Refunds refunds(
      JdbcRefunds store,
      JdbcPayments payments,
      JdbcDisputes disputes,
      Gateways gateways,
      Alarms alarms,
      ObjectProvider<PaymentSettings> settings,
      InstantSource clock,
      ObjectProvider<PaymentListener> listeners) {
    return new Refunds(
        store, payments, disputes, gateways, alarms, settings(settings), clock, late(listeners));
  }

  @Bean
  Disputes disputes(
      JdbcDisputes store,
      Payments payments,
      JdbcPayments rows,
      Gateways gateways,
      Alarms alarms,
      ObjectProvider<PaymentSettings> settings,
      InstantSource clock,
      ObjectProvider<PaymentListener> listeners) {
    return new Disputes(
        store, payments, rows, gateways, alarms, settings(settings), clock, late(listeners));
  }

  @Bean
  Inbox inbox(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      Gateways gateways,
      Payments payments,
      Refunds refunds,
      Disputes disputes,
      Alarms alarms,
      ObjectProvider<PaymentSettings> settings,
      InstantSource clock) {
    return new Inbox(
        new JdbcInbox(jdbc, transactions),
        gateways,
        payments,
        refunds,
        disputes,
        alarms,
        settings(settings),
        clock);
  }

  /// Follows what the inbox holds: one, which looks at several at the same time.
  @Bean
  Worker paymentInboxWorker(Inbox inbox, ObjectProvider<PaymentSettings> settings) {
    return Worker.gathering(
        "payment-inbox", settings(settings).pause(), inbox.bell(), APART, inbox::tick);
  }

  @Bean
  Janitor paymentJanitor(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      Gateways gateways,
      Payments payments,
      Refunds refunds,
      Disputes disputes,
      ObjectProvider<PaymentSettings> settings,
      InstantSource clock) {
    return new Janitor(
        jdbc, transactions, gateways, payments, refunds, disputes, settings(settings), clock);
  }

  @Bean
  CatchUp paymentCatchUp(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      Gateways gateways,
      Inbox inbox,
      ObjectProvider<PaymentSettings> settings,
      InstantSource clock) {
    return new CatchUp(jdbc, transactions, gateways, inbox, settings(settings), clock);
  }

  private static PaymentSettings settings(ObjectProvider<PaymentSettings> given) {
    return given.getIfAvailable(PaymentSettings::normal);
  }

  /// Listeners are asked for when the first fact climbs: they may themselves talk to these keepers.
  private static List<PaymentListener> late(ObjectProvider<PaymentListener> listeners) {
    return List.of(fact -> listeners.orderedStream().forEach(listener -> listener.on(fact)));
  }
}
