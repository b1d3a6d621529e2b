package tally.x402;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tally.x402.Headers.Decoded;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class HeadersTest {

  @Test
  void every_header_of_the_official_client_is_read_and_written_again() {
    assertThat(VectorsTest.headers()).hasSize(4);
    for (var row : VectorsTest.headers()) {
      var value = row.get("base64").asString();
      var again =
          switch (row.get("header").asString()) {
            case Headers.PAYMENT_REQUIRED -> Headers.encode(good(Headers.paymentRequired(value)));
            case Headers.PAYMENT_SIGNATURE -> Headers.encode(good(Headers.paymentPayload(value)));
            default -> Headers.encode(good(Headers.settleResponse(value)));
          };
      assertThat(json(again)).isEqualTo(row.get("json"));
    }
  }

  @Test
  void a_voucher_payload_of_the_official_client_is_read_and_written_again() {
    var payload = good(Headers.paymentPayload(header(1)));
    var spend = (BatchPayload.Spend) good(BatchPayload.read(payload.payload()));
    assertThat(spend.config()).isEqualTo(Vectors.channelA());
    assertThat(spend.voucher().maxClaimable()).isEqualTo(1000);
    assertThat(tree(spend.written())).isEqualTo(json(header(1)).get("payload"));
  }

  @Test
  void a_deposit_payload_of_the_official_client_is_read_and_written_again() {
    var payload = good(Headers.paymentPayload(header(2)));
    var deposit = (BatchPayload.Deposit) good(BatchPayload.read(payload.payload()));
    assertThat(deposit.amount()).isEqualTo(100_000);
    assertThat(deposit.authorization()).containsKey("erc3009Authorization");
    assertThat(tree(deposit.written())).isEqualTo(json(header(2)).get("payload"));
  }

  @Test
  void a_refund_payload_is_read_with_and_without_an_amount() {
    var spend =
        (BatchPayload.Spend)
            good(BatchPayload.read(good(Headers.paymentPayload(header(1))).payload()));
    for (Optional<BigInteger> amount :
        java.util.List.of(Optional.<BigInteger>empty(), Optional.of(BigInteger.TEN))) {
      var refund = new BatchPayload.Refund(spend.config(), spend.voucher(), amount);
      assertThat(good(BatchPayload.read(refund.written()))).isEqualTo(refund);
    }
  }

  @Test
  void an_unknown_field_is_ignored_and_an_unknown_extra_kept() {
    var changed =
        changed(
            header(0),
            root -> {
              root.put("futureField", true);
              ((ObjectNode) root.get("accepts").get(0).get("extra")).put("futureExtra", 7);
            });
    var required = good(Headers.paymentRequired(changed));
    assertThat(required.accepts().getFirst().extra()).containsEntry("futureExtra", 7);
  }

  @Test
  void null_is_the_same_as_absent() {
    var changed = changed(header(0), root -> root.putNull("error").putNull("extensions"));
    assertThat(good(Headers.paymentRequired(changed)).error()).isEmpty();
  }

  @Test
  void another_version_is_refused_by_its_code() {
    assertThat(code(Headers.paymentPayload(changed(header(1), root -> root.put("x402Version", 3)))))
        .isEqualTo("invalid_x402_version");
    assertThat(code(Headers.paymentPayload(changed(header(1), root -> root.put("x402Version", 1)))))
        .isEqualTo("invalid_x402_version");
  }

  @Test
  void what_is_not_standard_padded_base64_is_refused() {
    var text = "{\"x\":\"\u00fb\u00ff\u00fe>>>???\"}".getBytes(StandardCharsets.ISO_8859_1);
    var urlSafe = Base64.getUrlEncoder().encodeToString(text);
    assertThat(urlSafe).containsAnyOf("-", "_");
    for (var bad :
        new String[] {
          urlSafe,
          header(1).replaceAll("=+$", "") + "=====",
          header(1) + "\n",
          " " + header(1),
          "a",
          "",
          "===="
        }) {
      assertThat(code(Headers.paymentPayload(bad))).as(bad).isEqualTo("invalid_payload");
    }
    var unpadded =
        Base64.getEncoder()
            .withoutPadding()
            .encodeToString("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    assertThat(code(Headers.paymentPayload(unpadded))).isEqualTo("invalid_payload");
  }

  @Test
  void what_is_not_one_json_object_in_utf_8_is_refused() {
    for (var bad :
        new String[] {
          "",
          "null",
          "[]",
          "7",
          "{",
          "{}{}",
          "{\"x402Version\":2,\"x402Version\":2}",
          "{\"x402Version\":\"2\"}",
          "{\"x402Version\":2}",
          "[".repeat(2000)
        }) {
      assertThat(code(Headers.paymentPayload(base64(bad.getBytes(StandardCharsets.UTF_8)))))
          .as(bad)
          .isEqualTo("invalid_payload");
    }
    assertThat(code(Headers.paymentPayload(base64(new byte[] {'{', '"', (byte) 0xff, '"', '}'}))))
        .isEqualTo("invalid_payload");
  }

  @Test
  void sixteen_kibibytes_are_the_most() {
    assertThat(code(Headers.paymentPayload("A".repeat(Headers.LENGTH_MAX + 4))))
        .isEqualTo("invalid_payload");
    var large = changed(header(1), root -> root.put("filler", "x".repeat(9000)));
    assertThat(large.length()).isBetween(12_000, Headers.LENGTH_MAX);
    assertThat(good(Headers.paymentPayload(large)).accepted().network()).isEqualTo("eip155:31337");
  }

  @Test
  void an_amount_is_a_string_of_digits() {
    for (var bad : new String[] {"-1", "1.0", "0x10", "1e4", "", " 1", "9".repeat(79)}) {
      var changed =
          changed(header(1), root -> ((ObjectNode) root.get("accepted")).put("amount", bad));
      assertThat(code(Headers.paymentPayload(changed))).as(bad).isEqualTo("invalid_payload");
    }
    var number =
        changed(header(1), root -> ((ObjectNode) root.get("accepted")).put("amount", 1000));
    assertThat(code(Headers.paymentPayload(number))).isEqualTo("invalid_payload");
  }

  @Test
  void a_payload_without_its_form_is_refused_by_the_code_of_the_scheme() {
    refused("payload_type", root -> root.put("type", "cheque"));
    refused("payload_type", root -> root.remove("type"));
    refused("channel_id_invalid", root -> voucher(root).put("channelId", "0x00"));
    refused("voucher_signature", root -> voucher(root).put("signature", "0x" + "11".repeat(64)));
    refused("voucher_signature", root -> voucher(root).put("signature", "0x" + "11".repeat(66)));
    refused("voucher_payload", root -> root.remove("voucher"));
    refused("voucher_payload", root -> voucher(root).put("maxClaimableAmount", "-1"));
    refused(
        "voucher_payload",
        root -> voucher(root).put("maxClaimableAmount", Voucher.LIMIT.toString()));
    refused("voucher_payload", root -> config(root).put("payer", "0x1234"));
    refused("voucher_payload", root -> config(root).put("withdrawDelay", "900"));
    refused("voucher_payload", root -> config(root).put("withdrawDelay", 1L << 40));
    refused("deposit_payload", root -> root.put("type", "deposit"));
    refused("refund_payload", root -> root.put("type", "refund").put("amount", "all"));
  }

  @Test
  void an_echo_may_add_to_extra_and_change_nothing_else() {
    var offer = good(Headers.paymentPayload(header(1))).accepted();
    var more = new HashMap<>(offer.extra());
    more.put("channelState", Map.of("balance", "1"));
    assertThat(offer.isMetBy(with(offer, offer.amount(), more))).isTrue();
    assertThat(offer.isMetBy(with(offer, BigInteger.ONE, more))).isFalse();
    more.put("withdrawDelay", 900L);
    assertThat(offer.isMetBy(with(offer, offer.amount(), more))).isTrue();
    more.put("withdrawDelay", 901);
    assertThat(offer.isMetBy(with(offer, offer.amount(), more))).isFalse();
    more.remove("withdrawDelay");
    assertThat(offer.isMetBy(with(offer, offer.amount(), more))).isFalse();
  }

  private static PaymentRequirements with(
      PaymentRequirements of, BigInteger amount, Map<String, Object> extra) {
    return new PaymentRequirements(
        of.scheme(), of.network(), amount, of.asset(), of.payTo(), of.maxTimeoutSeconds(), extra);
  }

  private static void refused(String code, Consumer<ObjectNode> change) {
    var changed = changed(header(1), root -> change.accept((ObjectNode) root.get("payload")));
    var payload = good(Headers.paymentPayload(changed)).payload();
    assertThat(code(BatchPayload.read(payload))).isEqualTo(Codes.PREFIX + code);
  }

  private static ObjectNode voucher(ObjectNode payload) {
    return (ObjectNode) payload.get("voucher");
  }

  private static ObjectNode config(ObjectNode payload) {
    return (ObjectNode) payload.get("channelConfig");
  }

  private static String header(int row) {
    return VectorsTest.headers().get(row).get("base64").asString();
  }

  private static String changed(String header, Consumer<ObjectNode> change) {
    var root = (ObjectNode) json(header);
    change.accept(root);
    return base64(Vectors.MAPPER.writeValueAsBytes(root));
  }

  private static JsonNode json(String header) {
    return Vectors.MAPPER.readTree(Base64.getDecoder().decode(header));
  }

  private static JsonNode tree(Map<String, Object> written) {
    return Vectors.MAPPER.readTree(Vectors.MAPPER.writeValueAsString(written));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static <T> T good(Decoded<T> decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Good.class);
    return ((Decoded.Good<T>) decoded).value();
  }

  private static String code(Decoded<?> decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Bad.class);
    return ((Decoded.Bad<?>) decoded).code();
  }
}
