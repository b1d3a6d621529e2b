package tally.flow.internal;

import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.custody.Custody;
import tally.delivery.Deliveries;
import tally.escrow.Channels;
import tally.escrow.Settlements;
import tally.flow.Chargebacks;
import tally.flow.Flows;
import tally.flow.Purchases;
import tally.flow.Refundings;
import tally.flow.Selling;
import tally.flow.TopUps;
import tally.ledger.Book;
import tally.market.Offerings;
import tally.market.Peers;
import tally.party.Allowances;
import tally.payment.Disputes;
import tally.payment.Payments;
import tally.payment.Refunds;
import tally.treasury.Grants;
import tally.treasury.Quotes;
import tally.treasury.Receivers;
import tally.treasury.Vaults;

/// Wiring of the stories.
@Configuration(proxyBeanMethods = false)
class FlowConfiguration {

  @Bean
  JdbcFlows jdbcFlows(JdbcClient jdbc, PlatformTransactionManager transactions) {
    return new JdbcFlows(jdbc, new TransactionTemplate(transactions));
  }

  @Bean
  Flows flows(JdbcFlows store) {
    return new Flows(store);
  }

  @Bean
  FlowFacts flowFacts(
      JdbcFlows flows,
      ObjectProvider<Payments> payments,
      @Value("${tally.network:fake}") String network) {
    return new FlowFacts(flows, payments::getObject, network);
  }

  @Bean
  Carrier carrier(
      Book book,
      Payments payments,
      Refunds refunds,
      Grants grants,
      Channels channels,
      Deliveries deliveries,
      Peers peers,
      JdbcFlows flows,
      @Value("${tally.flow.patience:10m}") Duration patience) {
    return new Carrier(
        book, payments, refunds, grants, channels, deliveries, peers, flows, patience);
  }

  /// Three, since a command may wait for the outside and must not hold up every other flow.
  @Bean
  Worker runner(
      JdbcFlows flows, Carrier carrier, @Value("${tally.flow.lease:30s}") Duration lease) {
    return run(flows, carrier, lease);
  }

  @Bean
  Worker secondRunner(
      JdbcFlows flows, Carrier carrier, @Value("${tally.flow.lease:30s}") Duration lease) {
    return run(flows, carrier, lease);
  }

  @Bean
  Worker thirdRunner(
      JdbcFlows flows, Carrier carrier, @Value("${tally.flow.lease:30s}") Duration lease) {
    return run(flows, carrier, lease);
  }

  private static Worker run(JdbcFlows flows, Carrier carrier, Duration lease) {
    var usual = Runner.Settings.USUAL;
    return new Runner(
        flows,
        carrier,
        new Runner.Settings(usual.attemptsMax(), lease, usual.pauseMax(), usual.signalsMax()),
        Runner.Fate.KIND);
  }

  @Bean
  Worker payer(
      Flows flows, Deliveries deliveries, Channels channels, Peers peers, InstantSource clock) {
    return new Payer(flows, deliveries, channels, peers, clock);
  }

  @Bean
  TopUps topUps(Flows flows, Payments payments, Allowances allowances) {
    return new TopUps(flows, payments, allowances);
  }

  @Bean
  Purchases purchases(
      Flows flows,
      Book book,
      Quotes quotes,
      Offerings offerings,
      Vaults vaults,
      Settlements settlements,
      Custody custody,
      Disputes disputes,
      Receivers receivers,
      JdbcFlows store,
      InstantSource clock) {
    return new Purchases(
        flows,
        book,
        quotes,
        offerings,
        new NodePlaces(vaults, settlements, custody, disputes, store),
        receivers,
        clock);
  }

  @Bean
  Chargebacks chargebacks(Flows flows) {
    return new Chargebacks(flows);
  }

  @Bean
  Refundings refundings(Flows flows, Book book) {
    return new Refundings(flows, book);
  }

  @Bean
  Selling selling(Offerings offerings, Channels channels, Deliveries deliveries, Flows flows) {
    return new Selling(offerings, channels, deliveries, flows);
  }
}
