package tally.flow.internal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
import tally.flow.Approvals;
import tally.flow.Chargebacks;
import tally.flow.Flows;
import tally.flow.Purchases;
import tally.flow.Refundings;
import tally.flow.Releasings;
import tally.flow.Selling;
import tally.flow.Statements;
import tally.flow.TopUps;
import tally.ledger.Book;
import tally.market.Offerings;
import tally.market.Peers;
import tally.money.Amount;
import tally.money.Asset;
import tally.network.Transactions;
import tally.party.Allowances;
import tally.payment.Disputes;
import tally.payment.Payments;
import tally.payment.Refunds;
import tally.treasury.Grants;
import tally.treasury.Quotes;
import tally.treasury.Receivers;
import tally.treasury.Releases;
import tally.treasury.Vaults;

/// Wiring of the stories.
@Configuration(proxyBeanMethods = false)
class FlowConfiguration {

  /// How soon it is found what another node wrote, whose bell does not reach here.
  private static final Duration PAUSE = Duration.ofMillis(50);

  /// At two hundred signals a second each round finds two or three; a flow that waits for its own
  /// posting waits this much longer.
  private static final Duration APART = Duration.ofMillis(8);

  @Bean
  JdbcFlows jdbcFlows(JdbcClient jdbc, PlatformTransactionManager transactions) {
    return new JdbcFlows(jdbc, new TransactionTemplate(transactions));
  }

  @Bean
  Flows flows(JdbcFlows store) {
    return new Flows(store);
  }

  @Bean
  Statements statements(Flows flows, Book book) {
    return new Statements(flows, book);
  }

  @Bean
  FlowFacts flowFacts(
      JdbcFlows flows,
      ObjectProvider<Payments> payments,
      ObjectProvider<Transactions> transactions,
      @Value("${tally.network:fake}") String network) {
    return new FlowFacts(flows, payments::getObject, transactions::getObject, network);
  }

  @Bean
  Carrier carrier(
      Book book,
      Payments payments,
      Refunds refunds,
      Grants grants,
      Releases releases,
      Channels channels,
      Deliveries deliveries,
      Peers peers,
      Transactions transactions,
      JdbcFlows flows,
      @Value("${tally.flow.patience:10m}") Duration patience) {
    return new Carrier(
        book,
        payments,
        refunds,
        grants,
        releases,
        channels,
        deliveries,
        peers,
        transactions,
        flows,
        patience);
  }

  @Bean
  Runner runner(
      JdbcFlows flows, Carrier carrier, @Value("${tally.flow.lease:30s}") Duration lease) {
    return new Runner(flows, carrier, Runner.Settings.USUAL.leased(lease), Runner.Fate.KIND);
  }

  /// One, so that what comes while it stores a round steps together in the next. It waits for the
  /// book: whoever holds a tenant's lanes holds up, for the book's patience, this node's flows.
  @Bean
  Worker stepping(Runner runner, JdbcFlows flows) {
    return Worker.gathering("flows", PAUSE, flows.bell.signals, APART, runner::step);
  }

  @Bean
  Worker carrying(Runner runner, JdbcFlows flows) {
    return Worker.abreast("commands", PAUSE, flows.bell.commands, FlowBell.CARRIERS, runner::carry);
  }

  @Bean
  Worker payer(
      Flows flows,
      Deliveries deliveries,
      Channels channels,
      Peers peers,
      InstantSource clock,
      @Value("${tally.flow.slice-margin:50}") int sliceMargin) {
    return new Payer(flows, deliveries, channels, peers, clock, sliceMargin);
  }

  @Bean
  Worker accessRenewal(
      Flows flows,
      Deliveries deliveries,
      Channels channels,
      Peers peers,
      InstantSource clock,
      @Value("${tally.flow.patience:10m}") Duration patience) {
    var sellers = new Sellers(channels, deliveries, peers, patience);
    return new AccessRenewal(flows, deliveries, sellers::askAgain, clock);
  }

  @Bean
  TopUps topUps(Flows flows, Payments payments, Allowances allowances) {
    return new TopUps(flows, payments, allowances);
  }

  @Bean
  Purchases.Places places(
      Vaults vaults, Settlements settlements, Custody custody, Disputes disputes, JdbcFlows store) {
    return new NodePlaces(vaults, settlements, custody, disputes, store);
  }

  @Bean
  Releasings releasings(
      Flows flows,
      Book book,
      Releases releases,
      Purchases.Places places,
      InstantSource clock,
      @Value("${tally.treasury.release:false}") boolean on) {
    return new Releasings(flows, book, releases, places, clock, on);
  }

  @Bean
  Purchases purchases(
      Flows flows,
      Book book,
      Quotes quotes,
      Offerings offerings,
      Purchases.Places places,
      Receivers receivers,
      InstantSource clock,
      @Value("${tally.flow.slice:}") String slice,
      @Value("${tally.treasury.token:TUSD/6}") String token) {
    return new Purchases(
        flows,
        book,
        quotes,
        offerings,
        places,
        receivers,
        clock,
        slice.isBlank() ? Optional.empty() : Optional.of(amount(Asset.of(token), slice.strip())));
  }

  /// @param written as in `2.00 TUSD`
  private static Amount amount(Asset asset, String written) {
    var end = " " + asset.code();
    var decimal =
        written.endsWith(end) ? written.substring(0, written.length() - end.length()) : written;
    return switch (Amount.parse(asset, decimal)) {
      case Amount.Parsed.Good(var amount) -> amount;
      case Amount.Parsed.Bad(var code, var text) ->
          throw new IllegalArgumentException(
              "tally.flow.slice is " + written + ": " + code + " " + text);
    };
  }

  @Bean
  Chargebacks chargebacks(Flows flows, Grants grants) {
    return new Chargebacks(flows, grants);
  }

  /// @param limits as in `250.00 USD, 200.00 EUR`; empty where no refund needs approval
  @Bean
  Refundings refundings(
      Flows flows,
      Book book,
      Allowances allowances,
      InstantSource clock,
      @Value("${tally.refund.approve-above:}") String[] limits,
      @Value("${tally.treasury.fiat:USD/2}") String fiat,
      @Value("${tally.assets:}") String[] assets) {
    return new Refundings(
        flows, book, allowances, RefundLimits.of(List.of(limits), fiat, List.of(assets)), clock);
  }

  @Bean
  Approvals approvals(Flows flows, JdbcClient jdbc, JdbcFlows store, InstantSource clock) {
    return new Approvals(flows, new JdbcApprovals(jdbc, store), clock);
  }

  @Bean
  Selling selling(Offerings offerings, Channels channels, Deliveries deliveries, Flows flows) {
    return new Selling(offerings, channels, deliveries, flows);
  }
}
