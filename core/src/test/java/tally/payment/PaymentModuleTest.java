package tally.payment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.TestDatabase;
import tally.Worker;
import tally.payment.internal.PaymentConfiguration;

/// The room alone, wired by Spring.
class PaymentModuleTest {

  @Test
  void the_room_needs_a_database_gateways_and_a_clock_and_offers_keepers_and_workers() {
    try (var database = TestDatabase.fresh();
        var context = new AnnotationConfigApplicationContext()) {
      var gateways = new Gateways(Map.of("card", new StubGateway()), Map.of());
      context.registerBean(JdbcClient.class, database::jdbc);
      context.registerBean(TransactionTemplate.class, database::transactions);
      context.registerBean(InstantSource.class, InstantSource::system);
      context.registerBean(Gateways.class, () -> gateways);
      context.register(PaymentConfiguration.class);
      context.refresh();
      var order = PaymentRoom.order(1000);
      assertThat(context.getBean(Payments.class).start(order))
          .isInstanceOf(Payment.ActionRequired.class);
      assertThat(context.getBean(Refunds.class).list(order.tenant(), 10)).isEmpty();
      assertThat(context.getBean(Disputes.class).list(order.tenant(), 10)).isEmpty();
      assertThat(context.getBean(Inbox.class).tick()).isZero();
      assertThat(context.getBeansOfType(Worker.class).values().stream().map(Worker::name))
          .containsExactlyInAnyOrder("payment-inbox", "payment-janitor", "payment-catch-up");
    }
  }
}
