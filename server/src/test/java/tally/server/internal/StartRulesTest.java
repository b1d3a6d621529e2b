package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;
import tally.payment.port.Gateway;
import tally.plugin.NetworkPlugin.Network;
import tally.treasury.port.Grants;

/// What a node must not start with.
class StartRulesTest {

  private final MockEnvironment settings = new MockEnvironment();

  @ParameterizedTest
  @CsvSource({
    "tally.networks.base.settings.rpc, <https://one.example>, setting_missing",
    "tally.gateways.card.secrets.webhook, <yours>, default_secret",
    "tally.database.password, change-me, default_secret",
  })
  void what_was_never_filled_in_is_named(String name, String value, String code) {
    settings.setProperty(name, value);
    settings.setProperty("tally.gateways.card.kind", "fake");
    refused(() -> rules().secrets(), code, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "a-secret", "password"})
  void a_secret_that_everybody_knows_is_refused_but_at_the_fake_bank(String known) {
    settings.setProperty("tally.gateways.card.secrets.webhook", known);
    settings.setProperty("tally.gateways.card.kind", "stripe");
    refused(() -> rules().secrets(), "default_secret", "tally.gateways.card.secrets.webhook");
    settings.setProperty("tally.gateways.card.kind", "fake");
    assertThatCode(() -> rules().secrets()).doesNotThrowAnyException();
  }

  @Test
  void a_known_database_password_is_refused_on_a_live_node() {
    settings.setProperty("tally.database.password", "postgres");
    assertThatCode(() -> rules().secrets()).doesNotThrowAnyException();
    settings.setProperty("tally.test", "false");
    refused(() -> rules().secrets(), "default_secret", "tally.database.password");
  }

  @Test
  void no_secret_is_shown_in_a_refusal() {
    settings.setProperty("tally.gateways.card.kind", "stripe");
    settings.setProperty("tally.gateways.card.secrets.webhook", "123456");
    assertThatThrownBy(() -> rules().secrets()).hasMessageNotContaining("123456");
  }

  @Test
  void a_test_gateway_and_a_played_chain_are_refused_on_a_live_node_only() {
    var bank = accounts(true, true, true);
    var chain = accounts(false, false, true);
    assertThatCode(() -> rules().accounts(bank)).doesNotThrowAnyException();
    assertThatCode(() -> rules().accounts(chain)).doesNotThrowAnyException();
    settings.setProperty("tally.test", "false");
    refused(() -> rules().accounts(bank), "fake_on_live", "tally.gateways.card");
    refused(() -> rules().accounts(chain), "fake_on_live", "tally.networks.base");
  }

  @Test
  void a_processor_needs_a_vault_and_a_provider_does_not() {
    var bare = accounts(false, true, false);
    refused(() -> rules().accounts(bare), "no_contracts", "tally.networks.base");
    settings.setProperty("tally.roles", "provider");
    assertThatCode(() -> rules().accounts(bare)).doesNotThrowAnyException();
  }

  private StartRules rules() {
    return StartRules.of(settings, new Roles(settings));
  }

  private static Accounts accounts(boolean testBank, boolean realChain, boolean vault) {
    var gateway = mock(Gateway.class, RETURNS_DEEP_STUBS);
    when(gateway.facts().test()).thenReturn(testBank);
    var network = mock(Network.class);
    when(network.real()).thenReturn(realChain);
    when(network.grants()).thenReturn(vault ? Optional.of(mock(Grants.class)) : Optional.empty());
    var accounts = mock(Accounts.class);
    when(accounts.gateways()).thenReturn(Map.of("card", gateway));
    when(accounts.networks()).thenReturn(Map.of("base", network));
    return accounts;
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable start, String code, String named) {
    assertThatThrownBy(start)
        .isInstanceOfSatisfying(StartRefused.class, it -> assertThat(it.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }
}
