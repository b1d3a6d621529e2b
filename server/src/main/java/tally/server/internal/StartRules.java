package tally.server.internal;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/// What a node must not start with. Each throws `StartRefused`:
///
/// - `default_secret`: a secret that was never filled in, or that everybody knows;
/// - `setting_missing`: another setting that was never filled in;
/// - `fake_on_live`: a gateway or network that only plays, on a node that is not a test;
/// - `no_contracts`: a processor's network without a vault.
final class StartRules {

  /// What examples and manuals use. A fake bank may have them: they protect nothing.
  private static final Set<String> KNOWN =
      Set.of(
          "a-key",
          "a-secret",
          "admin",
          "hook",
          "key",
          "password",
          "postgres",
          "secret",
          "tally",
          "test",
          "123456");

  private final Map<String, String> settings;
  private final Map<String, Accounts.Order> gateways;
  private final boolean test;
  private final Roles roles;

  StartRules(
      Map<String, String> settings,
      Map<String, Accounts.Order> gateways,
      boolean test,
      Roles roles) {
    this.settings = new TreeMap<>(settings);
    this.gateways = new TreeMap<>(gateways);
    this.test = test;
    this.roles = roles;
  }

  static StartRules of(Environment environment, Roles roles) {
    return new StartRules(
        Binder.get(environment)
            .bind("tally", Bindable.mapOf(String.class, String.class))
            .orElseGet(Map::of),
        WiringConfiguration.orders(environment, "tally.gateways"),
        environment.getProperty("tally.test", Boolean.class, true),
        roles);
  }

  /// Before anything is opened.
  void secrets() {
    settings.forEach((name, value) -> {
      if (isBlankForm(value)) {
        throw new StartRefused(
            isSecret(name) ? "default_secret" : "setting_missing",
            "tally." + name + " was not filled in; write your own value, or take it out.");
      }
    });
    gateways.forEach((name, order) -> {
      if (!order.kind().equals("fake")) {
        order.secrets().forEach((word, value) -> mayNotBeKnown(name + ".secrets." + word, value));
      }
    });
    var password = settings.getOrDefault("database.password", "");
    if (!test && KNOWN.contains(password)) {
      throw secret("tally.database.password is one that everybody knows; write your own.");
    }
  }

  private static void mayNotBeKnown(String name, String value) {
    if (KNOWN.contains(value)) {
      throw secret("tally.gateways." + name + " is one that everybody knows; write your own.");
    }
  }

  private static boolean isSecret(String name) {
    return name.contains("secret") || name.contains("password");
  }

  private static boolean isBlankForm(String value) {
    var text = value.strip();
    return text.startsWith("<") && text.endsWith(">")
        || text.equalsIgnoreCase("change-me")
        || text.equalsIgnoreCase("changeme");
  }

  private static StartRefused secret(String text) {
    return new StartRefused("default_secret", text);
  }

  /// Once all accounts are open.
  void accounts(Accounts accounts) {
    if (!test) {
      accounts
          .gateways()
          .forEach((name, gateway) -> {
            if (gateway.facts().test()) {
              throw fake("tally.gateways." + name + " is a test gateway");
            }
          });
      accounts
          .networks()
          .forEach((name, network) -> {
            if (!network.real()) {
              throw fake("tally.networks." + name + " only plays a chain");
            }
          });
    }
    accounts
        .networks()
        .forEach((name, network) -> {
          if (roles.has(Roles.Role.PROCESSOR) && network.grants().isEmpty()) {
            throw new StartRefused(
                "no_contracts",
                "tally.networks.%s has no vault to grant from: deploy one (docs/operate/evm.md), then set settings.vault and settings.asset."
                    .formatted(name));
          }
        });
  }

  private static StartRefused fake(String what) {
    return new StartRefused(
        "fake_on_live", what + ", and this node is live: remove it, or set tally.test=true.");
  }
}
