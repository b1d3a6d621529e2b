package tally.server.internal;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.system.ApplicationHome;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.Environment;
import tally.server.Tally;

/// Clock, plug-ins and their accounts. Settings: `tally.plugins`, and under `tally.gateways`,
/// `tally.networks`, `tally.adapters` one account a name: `kind`, `settings.*`, `secrets.*`.
@Configuration(proxyBeanMethods = false)
class WiringConfiguration {

  /// An account as it is bound; both maps may be left out.
  record Written(
      String kind, @Nullable Map<String, String> settings, @Nullable Map<String, String> secrets) {}

  /// No finer than the database keeps time: an instant that is read back is the one that was
  /// written, not a later one.
  @Bean
  InstantSource clock() {
    return Clock.tick(Clock.systemUTC(), Duration.of(1, ChronoUnit.MICROS));
  }

  /// Made before anything is opened, the database too.
  @Bean
  StartRules startRules(Environment environment, Roles roles) {
    var rules = StartRules.of(environment, roles);
    rules.secrets();
    return rules;
  }

  @Bean(destroyMethod = "close")
  @DependsOn("startRules")
  PlugIns plugIns(Environment environment) {
    return new PlugIns(folder(environment));
  }

  @Bean(destroyMethod = "close")
  Accounts accounts(PlugIns plugIns, Environment environment) {
    return new Accounts(
        plugIns,
        orders(environment, "tally.gateways"),
        orders(environment, "tally.networks"),
        orders(environment, "tally.adapters"));
  }

  @Bean
  SmartInitializingSingleton accountsAreAllowed(StartRules rules, Accounts accounts) {
    return () -> rules.accounts(accounts);
  }

  /// Beside the jar, or in a build tree where the build puts them.
  static Path folder(Environment environment) {
    var written = environment.getProperty("tally.plugins", "");
    if (!written.isBlank()) {
      return Path.of(written);
    }
    var home = new ApplicationHome(Tally.class);
    var source = home.getSource();
    return source == null || source.isFile()
        ? home.getDir().toPath().resolve("plugins")
        : classes().resolveSibling("plugins");
  }

  private static Path classes() {
    try {
      return Path.of(Tally.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Map<String, Accounts.Order> orders(Environment environment, String prefix) {
    var written =
        Binder.get(environment)
            .bind(prefix, Bindable.mapOf(String.class, Written.class))
            .orElseGet(Map::of);
    var orders = new TreeMap<String, Accounts.Order>();
    written.forEach((name, it) ->
        orders.put(
            name, new Accounts.Order(it.kind(), orNone(it.settings()), orNone(it.secrets()))));
    return orders;
  }

  private static Map<String, String> orNone(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
