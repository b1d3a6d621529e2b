package tally.cli;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What stands on an EVM chain, by any stranger's means: logs tell who is there, calls tell what he
/// has. It shares no code with the plug-in that wrote it; the selectors and topics are the ABI's.
final class EvmState {

  private static final String TRANSFER =
      "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

  private static final String GRANTED =
      "0xec5d62c8cbd96b193af3009ba58aab6893a7a8091156323877681b46f3e06b45";

  private static final String CHANNEL_CREATED =
      "0x69d8248d5566bdb2ebc4d218970710d8378a2ff9b709a999e052b71970f808fa";

  private static final String BALANCE_OF = "0x70a08231";
  private static final String RESERVE = "0xcd3293de";
  private static final String ACCOUNTS = "0x5e5c06e2";
  private static final String GRANTS = "0xb33c6ea6";
  private static final String LINES = "0x8f52710c";
  private static final String CHANNELS = "0x7a7ebd7b";
  private static final String RECEIVERS = "0x21ff6389";

  private static final List<String> STATES =
      List.of("NONE", "GRANTED", "FROZEN", "APPEALED", "MATURED", "RECLAIMED");

  /// Where to look.
  ///
  /// @param faucet the address that holds all tokens that nobody was given yet; left out
  record Places(String token, String vault, String channels, String faucet) {}

  private final JsonRpc rpc;
  private final Places places;
  private final String block;

  private EvmState(JsonRpc rpc, Places places) {
    this.rpc = rpc;
    this.places = places;
    this.block = rpc.ask("eth_blockNumber", List.of()).asString();
  }

  /// Everything at the newest block.
  static JsonNode read(JsonRpc rpc, Places places) {
    return new EvmState(rpc, places).all();
  }

  private ObjectNode all() {
    var state = JsonMapper.shared().createObjectNode();
    tokens(state.putObject("tokens"));
    vault(state.putObject("vault"));
    var vault = state.required("vault");
    var lines = ((ObjectNode) vault).putObject("lines");
    var channels = state.putObject("channels");
    var receivers = new TreeSet<String>();
    for (var log : logs(places.channels(), CHANNEL_CREATED)) {
      var id = log.path("topics").path(1).asString();
      var config = words(log.path("data").asString());
      receivers.add(address(config.get(2)));
      var now = call(places.channels(), CHANNELS + id.substring(2));
      channels.putObject(id).put("balance", text(now.get(0))).put("totalClaimed", text(now.get(1)));
      var line = call(places.vault(), LINES + id.substring(2));
      lines.putObject(id).put("drawn", text(line.get(0))).put("returned", text(line.get(1)));
    }
    var earned = state.putObject("receivers");
    for (var receiver : receivers) {
      var now = call(places.channels(), RECEIVERS + word(receiver) + word(places.token()));
      earned
          .putObject(receiver)
          .put("totalClaimed", text(now.get(0)))
          .put("totalSettled", text(now.get(1)));
    }
    return state;
  }

  private void tokens(ObjectNode tokens) {
    var holders = new TreeSet<String>();
    for (var log : logs(places.token(), TRANSFER)) {
      holders.add(address(log.path("topics").path(1).asString().substring(2)));
      holders.add(address(log.path("topics").path(2).asString().substring(2)));
    }
    holders.remove(places.faucet());
    for (var holder : holders) {
      var units = number(call(places.token(), BALANCE_OF + word(holder)).getFirst());
      if (units.signum() > 0) {
        tokens.put(holder, units.toString());
      }
    }
  }

  private void vault(ObjectNode vault) {
    vault.put("address", places.vault());
    vault.put("reserve", text(call(places.vault(), RESERVE).getFirst()));
    var payments = new LinkedHashMap<String, List<String>>();
    for (var log : logs(places.vault(), GRANTED)) {
      payments
          .computeIfAbsent(
              address(log.path("topics").path(1).asString().substring(2)),
              user -> new ArrayList<>())
          .add(log.path("topics").path(2).asString());
    }
    var accounts = vault.putObject("accounts");
    var grants = vault.putObject("grants");
    payments.forEach((user, his) -> {
      var account = call(places.vault(), ACCOUNTS + word(user));
      accounts
          .putObject(user)
          .put("available", text(account.get(0)))
          .put("locked", text(account.get(1)));
      his.forEach(payment -> grant(grants.withObjectProperty(user), user, payment));
    });
  }

  private void grant(ObjectNode grants, String user, String payment) {
    var found = call(places.vault(), GRANTS + word(user) + payment.substring(2));
    grants
        .putObject(payment)
        .put("amount", text(found.get(0)))
        .put("maturesAt", text(found.get(1)))
        .put("since", text(found.get(2)))
        .put("state", STATES.get(number(found.get(3)).intValueExact()));
  }

  private JsonNode logs(String address, String topic) {
    return rpc.ask(
        "eth_getLogs",
        List.of(
            Map.of(
                "fromBlock",
                "0x0",
                "toBlock",
                block,
                "address",
                address,
                "topics",
                List.of(topic))));
  }

  private List<String> call(String to, String data) {
    return words(rpc.ask("eth_call", List.of(Map.of("to", to, "data", data), block)).asString());
  }

  /// The 32-byte words of some data, without a prefix.
  private static List<String> words(String data) {
    var words = new ArrayList<String>();
    for (int at = 2; at + 64 <= data.length(); at += 64) {
      words.add(data.substring(at, at + 64));
    }
    return words;
  }

  private static String word(String address) {
    return "0".repeat(24) + address.substring(2);
  }

  private static String address(String word) {
    return "0x" + word.substring(24);
  }

  private static BigInteger number(String word) {
    return new BigInteger(word, 16);
  }

  private static String text(String word) {
    return number(word).toString();
  }
}
