package tally.network.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import tally.x402.Hex;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One of our contracts as it was compiled: `tally/contracts/<Name>.json` on the class path.
///
/// @param code what its deployment carries, before the constructor's arguments
record Artifact(JsonNode abi, byte[] code) {

  static final List<String> NAMES =
      List.of("Channels", "Erc3009Collector", "ServiceToken", "SpendingVault");

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  static Artifact of(String name) {
    try (var in = Artifact.class.getResourceAsStream("/tally/contracts/" + name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("the contract " + name + " is not packed");
      }
      var read = MAPPER.readTree(in);
      return new Artifact(read.required("abi"), Hex.bytes(read.required("bytecode").asString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
