package tally.ledger.internal;

import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.ledger.Book;

/// The room `ledger` as beans. `tally.data` is the folder of this node, in which the signed heads
/// are kept.
@Configuration(proxyBeanMethods = false)
public class LedgerConfiguration {

  @Bean
  HeadFile headFile(@Value("${tally.data:data}") Path data) {
    return new HeadFile(data);
  }

  @Bean
  JdbcBook jdbcBook(JdbcClient jdbc, TransactionTemplate transaction, HeadFile heads) {
    return new JdbcBook(jdbc, transaction, heads);
  }

  @Bean
  Book book(JdbcBook store) {
    return new Book(store);
  }

  @Bean
  HeadSealer headSealer(JdbcClient jdbc, HeadFile heads) {
    return new HeadSealer(jdbc, heads);
  }

  @Bean
  HoldExpiry holdExpiry(JdbcBook store) {
    return new HoldExpiry(store);
  }
}
