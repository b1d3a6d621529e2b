package tally.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What the jar carries for those who put contracts on a chain; needs no Node.
class ArtefactsTest {

  private static final int CODE_BYTES_MOST = 24_576;

  @ParameterizedTest
  @ValueSource(strings = {"Channels", "Erc3009Collector", "ServiceToken", "SpendingVault"})
  void each_artefact_has_its_interface_and_code_that_a_chain_accepts(String name)
      throws IOException {
    try (var in = ArtefactsTest.class.getResourceAsStream("/tally/contracts/" + name + ".json")) {
      var artefact = JsonMapper.shared().readTree(Objects.requireNonNull(in, name));
      assertThat(artefact.get("abi").isArray()).isTrue();
      assertThat(artefact.get("bytecode").asString()).matches("0x[0-9a-f]+");
      var code = artefact.get("deployedBytecode").asString();
      assertThat(code).matches("0x[0-9a-f]+");
      // EIP-170
      assertThat((code.length() - 2) / 2).isLessThanOrEqualTo(CODE_BYTES_MOST);
    }
  }
}
