package tally.server.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tally.custody.Encodings;
import tally.delivery.Adapters;
import tally.escrow.Settlements;
import tally.network.Chains;
import tally.payment.Gateways;
import tally.payment.PaymentSettings;
import tally.plugin.NetworkPlugin.Network;
import tally.treasury.Vaults;

/// Hands each room those ports of the opened accounts that it needs.
@Configuration(proxyBeanMethods = false)
class BindingConfiguration {

  @Bean
  Gateways gateways(Accounts accounts) {
    return new Gateways(accounts.gateways(), accounts.secrets());
  }

  @Bean
  PaymentSettings paymentSettings(Environment environment) {
    var first = environment.getProperty("tally.payment.first-look", "");
    return first.isBlank()
        ? PaymentSettings.normal()
        : PaymentSettings.quick(DurationStyle.detectAndParse(first));
  }

  @Bean
  Chains chains(Accounts accounts) {
    return new Chains(each(accounts, Network::chain));
  }

  @Bean
  Encodings encodings(Accounts accounts) {
    return new Encodings(each(accounts, Network::encoding));
  }

  @Bean
  Vaults vaults(Accounts accounts) {
    var vaults = new HashMap<String, tally.treasury.port.Grants>();
    accounts
        .networks()
        .forEach((name, network) -> network.grants().ifPresent(it -> vaults.put(name, it)));
    return new Vaults(vaults);
  }

  /// Channels are taken in the token of the network's own vault.
  @Bean
  Settlements settlements(Accounts accounts) {
    List<Settlements.Place> places =
        accounts.networks().entrySet().stream()
            .filter(
                it -> it.getValue().channels().isPresent() && it.getValue().grants().isPresent())
            .map(it ->
                Settlements.Place.of(
                    it.getKey(),
                    it.getValue().channels().orElseThrow(),
                    Set.of(it.getValue().grants().orElseThrow().facts().token())))
            .toList();
    return new Settlements(places);
  }

  @Bean
  Adapters adapters(Accounts accounts, Roles roles) {
    return new Adapters(accounts.adapters(), roles.sides());
  }

  private static <T> Map<String, T> each(Accounts accounts, Function<Network, T> port) {
    return accounts.networks().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, it -> port.apply(it.getValue())));
  }
}
