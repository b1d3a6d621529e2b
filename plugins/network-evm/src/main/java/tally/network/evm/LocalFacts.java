package tally.network.evm;

import tally.network.evm.ChainEndpoint.Identity;
import tally.x402.Address;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The one line that a local chain prints of itself.
final class LocalFacts {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private LocalFacts() {}

  static String of(Anvil anvil, Identity identity, Deployment deployment, Address council) {
    var facts = MAPPER.createObjectNode();
    facts.put("rpc", anvil.url().toString()).put("pid", anvil.pid());
    facts.put("chainId", identity.chainId()).put("genesis", identity.genesis().hex());
    facts.put("channels", deployment.channels().hex());
    facts.put("collector", deployment.collector().hex());
    facts.put("token", deployment.token().hex());
    facts.put("asset", Deployment.ASSET.toString());
    facts.put("vault", deployment.vault().hex());
    facts.put("council", council.hex());
    facts.put("faucet", deployment.faucet().hex());
    return MAPPER.writeValueAsString(facts);
  }

  /// The same line, and where the chain's hands are asked to move.
  static String with(String facts, String hands) {
    var read = (ObjectNode) MAPPER.readTree(facts);
    return MAPPER.writeValueAsString(read.put("hands", hands));
  }
}
