package tally.network.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tally.network.port.Chain.ChainUnavailable;
import tally.plugin.SettingRefused;
import tally.plugin.Settings;
import tally.x402.Settlement;

class EvmSettingsTest {

  private static final String VAULT = "0x" + "7a".repeat(20);
  private static final String TWO = "https://one.example/secret,https://two.example";

  private static Settings with(Map<String, String> more) {
    var values = new HashMap<>(Map.of("rpc", TWO));
    values.putAll(more);
    return new Settings(values);
  }

  @Test
  void two_endpoints_must_agree_where_nothing_else_is_said() {
    var read = EvmSettings.read(with(Map.of()));
    assertThat(read.quorum()).isEqualTo(2);
    assertThat(read.confirmations()).isEqualTo(12);
    assertThat(read.channels()).isEqualTo(Settlement.OFFICIAL);
    assertThat(read.vault()).isEmpty();
    assertThat(EvmSettings.read(with(Map.of("rpc", "http://one.example"))).quorum()).isEqualTo(1);
    assertThat(EvmSettings.read(with(Map.of("quorum", "1"))).quorum()).isEqualTo(1);
  }

  @Test
  void a_wrong_setting_is_named() {
    for (var wrong :
        List.of(
            Map.entry("rpc", "ftp://one.example"),
            Map.entry("rpc", "http://one.example,"),
            Map.entry("rpc", "http://one.example,http://one.example"),
            Map.entry("quorum", "0"),
            Map.entry("quorum", "3"),
            Map.entry("quorum", "many"),
            Map.entry("confirmations", "-1"),
            Map.entry("confirmations", "10001"),
            Map.entry("channels", "0x12"),
            Map.entry("asset", "TUSD/6"),
            Map.entry("chain-id", "0x7a69"))) {
      assertThatThrownBy(() -> EvmSettings.read(with(Map.ofEntries(wrong))))
          .as("%s", wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("setting " + wrong.getKey());
    }
    assertThatThrownBy(() -> EvmSettings.read(with(Map.of("vault", VAULT))))
        .hasMessageContaining("setting asset");
    assertThatThrownBy(() -> EvmSettings.read(with(Map.of("vault", VAULT, "asset", "tusd"))))
        .hasMessageContaining("setting asset");
  }

  /// Who pays for an endpoint often has the key in its address.
  @Test
  void an_endpoints_address_is_never_shown() {
    assertThat(EvmSettings.read(with(Map.of())).toString()).doesNotContain("secret");
    assertThatThrownBy(() -> EvmSettings.read(with(Map.of("rpc", "http://a b/secret"))))
        .hasMessageNotContaining("secret")
        .hasNoCause();
    var nobody = with(Map.of("rpc", "http://127.0.0.1:1/secret"));
    assertThatThrownBy(() -> new EvmNetworkPlugin().open(nobody))
        .isInstanceOf(ChainUnavailable.class)
        .hasMessageContaining("127.0.0.1:1")
        .hasMessageNotContaining("secret");
  }

  @Test
  void settings_that_the_chain_contradicts_are_named() {
    try (var stage = EvmStage.open()) {
      var options = LocalChain.Options.TREASURY;
      stage.appoint(options, options, LocalChain.Options.COUNCIL);
      var url = stage.chain().url().toString();
      assertThat(opened(stage.settings(url, Map.of("chain-id", "31337"))).grants()).isPresent();
      isNamed("chain-id", stage.settings(url, Map.of("chain-id", "1")));
      isNamed("asset", stage.settings(url, Map.of("asset", "TUSD/18")));
      isNamed("vault", stage.settings(url, Map.of("vault", VAULT)));
      isNamed("vault", stage.settings(url, Map.of("vault", stage.chain().token().hex())));
      isNamed("channels", stage.settings(url, Map.of("channels", VAULT)));
      isNamed("channels", stage.settings(url, Map.of("channels", stage.chain().vault().hex())));
      var nowhere = stage.settings(url, Map.of("vault", VAULT));
      assertThatThrownBy(() -> opened(nowhere))
          .isInstanceOfSatisfying(
              SettingRefused.class, it -> assertThat(it.code()).isEqualTo("no_contracts"))
          .hasMessageContaining("docs/operate/evm.md");
      // The channels' own first address: their code, yet not what the vault draws into.
      var first = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
      isNamed("vault", stage.settings(url, Map.of("channels", first)));
    }
  }

  private static tally.plugin.NetworkPlugin.Network opened(Settings settings) {
    return new EvmNetworkPlugin().open(settings);
  }

  private static void isNamed(String setting, Settings settings) {
    assertThatThrownBy(() -> opened(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("setting " + setting);
  }
}
