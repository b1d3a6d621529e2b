package tally.network.internal;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.custody.Custody;
import tally.network.Chains;
import tally.network.Follower;
import tally.network.NetworkListener;
import tally.network.Ranges;
import tally.network.Transactions;

/// Wires the room `network`. Settings: `tally.network.look-back`, how many confirmed blocks before
/// the newest are told when a chain is first seen; `tally.network.gas-reserve`, what each sender
/// keeps for transactions that must not be late, in the network's smallest unit;
/// `tally.network.lease`, how long a node keeps others from a transaction that it works on.
@Configuration(proxyBeanMethods = false)
public class NetworkConfiguration {

  private static final Duration PAUSE = Duration.ofMillis(50);

  @Bean
  Transactions transactions(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Chains chains,
      Custody custody,
      InstantSource clock,
      ObjectProvider<NetworkListener> listeners,
      @Value("${tally.network.gas-reserve:0}") BigInteger gasReserve,
      @Value("${tally.network.lease:60s}") Duration lease) {
    var store = new JdbcTransactions(jdbc, new TransactionTemplate(transactions));
    return new Transactions(
        store,
        chains,
        custody,
        clock,
        listeners.orderedStream().toList(),
        Transactions.Pace.USUAL.with(gasReserve, lease));
  }

  @Bean
  Follower follower(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Chains chains,
      InstantSource clock,
      ObjectProvider<NetworkListener> listeners,
      @Value("${tally.network.look-back:10000}") long lookBack) {
    var store = new JdbcCursors(jdbc, new TransactionTemplate(transactions));
    return new Follower(store, chains, clock, listeners.orderedStream().toList(), lookBack);
  }

  @Bean
  Ranges ranges(JdbcClient jdbc) {
    return new JdbcRanges(jdbc);
  }

  @Bean
  Worker networkSender(Transactions transactions) {
    return Worker.of("network-sender", PAUSE, transactions::tick);
  }

  @Bean
  Worker networkFollower(Follower follower) {
    return Worker.of("network-follower", PAUSE, follower::tick);
  }

  /// A node that finds another chain than its book knows does not start.
  @Bean
  SmartInitializingSingleton networkChainCheck(Follower follower) {
    return follower::check;
  }
}
