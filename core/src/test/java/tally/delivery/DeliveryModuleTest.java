package tally.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import tally.TestDatabase;
import tally.Worker;
import tally.delivery.Delivery.Side;
import tally.delivery.internal.DeliveryConfiguration;

class DeliveryModuleTest {

  private @TempDir Path folder;

  @Test
  void the_room_stands_alone_and_offers_its_keepers_and_their_workers() {
    try (var database = TestDatabase.fresh();
        var room = new AnnotationConfigApplicationContext()) {
      room.registerBean(JdbcClient.class, database::jdbc);
      room.registerBean(
          PlatformTransactionManager.class,
          () -> new DataSourceTransactionManager(database.source()));
      room.registerBean(Adapters.class, () -> new Adapters(Map.of()));
      room.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
      room.getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("test", Map.of("tally.data", folder.toString())));
      room.registerBean(InstantSource.class, () -> InstantSource.fixed(Instant.EPOCH));
      room.register(DeliveryConfiguration.class);
      room.refresh();
      assertThat(room.getBean(Deliveries.class).running(Side.SELLER)).isEmpty();
      assertThat(room.getBeansOfType(Worker.class).values())
          .hasSize(2)
          .allMatch(worker -> worker.tick() == 0)
          .allMatch(worker -> worker.pause().compareTo(Duration.ofSeconds(1)) < 0);
    }
  }
}
