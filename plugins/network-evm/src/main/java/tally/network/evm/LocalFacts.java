package tally.network.evm;

import java.util.List;
import tally.network.evm.ChainEndpoint.Identity;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The one line that a local chain prints of itself.
final class LocalFacts {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private LocalFacts() {}

  static String of(LocalChain chain, Identity identity, Deployment deployment) {
    var facts = MAPPER.createObjectNode();
    facts.put("rpc", chain.url().toString()).put("pid", chain.pid());
    facts.put("chainId", identity.chainId()).put("genesis", identity.genesis().hex());
    facts.put("channels", deployment.channels().hex());
    facts.put("collector", deployment.collector().hex());
    facts.put("token", deployment.token().hex());
    facts.put("asset", Deployment.ASSET.toString());
    facts.put("vault", deployment.vault().hex());
    for (var role : List.of("treasury", "operator", "council")) {
      facts.put(role, chain.party(role).hex());
    }
    facts.put("faucet", deployment.faucet().hex());
    return MAPPER.writeValueAsString(facts);
  }

  /// The same line, and where the chain's hands are asked to move.
  static String with(String facts, String hands) {
    var read = (ObjectNode) MAPPER.readTree(facts);
    return MAPPER.writeValueAsString(read.put("hands", hands));
  }
}
