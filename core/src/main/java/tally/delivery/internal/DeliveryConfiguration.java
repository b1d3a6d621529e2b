package tally.delivery.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.delivery.Adapters;
import tally.delivery.Deliveries;
import tally.delivery.DeliveryListener;
import tally.delivery.Readings;

/// Wires the room `delivery`. Settings: `tally.node`, the node's name among those that share its
/// database, by default one that is kept in the data folder `tally.data`; `tally.delivery.held`,
/// how long a silent node keeps its deliveries.
@Configuration(proxyBeanMethods = false)
public class DeliveryConfiguration {

  @Bean
  Deliveries deliveries(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Adapters adapters,
      InstantSource clock,
      ObjectProvider<DeliveryListener> listeners,
      @Value("${tally.node:}") String node,
      @Value("${tally.data:data}") Path data,
      @Value("${tally.delivery.held:15s}") Duration held) {
    var store = new JdbcDeliveries(jdbc, new TransactionTemplate(transactions));
    var name = NodeName.of(node, data);
    return new Deliveries(store, adapters, clock, listeners.orderedStream().toList(), name, held);
  }

  /// Brings adapters to what is wanted and stores their readings, at least once a second.
  @Bean
  Worker deliveryJanitor(Deliveries deliveries) {
    return Worker.of("delivery-janitor", Duration.ofMillis(250), deliveries::tick);
  }

  @Bean
  Readings readings(JdbcClient jdbc, InstantSource clock) {
    return new Readings(new JdbcReadings(jdbc), clock);
  }

  /// Keeps readings for people to see, and forgets them.
  @Bean
  Worker deliveryReadings(Readings readings) {
    return Worker.of("delivery-readings", Duration.ofMillis(500), readings::tick);
  }
}
