package tally.custody.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.OtherSecret;
import tally.Worker;
import tally.custody.Custody;
import tally.custody.Encodings;
import tally.custody.KeyVault;
import tally.x402.Curve;

/// Wires the room `custody`. Settings: `tally.custody.kek`, the key-encryption keyset's file, by
/// default in the data folder `tally.data`; nodes that share a database share it.
@Configuration(proxyBeanMethods = false)
public class CustodyConfiguration {

  private static final int REWRAP_BATCH = 100;

  @Bean
  FileKeyVault keyVault(
      @Value("${tally.custody.kek:${tally.data:data}/custody/kek.json}") Path file) {
    return new FileKeyVault(file);
  }

  @Bean
  Custody custody(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      KeyVault vault,
      Encodings encodings,
      InstantSource clock) {
    var store = new JdbcKeys(jdbc, new TransactionTemplate(transactions));
    return new Custody(store, vault, encodings, Curve.fastest(), new SecureRandom(), clock);
  }

  /// Brings stored keys under the current key-encryption key after a rotation.
  @Bean
  Worker custodyRewrapper(Custody custody) {
    return Worker.of(
        "custody-rewrapper", Duration.ofMinutes(1), () -> custody.rewrap(REWRAP_BATCH));
  }

  /// A node whose vault does not open what the others' wrapped does not start: `OtherSecret`.
  @Bean
  public SmartInitializingSingleton custodyVaultCheck(Custody custody) {
    return () -> {
      try {
        custody.checkVault();
      } catch (KeyVault.Locked locked) {
        throw new OtherSecret("The key-encryption key", "tally.custody.kek", locked);
      }
    };
  }
}
