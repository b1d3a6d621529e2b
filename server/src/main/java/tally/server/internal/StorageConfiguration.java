package tally.server.internal;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Schemas;

/// The database: `tally.database.url` (also `TALLY_DATABASE_URL`), `.user`, `.password`; without a
/// URL one of the node's own in `tally.data`. It is opened only where `StartRules` let the node
/// start. Every room's schema is there before the first room asks for the data source.
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

  private static final String OWN = "'${tally.database.url:}' == ''";

  @Bean(destroyMethod = "close")
  @DependsOn("startRules")
  @ConditionalOnExpression(OWN)
  LocalPostgres localPostgres(Environment environment) {
    return new LocalPostgres(Path.of(environment.getProperty("tally.data", "data")));
  }

  @Bean(destroyMethod = "close")
  @DependsOn("startRules")
  @ConditionalOnExpression("!(" + OWN + ")")
  DataFolder dataFolder(Environment environment) {
    return DataFolder.take(Path.of(environment.getProperty("tally.data", "data")));
  }

  /// Opening the sealed heads mends their file, which is another node's business until the folder
  /// is ours.
  @Bean
  static BeanFactoryPostProcessor folderBeforeHeads() {
    return factory -> factory.getBeanDefinition("headFile").setDependsOn("dataSource");
  }

  /// The data folder is taken first, so that of two nodes that were given one folder the second
  /// does not start.
  @Bean(destroyMethod = "close")
  HikariDataSource dataSource(
      ObjectProvider<LocalPostgres> local,
      ObjectProvider<DataFolder> folder,
      Environment environment) {
    folder.ifAvailable(taken -> {});
    var source = new HikariDataSource();
    source.setPoolName("tally");
    source.setMaximumPoolSize(environment.getProperty("tally.database.pool", Integer.class, 20));
    var own = local.getIfAvailable();
    if (own != null) {
      source.setJdbcUrl(own.url());
    } else {
      source.setJdbcUrl(environment.getRequiredProperty("tally.database.url"));
      source.setUsername(environment.getProperty("tally.database.user", "postgres"));
      source.setPassword(environment.getProperty("tally.database.password", ""));
    }
    try {
      new Storage(JdbcClient.create(source), own != null);
      Schemas.migrate(source);
    } catch (RuntimeException failed) {
      source.close();
      throw failed;
    }
    return source;
  }

  @Bean
  Storage storage(HikariDataSource source, ObjectProvider<LocalPostgres> local) {
    return new Storage(JdbcClient.create(source), local.getIfAvailable() != null);
  }
}
