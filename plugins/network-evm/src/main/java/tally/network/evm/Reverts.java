package tally.network.evm;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tally.x402.Abi;
import tally.x402.Hex;
import tools.jackson.databind.JsonNode;

/// The names of our contracts' errors, by their selectors. Source: the contracts' committed ABIs.
final class Reverts {

  /// Where nothing better is known.
  static final String UNNAMED = "reverted";

  private static final String TEXT = Hex.of(Abi.selector("Error(string)"));
  private static final int TEXT_MAX = 200;
  private static final Reverts OURS = new Reverts();

  private final Map<String, String> names = new HashMap<>();

  private Reverts() {
    names.put(Hex.of(Abi.selector("Panic(uint256)")), "Panic");
    for (var contract : Artifact.NAMES) {
      for (var word : Artifact.of(contract).abi()) {
        if (word.path("type").asString("").equals("error")) {
          names.put(Hex.of(Abi.selector(signature(word))), word.required("name").asString());
        }
      }
    }
  }

  static Reverts ours() {
    return OURS;
  }

  /// A custom error's name, the text of `Error(string)`, the selector of a stranger's error, or
  /// `reverted`.
  String name(String data) {
    if (data.length() < 10) {
      return UNNAMED;
    }
    var selector = data.substring(0, 10).toLowerCase(java.util.Locale.ROOT);
    return selector.equals(TEXT) ? text(data) : names.getOrDefault(selector, selector);
  }

  private static String text(String data) {
    try {
      var bytes = Hex.bytes(data);
      int length = new BigInteger(1, Arrays.copyOfRange(bytes, 36, 68)).intValueExact();
      int end = Math.addExact(68, length);
      if (length == 0 || end > bytes.length) {
        return UNNAMED;
      }
      var text = new String(bytes, 68, Math.min(length, TEXT_MAX), StandardCharsets.UTF_8);
      return text.replaceAll("\\p{Cntrl}", " ");
    } catch (ArithmeticException | IndexOutOfBoundsException | IllegalArgumentException malformed) {
      return UNNAMED;
    }
  }

  private static String signature(JsonNode word) {
    var inputs =
        word.required("inputs")
            .valueStream()
            .map(Reverts::type)
            .collect(Collectors.joining(",", "(", ")"));
    return word.required("name").asString() + inputs;
  }

  private static String type(JsonNode input) {
    var type = input.required("type").asString();
    if (!type.startsWith("tuple")) {
      return type;
    }
    var parts =
        input
            .required("components")
            .valueStream()
            .map(Reverts::type)
            .collect(Collectors.joining(",", "(", ")"));
    return parts + type.substring("tuple".length());
  }
}
