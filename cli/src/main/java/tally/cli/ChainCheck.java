package tally.cli;

import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Looks at an EVM chain as the settings name it: whether each endpoint answers, is of the chain
/// that is wanted, and has our contracts.
final class ChainCheck {

  private ChainCheck() {}

  /// @param settings of one network, by their short names
  static List<Finding> look(String name, Map<String, String> settings) {
    var findings = new ArrayList<Finding>();
    for (var address : settings.getOrDefault("rpc", "").split(",", -1)) {
      findings.addAll(endpoint(name, address.strip(), settings));
    }
    return findings;
  }

  private static List<Finding> endpoint(String name, String address, Map<String, String> settings) {
    var where = "network " + name;
    try {
      var url = URI.create(address);
      // A path may hold a secret, so it is never shown.
      where += " at " + url.getHost();
      var rpc = new JsonRpc(url);
      var chain = Long.decode(rpc.ask("eth_chainId", List.of()).asString());
      var wanted = Optional.ofNullable(settings.get("chain-id"));
      if (wanted.isPresent() && !wanted.get().equals(chain.toString())) {
        return List.of(
            Finding.fault(
                where + " is chain " + chain + ", not " + wanted.get(),
                "correct settings.rpc or settings.chain-id"));
      }
      var findings = new ArrayList<Finding>();
      findings.add(Finding.ok(where + " answers, chain " + chain));
      for (var contract : List.of("vault", "channels")) {
        var at = settings.get(contract);
        if (at != null) {
          findings.add(code(where, contract, rpc, at));
        }
      }
      return findings;
    } catch (IllegalArgumentException
        | UncheckedIOException
        | JacksonException
        | IllegalStateException e) {
      return List.of(
          Finding.fault(where + " does not answer", "see whether settings.rpc is right and up"));
    }
  }

  private static Finding code(String where, String contract, JsonRpc rpc, String at) {
    var code = rpc.ask("eth_getCode", List.of(at, "latest")).asString("0x");
    return code.length() > 2
        ? Finding.ok(where + " has the contract " + contract + " at " + at)
        : Finding.fault(
            where + " has no contract at settings." + contract + " " + at,
            "deploy it there (docs/operate/evm.md), or correct the address");
  }
}
