package tally.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.network.NetworkFixture.order;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import tally.Worker;
import tally.custody.Encodings;
import tally.custody.PlainEncoding;
import tally.custody.internal.CustodyConfiguration;
import tally.money.Tenant;
import tally.network.internal.NetworkConfiguration;

class NetworkModuleTest {

  @Test
  void the_rooms_custody_and_network_start_alone_and_their_workers_carry_a_wish_to_its_end(
      @TempDir Path folder) {
    try (var world = new NetworkFixture(folder);
        var spring = context(world, folder)) {
      spring.refresh();
      var transactions = spring.getBean(Transactions.class);
      transactions.submit(order(1));
      for (int i = 0; i < 8; i++) {
        spring.getBeansOfType(Worker.class).values().forEach(Worker::tick);
        world.chain.mine();
      }
      assertThat(transactions.find(Tenant.HOUSE, order(1).id()))
          .containsInstanceOf(Transaction.Final.class);
      assertThat(spring.getBeansOfType(Worker.class).values().stream().map(Worker::name))
          .containsExactlyInAnyOrder("custody-rewrapper", "network-sender", "network-follower");
      assertThat(world.heard).anyMatch(fact -> fact instanceof NetworkListener.Fact.Confirmed);
      assertThat(Files.exists(folder.resolve("custody/kek.json"))).isTrue();
    }
  }

  @Test
  void a_node_does_not_start_on_another_chain_than_its_book_knows(@TempDir Path folder) {
    try (var world = new NetworkFixture(folder)) {
      try (var spring = context(world, folder)) {
        spring.refresh();
      }
      world.chain.beginAnew("two");
      try (var spring = context(world, folder)) {
        assertThatThrownBy(spring::refresh).isInstanceOf(ChainChanged.class);
      }
    }
  }

  private static AnnotationConfigApplicationContext context(NetworkFixture world, Path folder) {
    var spring = new AnnotationConfigApplicationContext();
    spring.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
    spring
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("test", Map.of("tally.data", folder.toString())));
    spring.registerBean(PropertySourcesPlaceholderConfigurer.class);
    spring.registerBean(JdbcClient.class, () -> world.database.jdbc());
    spring.registerBean(
        PlatformTransactionManager.class,
        () -> new DataSourceTransactionManager(world.database.source()));
    spring.registerBean(InstantSource.class, InstantSource::system);
    spring.registerBean(
        Encodings.class, () -> new Encodings(Map.of(NetworkFixture.NETWORK, new PlainEncoding())));
    spring.registerBean(
        Chains.class, () -> new Chains(Map.of(NetworkFixture.NETWORK, world.chain)));
    spring.registerBean(NetworkListener.class, () -> world.heard::add);
    spring.register(CustodyConfiguration.class, NetworkConfiguration.class);
    return spring;
  }
}
