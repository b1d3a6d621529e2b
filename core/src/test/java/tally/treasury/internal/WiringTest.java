package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import tally.TestDatabase;
import tally.Worker;
import tally.delivery.Adapters;
import tally.market.Offerings;
import tally.market.Peers;
import tally.market.internal.MarketConfiguration;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Chains;
import tally.network.NetworkListener;
import tally.network.Ranges;
import tally.network.internal.JdbcRanges;
import tally.party.Allowances;
import tally.party.Parties;
import tally.party.internal.PartyConfiguration;
import tally.treasury.Grants;
import tally.treasury.Quote;
import tally.treasury.Quotes;
import tally.treasury.Vaults;

class WiringTest {

  @TempDir Path data;

  @Test
  void the_rooms_party_treasury_and_market_stand_up_together() throws Exception {
    try (var database = TestDatabase.fresh();
        var context = new AnnotationConfigApplicationContext()) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(
              new MapPropertySource(
                  "test",
                  Map.of("tally.data", data.toString(), "tally.treasury.quote-life", "90s")));
      HikariDataSource source = database.source();
      context.registerBean(JdbcClient.class, () -> JdbcClient.create(source));
      context.registerBean(
          PlatformTransactionManager.class, () -> new DataSourceTransactionManager(source));
      context.registerBean(InstantSource.class, InstantSource::system);
      context.registerBean(Ranges.class, () -> new JdbcRanges(JdbcClient.create(source)));
      context.registerBean(Chains.class, () -> new Chains(Map.of()));
      context.registerBean(Vaults.class, () -> new Vaults(Map.of("fake", new StubVault())));
      context.registerBean(Adapters.class, () -> new Adapters(Map.of()));
      context.register(
          PartyConfiguration.class, TreasuryConfiguration.class, MarketConfiguration.class);
      context.refresh();

      context.getBean(Parties.class);
      context.getBean(Allowances.class);
      context.getBean(Offerings.class);
      context.getBean(Peers.class);
      context.getBean(NetworkListener.class);
      assertThat(context.getBean(Grants.class).asset("fake")).isEqualTo(StubVault.TUSD);
      assertThat(Files.size(data.resolve("treasury.secret"))).isEqualTo(32);
      var quote =
          context
              .getBean(Quotes.class)
              .ask(
                  new Quote.Id(UUID.randomUUID()),
                  Tenant.HOUSE,
                  new Holder("party:ann"),
                  UUID.randomUUID(),
                  Amount.of(Asset.of("USD/2"), 100));
      assertThat(Duration.between(InstantSource.system().instant(), quote.expires()))
          .isBetween(Duration.ofSeconds(80), Duration.ofSeconds(90));
      for (var worker : context.getBeansOfType(Worker.class).values()) {
        assertThat(worker.tick()).as(worker.name()).isZero();
      }
    }
  }
}
