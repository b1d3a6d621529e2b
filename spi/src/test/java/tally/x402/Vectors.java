package tally.x402;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The official client's answers, computed by calling its functions.
final class Vectors {

  static final JsonMapper MAPPER = JsonMapper.builder().build();
  static final JsonNode ALL = read();

  private Vectors() {}

  private static JsonNode read() {
    try (var in = Vectors.class.getResourceAsStream("/x402-vectors.json")) {
      return MAPPER.readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode at(String name) {
    return Objects.requireNonNull(ALL.get(name), name);
  }

  /// The private key of an address of the vectors.
  static byte[] keyOf(String address) {
    for (var key : ALL.get("meta").get("keys").values()) {
      if (key.has("address") && key.get("address").asString().equalsIgnoreCase(address)) {
        return Hex.bytes(key.get("privateKey").asString());
      }
    }
    throw new IllegalArgumentException("no key of " + address);
  }

  static byte[] payerKey() {
    return keyOf(payer().hex());
  }

  static Address payer() {
    return new Address(ALL.get("meta").get("keys").get("payer").get("address").asString());
  }

  static Settlement settlement(String network) {
    return new Settlement(
        Long.parseLong(network.substring("eip155:".length())), Settlement.OFFICIAL);
  }

  static ChannelConfig config(JsonNode node) {
    return new ChannelConfig(
        address(node, "payer"),
        address(node, "payerAuthorizer"),
        address(node, "receiver"),
        address(node, "receiverAuthorizer"),
        address(node, "token"),
        node.get("withdrawDelay").asLong(),
        new Bytes32(node.get("salt").asString()));
  }

  /// The configuration of channel A, which most other vectors are about.
  static ChannelConfig channelA() {
    return config(at("channelIds").get(0).get("config"));
  }

  static Address address(JsonNode node, String name) {
    return new Address(node.get(name).asString());
  }

  static BigInteger number(JsonNode node, String name) {
    return new BigInteger(node.get(name).asString());
  }

  static List<Curve> curves() {
    var curves = new ArrayList<Curve>();
    curves.add(new BouncyCurve());
    curves.add(NativeCurve.load().orElseThrow(() -> new AssertionError("no libsecp256k1 here")));
    return curves;
  }
}
