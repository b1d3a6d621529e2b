package tally.cli;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A local EVM chain with the real contracts. Its council is an account that the chain itself signs
/// for; its clock is set forward where a person would wait.
final class AnvilOuterChain implements OuterChain {

  private static final Duration MINED_WITHIN = Duration.ofSeconds(30);
  private static final String TREASURY = "0x61d027b3";
  private static final String DECIDE = "0x19e62c12";

  private final JsonNode facts;
  private final Duration window;
  private final JsonRpc rpc;
  private final JsonRpc hands;

  /// @param said the line of JSON that the chain's starter prints
  /// @param window the vault's time to appeal
  AnvilOuterChain(String said, Duration window) {
    this.facts = JsonMapper.shared().readTree(said);
    this.window = window;
    this.rpc = new JsonRpc(URI.create(fact("rpc")));
    this.hands = new JsonRpc(URI.create(fact("hands")));
  }

  private String fact(String name) {
    return facts.required(name).asString();
  }

  @Override
  public String network() {
    return "evm";
  }

  @Override
  public String says() {
    return "real   the EVM and its contracts, on a chain of this machine's own ("
        + fact("rpc")
        + ")";
  }

  @Override
  public Map<String, String> places() {
    return Map.of(
        "rpc", fact("rpc"),
        "token", fact("token"),
        "vault", fact("vault"),
        "channels", fact("channels"));
  }

  @Override
  public List<String> nodeSettings() {
    var settings = "--tally.networks.evm.settings.";
    return List.of(
        "--tally.networks.evm.kind=evm",
        settings + "rpc=" + fact("rpc"),
        settings + "confirmations=2",
        settings + "channels=" + fact("channels"),
        settings + "vault=" + fact("vault"),
        settings + "asset=" + fact("asset"));
  }

  @Override
  public void appoint(String house, BigInteger units) {
    var treasury =
        rpc.ask("eth_call", List.of(Map.of("to", fact("vault"), "data", TREASURY), "latest"))
            .asString();
    hands.ask(
        "local_appoint",
        Map.of("treasury", "0x" + treasury.substring(treasury.length() - 40), "operator", house));
    hands.ask("local_deal", Map.of("address", house, "units", units.toString()));
  }

  @Override
  public void fuel(String address) {
    hands.ask("local_deal", Map.of("address", address, "units", "0"));
  }

  @Override
  public void passAppealWindow() {
    hands.ask("local_elapse", Map.of("seconds", window.toSeconds() + 1));
  }

  @Override
  public boolean hasCouncil() {
    return true;
  }

  @Override
  public int decide(boolean forUser) {
    var open = new ArrayList<String>();
    for (var user : state().path("vault").path("grants").properties()) {
      for (var grant : user.getValue().properties()) {
        if (grant.getValue().path("state").asString().equals("APPEALED")) {
          open.add("0".repeat(24) + user.getKey().substring(2) + grant.getKey().substring(2));
        }
      }
    }
    open.forEach(grant -> send(DECIDE + grant + "0".repeat(63) + (forUser ? "1" : "0")));
    return open.size();
  }

  @Override
  public JsonNode state() {
    return EvmState.read(
        rpc, new EvmState.Places(fact("token"), fact("vault"), fact("channels"), fact("faucet")));
  }

  /// The council sends to the vault; waits until it is mined.
  private void send(String data) {
    var call = Map.of("from", fact("council"), "to", fact("vault"), "data", data);
    var hash = rpc.ask("eth_sendTransaction", List.of(call)).asString();
    long end = System.nanoTime() + MINED_WITHIN.toNanos();
    var receipt = rpc.ask("eth_getTransactionReceipt", List.of(hash));
    while (receipt.isNull()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(hash + " is not mined");
      }
      Api.rest();
      receipt = rpc.ask("eth_getTransactionReceipt", List.of(hash));
    }
    if (!receipt.path("status").asString().equals("0x1")) {
      throw new IllegalStateException(hash + " reverted");
    }
  }
}
