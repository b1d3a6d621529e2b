package tally.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.ledger.Book;

class LedgerConfigurationTest {

  @TempDir Path folder;

  @Test
  void the_room_stands_by_itself_and_keeps_its_heads_in_the_data_folder() {
    try (var fixture = new Fixture();
        var context = new AnnotationConfigApplicationContext()) {
      var data = folder.resolve("node");
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("test", Map.of("tally.data", data.toString())));
      context.registerBean(JdbcClient.class, fixture.database::jdbc);
      context.registerBean(TransactionTemplate.class, fixture.database::transactions);
      context.register(LedgerConfiguration.class);
      context.refresh();

      var book = context.getBean(Book.class);
      book.post(Fixture.entry(Fixture.move(Fixture.CARD, Fixture.BOB, 5)));
      var workers = context.getBeansOfType(Worker.class).values();
      assertThat(workers)
          .extracting(Worker::name)
          .containsExactlyInAnyOrder("ledger-head-sealer", "ledger-hold-expiry");
      assertThat(workers).allMatch(worker -> worker.pause().compareTo(Duration.ZERO) > 0);
      workers.forEach(Worker::tick);
      assertThat(data.resolve(HeadFile.NAME)).isNotEmptyFile();
      assertThat(Files.exists(data.resolve(HeadFile.KEY_NAME))).isTrue();
      assertThat(book.verify().faults()).isEmpty();
    }
  }
}
