package tally.party.internal;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.money.Amount;
import tally.money.Asset;
import tally.party.Allowances;
import tally.party.Lockout;
import tally.party.Looks;
import tally.party.Parties;
import tally.party.Passwords;
import tally.party.Velocity;

/// Settings, all under `tally.party`: `session-idle`, `session-absolute`, `link-life`,
/// `topups-a-day`, `topup-sums-a-day` (`1000.00 USD/2, …`).
@Configuration(proxyBeanMethods = false)
public class PartyConfiguration {

  @Bean
  Passwords passwords() {
    return new Pbkdf2Passwords(Pbkdf2Passwords.ITERATIONS);
  }

  @Bean
  Parties parties(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Passwords passwords,
      Environment environment,
      InstantSource clock) {
    var settings =
        new Parties.Settings(
            duration(environment, "tally.party.session-idle", "30m"),
            duration(environment, "tally.party.session-absolute", "12h"),
            duration(environment, "tally.party.link-life", "10m"),
            Lockout.DEFAULT);
    return new Parties(
        new JdbcParties(jdbc, new TransactionTemplate(transactions)),
        passwords,
        settings,
        new SecureRandom(),
        clock);
  }

  @Bean
  Looks looks(JdbcClient jdbc) {
    return new Looks(new JdbcLooks(jdbc));
  }

  @Bean
  Allowances allowances(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Environment environment,
      InstantSource clock) {
    int count = environment.getProperty("tally.party.topups-a-day", Integer.class, 20);
    var sums = sums(environment.getProperty("tally.party.topup-sums-a-day", "10000.00 USD/2"));
    return new Allowances(
        new JdbcAllowances(jdbc, new TransactionTemplate(transactions)),
        new Velocity(count, sums),
        clock);
  }

  /// Clears away sessions, links and counted tries that are over.
  @Bean
  Worker partyJanitor(Parties parties) {
    return Worker.of("party-janitor", Duration.ofMinutes(5), parties::tick);
  }

  private static Duration duration(Environment environment, String name, String otherwise) {
    return DurationStyle.detectAndParse(environment.getProperty(name, otherwise));
  }

  /// Reads `1000.00 USD/2, 900.00 EUR/2`.
  static Map<Asset, BigInteger> sums(String written) {
    var sums = new HashMap<Asset, BigInteger>();
    for (var part : written.split(",", -1)) {
      var words = part.strip().split(" ", -1);
      if (words.length != 2) {
        throw new IllegalArgumentException("a sum a day is written 1000.00 USD/2: " + part);
      }
      var asset = Asset.of(words[1]);
      switch (Amount.parse(asset, words[0])) {
        case Amount.Parsed.Good(var amount) -> sums.put(asset, amount.units());
        case Amount.Parsed.Bad(var code, var text) ->
            throw new IllegalArgumentException("a sum a day: " + code + ": " + text);
      }
    }
    return sums;
  }
}
