package tally.market.internal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.delivery.Adapters;
import tally.market.Offerings;
import tally.network.Chains;

/// Settings: `tally.market.patience`, how long a peer may take to answer.
@Configuration(proxyBeanMethods = false)
public class MarketConfiguration {

  @Bean
  Offerings offerings(JdbcClient jdbc, Adapters adapters, InstantSource clock) {
    return new Offerings(
        new JdbcOfferings(jdbc), kind -> Optional.ofNullable(adapters.byKind().get(kind)), clock);
  }

  @Bean
  HttpPeers peers(JdbcClient jdbc, Chains chains, Environment environment, InstantSource clock) {
    Duration patience =
        DurationStyle.detectAndParse(environment.getProperty("tally.market.patience", "5s"));
    return new HttpPeers(
        new JdbcProofs(jdbc),
        network -> chains.find(network).map(chain -> chain.facts().network()).orElse(network),
        patience,
        clock);
  }
}
