package tally.treasury.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.OtherSecret;
import tally.Worker;
import tally.custody.Custody;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.network.Chains;
import tally.network.Follower;
import tally.network.NetworkListener;
import tally.network.Ranges;
import tally.network.Transactions;
import tally.network.port.Chain.Block;
import tally.treasury.GrantListener;
import tally.treasury.Grants;
import tally.treasury.Outcomes;
import tally.treasury.Pricing;
import tally.treasury.Quotes;
import tally.treasury.Receivers;
import tally.treasury.References;
import tally.treasury.Releases;
import tally.treasury.Vaults;

/// Settings under `tally.treasury`: `secret-file` (by default in the data folder `tally.data`;
/// nodes that share a database share it), `fiat`, `token`, `spread`, `quote-life`, `maturity`,
/// `look`, `mature-batch`, and for young money `listed`, `unlisted-daily`, `first-day-share`,
/// `slice-percent`.
///
/// Custody, journal and listeners are asked for when first used, since the journal's listeners are
/// made of this room.
@Configuration(proxyBeanMethods = false)
public class TreasuryConfiguration {

  @Bean
  Quotes quotes(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Environment environment,
      InstantSource clock) {
    var pricing =
        new Pricing(
            Asset.of(environment.getProperty("tally.treasury.fiat", "USD/2")),
            Asset.of(environment.getProperty("tally.treasury.token", "TUSD/6")),
            environment.getProperty("tally.treasury.spread", Integer.class, 0));
    return new Quotes(
        new JdbcQuotes(jdbc, new TransactionTemplate(transactions)),
        pricing,
        duration(environment, "tally.treasury.quote-life", "60s"),
        clock);
  }

  /// Young money is spent at providers of the own tenant, as long as nobody lists others.
  @Bean
  Receivers receivers(Environment environment) {
    var fiat = Asset.of(environment.getProperty("tally.treasury.fiat", "USD/2"));
    var unlistedDaily = amount(fiat, environment.getProperty("tally.treasury.unlisted-daily", "0"));
    var listed =
        Arrays.stream(environment.getProperty("tally.treasury.listed", "").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .map(Holder::new)
            .collect(Collectors.toSet());
    return new Receivers(
        new Receivers.Settings(
            listed,
            unlistedDaily,
            environment.getProperty("tally.treasury.first-day-share", Integer.class, 100),
            environment.getProperty("tally.treasury.slice-percent", Integer.class, 100),
            duration(environment, "tally.treasury.maturity", "4319h")));
  }

  @Bean
  Grants.Store grantStore(JdbcClient jdbc, PlatformTransactionManager transactions) {
    return new JdbcGrants(jdbc, new TransactionTemplate(transactions));
  }

  /// Throws `OtherSecret` where the database was begun with another one.
  @Bean
  References references(JdbcClient jdbc, Environment environment) {
    var references =
        new References(new SecretFile(secretFile(environment)).read(new SecureRandom()));
    jdbc.sql("insert into treasury.secret (mark) values (:mark) on conflict do nothing")
        .param("mark", references.mark().hex())
        .update();
    var first = jdbc.sql("select mark from treasury.secret").query(String.class).single();
    if (!first.equals(references.mark().hex())) {
      throw new OtherSecret("The treasury's secret", "tally.treasury.secret-file");
    }
    return references;
  }

  private static Path secretFile(Environment environment) {
    var written = environment.getProperty("tally.treasury.secret-file", "");
    return written.isBlank()
        ? Path.of(environment.getProperty("tally.data", "data")).resolve("treasury.secret")
        : Path.of(written);
  }

  /// An hour below the vault's bound of 180 days, for a clock that goes before the chain's.
  @Bean
  Grants grants(
      Grants.Store store,
      Vaults vaults,
      ObjectProvider<Custody> custody,
      ObjectProvider<Transactions> journal,
      References references,
      Environment environment,
      InstantSource clock) {
    return new Grants(
        store,
        vaults,
        key -> custody.getObject().address(key),
        (key, statement, approval) -> custody.getObject().sign(key, statement, approval),
        order -> journal.getObject().submit(order),
        references,
        duration(environment, "tally.treasury.maturity", "4319h"),
        clock);
  }

  @Bean
  Releases releases(
      Grants.Store store,
      Vaults vaults,
      ObjectProvider<Custody> custody,
      ObjectProvider<Transactions> journal,
      InstantSource clock) {
    return new Releases(
        store,
        vaults,
        key -> custody.getObject().address(key),
        (key, statement, approval) -> custody.getObject().sign(key, statement, approval),
        order -> journal.getObject().submit(order),
        clock);
  }

  @Bean
  Outcomes outcomes(
      Grants.Store store,
      Vaults vaults,
      Chains chains,
      ObjectProvider<Transactions> journal,
      ObjectProvider<GrantListener> listeners,
      Environment environment,
      InstantSource clock) {
    var standard = Outcomes.Settings.DEFAULT;
    return new Outcomes(
        store,
        vaults,
        network -> time(chains, network),
        order -> journal.getObject().submit(order),
        List.of(fact -> listeners.orderedStream().forEach(listener -> listener.on(fact))),
        new Outcomes.Settings(
            standard.lease(), duration(environment, "tally.treasury.look", "5s"), standard.batch()),
        clock);
  }

  @Bean
  NetworkListener treasuryNetworkListener(Outcomes outcomes, Ranges ranges, Vaults vaults) {
    return new OutcomesListener(outcomes, ranges, vaults);
  }

  @Bean
  Worker vaultFollower(
      Grants.Store store,
      Ranges ranges,
      Vaults vaults,
      ObjectProvider<GrantListener> listeners,
      InstantSource clock) {
    return new VaultFollower(
        store,
        ranges,
        vaults,
        List.of(fact -> listeners.orderedStream().forEach(listener -> listener.on(fact))),
        clock);
  }

  /// Reads what final transactions did to the vaults, and sends reclaims whose time has come.
  @Bean
  Worker treasuryOutcomesWorker(Outcomes outcomes) {
    return Worker.of("treasury-outcomes", Duration.ofMillis(500), outcomes::tick);
  }

  @Bean
  Worker treasuryMaturingWorker(
      Grants grants, Vaults vaults, Chains chains, Environment environment) {
    return new MaturingWorker(
        grants,
        vaults.networks().keySet().stream()
            .filter(network -> chains.find(network).isPresent())
            .collect(Collectors.toSet()),
        network -> time(chains, network),
        environment.getProperty("tally.treasury.mature-batch", Integer.class, 50));
  }

  @Bean
  Worker treasuryLimitWatch(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Vaults vaults,
      Chains chains,
      ObjectProvider<Follower> follower) {
    return new LimitWatch(
        jdbc,
        new TransactionTemplate(transactions),
        vaults,
        network -> head(chains, network),
        alarm -> follower.getObject().raise(alarm),
        network -> follower.ifAvailable(it -> it.clear(network, LimitWatch.DAILY_LIMIT_NEAR)));
  }

  /// `0`, or an amount as people write it.
  private static Amount amount(Asset asset, String text) {
    if (text.equals("0")) {
      return Amount.zero(asset);
    }
    return switch (Amount.parse(asset, text)) {
      case Amount.Parsed.Good(var amount) -> amount;
      case Amount.Parsed.Bad _ -> throw new IllegalArgumentException("not an amount: " + text);
    };
  }

  private static Instant time(Chains chains, String network) {
    return head(chains, network).time();
  }

  private static Block head(Chains chains, String network) {
    return chains
        .find(network)
        .orElseThrow(() -> new IllegalArgumentException("no such network: " + network))
        .head();
  }

  private static Duration duration(Environment environment, String name, String otherwise) {
    return DurationStyle.detectAndParse(environment.getProperty(name, otherwise));
  }
}
