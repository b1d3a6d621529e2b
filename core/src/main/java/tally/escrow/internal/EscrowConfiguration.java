package tally.escrow.internal;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
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
import tally.escrow.Alarms;
import tally.escrow.ChannelListener;
import tally.escrow.Channels;
import tally.escrow.ClaimCost;
import tally.escrow.ClaimPolicy;
import tally.escrow.Claiming;
import tally.escrow.Claims;
import tally.escrow.Payouts;
import tally.escrow.Settlements;
import tally.escrow.Wishes;
import tally.network.Chains;
import tally.network.NetworkListener;
import tally.network.Ranges;
import tally.network.Transactions;
import tally.x402.Address;
import tally.x402.Curve;

/// Wires the room. Without a `Settlements` bean the node keeps no channels; without a `Curve` the
/// fastest is taken. Settings, all of `tally.escrow`:
///
/// - `claim-rows`: channels that one transaction claims of at most
/// - `claim-units`, `claim-cost-times`, `claim-age`, `claim-used-percent`: see
///   `ClaimPolicy.Settings`
/// - `coin-units`: see `ClaimCost`
/// - `withdrawal-margin`: how long before a payer can finish a withdrawal a claim becomes urgent
/// - `claim-look`: the rest between two passes over what is not claimed
/// - `payout-after`: how long claims of an open channel wait to be paid out together
@Configuration(proxyBeanMethods = false)
class EscrowConfiguration {

  private static final Duration PAUSE = Duration.ofMillis(100);

  @Bean
  JdbcChannels channelStore(JdbcClient jdbc, TransactionTemplate transactions) {
    return new JdbcChannels(jdbc, transactions);
  }

  @Bean
  JdbcClaims claimStore(JdbcClient jdbc, TransactionTemplate transactions) {
    return new JdbcClaims(jdbc, transactions);
  }

  @Bean
  JdbcPayouts payoutStore(JdbcClient jdbc, TransactionTemplate transactions) {
    return new JdbcPayouts(jdbc, transactions);
  }

  @Bean
  Channels.Signer channelSigner(Custody custody) {
    return new Channels.Signer() {
      @Override
      public Address address(KeyRef key) {
        return custody.address(key);
      }

      @Override
      public Signing sign(KeyRef key, Intent.Statement statement, Approval approval) {
        return custody.sign(key, statement, approval);
      }
    };
  }

  @Bean
  Alarms escrowAlarms(JdbcClaims store, InstantSource clock) {
    return new Alarms(store.alarms(), clock);
  }

  @Bean
  Wishes wishes(JdbcClaims store, InstantSource clock) {
    return new Wishes(store, clock);
  }

  @Bean
  Claims claims(
      JdbcClaims store,
      Wishes wishes,
      Chains chains,
      Channels.Signer signer,
      Transactions transactions,
      InstantSource clock,
      @Value("${tally.escrow.claim-rows:25}") int rows,
      @Value("${tally.escrow.withdrawal-margin:30m}") Duration margin) {
    return new Claims(
        store, wishes, chains, signer, transactions::submit, UUID::randomUUID, clock, rows, margin);
  }

  @Bean
  Payouts payouts(JdbcPayouts store, Transactions transactions, InstantSource clock) {
    return new Payouts(store, transactions::submit, UUID::randomUUID, clock);
  }

  @Bean
  Channels channels(
      JdbcChannels store,
      Channels.Signer signer,
      Transactions transactions,
      ObjectProvider<Settlements> settlements,
      Wishes wishes,
      Claims claims,
      Payouts payouts,
      ObjectProvider<Curve> curve,
      InstantSource clock) {
    return new Channels(
        store,
        signer,
        transactions::submit,
        settlements.getIfAvailable(() -> Settlements.NONE),
        new Claiming(wishes, claims, payouts),
        curve.getIfAvailable(Curve::fastest),
        clock);
  }

  @Bean
  NetworkListener channelWatch(
      JdbcChannels store,
      Ranges ranges,
      ObjectProvider<Settlements> settlements,
      Wishes wishes,
      JdbcPayouts payouts,
      InstantSource clock) {
    return new ChannelWatch(
        store, ranges, settlements.getIfAvailable(() -> Settlements.NONE), wishes, payouts, clock);
  }

  @Bean
  Worker channelFollower(
      JdbcChannels store,
      Ranges ranges,
      JdbcClient jdbc,
      JdbcPayouts payouts,
      JdbcClaims claims,
      ObjectProvider<Settlements> settlements,
      ObjectProvider<ChannelListener> listeners,
      InstantSource clock,
      @Value("${tally.escrow.payout-after:1h}") Duration payoutAfter) {
    return new ChannelFollower(
        store,
        ranges,
        new JdbcEvents(jdbc),
        payouts,
        new JdbcWithdrawals(jdbc, claims),
        settlements.getIfAvailable(() -> Settlements.NONE),
        listeners.orderedStream().toList(),
        clock,
        payoutAfter);
  }

  @Bean
  ClaimPolicy claimPolicy(
      @Value("${tally.escrow.claim-units:5000000}") BigInteger units,
      @Value("${tally.escrow.claim-cost-times:50}") int costTimes,
      @Value("${tally.escrow.claim-age:1h}") Duration age,
      @Value("${tally.escrow.claim-used-percent:90}") int usedPercent) {
    return new ClaimPolicy(new ClaimPolicy.Settings(units, costTimes, age, usedPercent));
  }

  @Bean
  Worker claimLook(
      JdbcClient jdbc,
      JdbcClaims wishes,
      ClaimPolicy policy,
      Chains chains,
      InstantSource clock,
      @Value("${tally.escrow.coin-units:0}") BigInteger coinUnits,
      @Value("${tally.escrow.claim-look:5s}") Duration pause) {
    return new ClaimLook(jdbc, wishes, policy, new ClaimCost(coinUnits), chains, clock, pause);
  }

  @Bean
  Worker claimSender(Claims claims) {
    return Worker.of("claims", PAUSE, claims::tick);
  }

  @Bean
  Worker payoutSender(Payouts payouts) {
    return Worker.of("payouts", PAUSE, payouts::tick);
  }
}
