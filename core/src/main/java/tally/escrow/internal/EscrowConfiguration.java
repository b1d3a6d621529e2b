package tally.escrow.internal;

import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.custody.Approval;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.escrow.ChannelListener;
import tally.escrow.Channels;
import tally.escrow.Settlements;
import tally.network.NetworkListener;
import tally.network.Transactions;
import tally.x402.Address;
import tally.x402.Curve;

/// Wires the room. Without a `Settlements` bean the node keeps no channels; without a `Curve` the
/// fastest is taken.
@Configuration(proxyBeanMethods = false)
class EscrowConfiguration {

  @Bean
  JdbcChannels channelStore(JdbcClient jdbc, TransactionTemplate transactions) {
    return new JdbcChannels(jdbc, transactions);
  }

  @Bean
  Channels channels(
      JdbcChannels store,
      Custody custody,
      Transactions transactions,
      ObjectProvider<Settlements> settlements,
      ObjectProvider<Curve> curve,
      InstantSource clock) {
    return new Channels(
        store,
        new Channels.Signer() {
          @Override
          public Address address(KeyRef key) {
            return custody.address(key);
          }

          @Override
          public Signing sign(KeyRef key, Intent.Statement statement, Approval approval) {
            return custody.sign(key, statement, approval);
          }
        },
        transactions::submit,
        settlements.getIfAvailable(() -> Settlements.NONE),
        curve.getIfAvailable(Curve::fastest),
        clock);
  }

  @Bean
  NetworkListener channelWatch(
      JdbcChannels store, JdbcClient jdbc, ObjectProvider<Settlements> settlements) {
    return new ChannelWatch(
        store, new JdbcRanges(jdbc), settlements.getIfAvailable(() -> Settlements.NONE));
  }

  @Bean
  Worker channelFollower(
      JdbcChannels store,
      JdbcClient jdbc,
      ObjectProvider<Settlements> settlements,
      ObjectProvider<ChannelListener> listeners,
      InstantSource clock) {
    return new ChannelFollower(
        store,
        new JdbcRanges(jdbc),
        settlements.getIfAvailable(() -> Settlements.NONE),
        listeners.orderedStream().toList(),
        clock);
  }
}
