package tally.server.internal;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tally.x402.Voucher;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The words of x402 version 2, scheme `batch-settlement`, as the pay and peer doors carry them:
/// JSON records, and headers of base64 JSON.
final class PayWire {

  static final String PAYMENT_SIGNATURE = "PAYMENT-SIGNATURE";
  static final String PAYMENT_REQUIRED = "PAYMENT-REQUIRED";
  static final String PAYMENT_RESPONSE = "PAYMENT-RESPONSE";
  private static final int HEADER_MAX = 16 * 1024;
  private static final int DIGITS_MAX = 39;
  private static final long TIMEOUT_SECONDS = 60;

  /// Clients may say more than we need: unknown fields are let through here alone.
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private PayWire() {}

  record ConfigWords(
      @Nullable String payer,
      @Nullable String payerAuthorizer,
      @Nullable String receiver,
      @Nullable String receiverAuthorizer,
      @Nullable String token,
      @Nullable Long withdrawDelay,
      @Nullable String salt) {}

  record VoucherWords(
      @Nullable String channelId,
      @Nullable String maxClaimableAmount,
      @Nullable String signature) {}

  record PayloadWords(
      @Nullable String type, @Nullable ConfigWords channelConfig, @Nullable VoucherWords voucher) {}

  record PaymentWords(@Nullable Integer x402Version, @Nullable PayloadWords payload) {}

  record Payment(ChannelConfig config, Voucher voucher) {}

  /// Reads `PAYMENT-SIGNATURE`. Refuses with `invalid_payload` and `invalid_x402_version`.
  static Payment payment(String header) {
    if (header.length() > HEADER_MAX) {
      throw new Refused(
          "invalid_payload", "A payment header has at most " + HEADER_MAX + " characters.");
    }
    try {
      var json = new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8);
      var words = MAPPER.readValue(json, PaymentWords.class);
      if (words == null || words.x402Version() == null || words.x402Version() != 2) {
        throw new Refused("invalid_x402_version", "Only version 2 of x402 is spoken here.");
      }
      var payload = words.payload();
      if (payload == null || !"voucher".equals(payload.type())) {
        throw new Refused(
            "invalid_batch_settlement_evm_payload_type", "A payment here is a voucher.");
      }
      return new Payment(config(payload.channelConfig()), voucher(payload.voucher()));
    } catch (IllegalArgumentException | JacksonException malformed) {
      throw new Refused("invalid_payload", "The header is not the base64 JSON of a payment.");
    }
  }

  static ChannelConfig config(@Nullable ConfigWords words) {
    if (words == null) {
      throw new Refused("invalid_payload", "channelConfig is needed.");
    }
    try {
      return new ChannelConfig(
          address("payer", words.payer()),
          address("payerAuthorizer", words.payerAuthorizer()),
          address("receiver", words.receiver()),
          address("receiverAuthorizer", words.receiverAuthorizer()),
          address("token", words.token()),
          need("withdrawDelay", words.withdrawDelay()),
          new Bytes32(need("salt", words.salt())));
    } catch (IllegalArgumentException wrong) {
      throw new Refused("invalid_payload", "channelConfig: " + wrong.getMessage());
    }
  }

  static Voucher voucher(@Nullable VoucherWords words) {
    if (words == null) {
      throw new Refused("invalid_payload", "voucher is needed.");
    }
    var most = need("maxClaimableAmount", words.maxClaimableAmount());
    if (!most.matches("[0-9]{1," + DIGITS_MAX + "}")) {
      throw new Refused("invalid_payload", "maxClaimableAmount is a whole number of units.");
    }
    try {
      return new Voucher(
          ChannelId.of(need("channelId", words.channelId())),
          new BigInteger(most),
          new Signature(need("signature", words.signature())));
    } catch (IllegalArgumentException wrong) {
      throw new Refused("invalid_payload", "voucher: " + wrong.getMessage());
    }
  }

  /// Writes `PAYMENT-REQUIRED`; a standing corrects a payer who lost count.
  static String required(String url, String error, Road.Due due, @Nullable Extra extra) {
    var more = new LinkedHashMap<String, Object>();
    more.put("withdrawDelay", due.withdrawDelay());
    more.put("receiverAuthorizer", due.receiverAuthorizer().checksummed());
    if (extra != null) {
      more.put("channelState", state(extra.channel(), extra.standing()));
      extra
          .standing()
          .voucher()
          .ifPresent(last ->
              more.put(
                  "voucherState",
                  Map.of(
                      "signedMaxClaimable", last.maxClaimable().toString(),
                      "signature", last.signature().hex())));
    }
    var way = new LinkedHashMap<String, Object>();
    way.put("scheme", "batch-settlement");
    way.put("network", due.network());
    way.put("amount", due.amount().toString());
    way.put("asset", due.token().checksummed());
    way.put("payTo", due.payTo().checksummed());
    way.put("maxTimeoutSeconds", TIMEOUT_SECONDS);
    way.put("extra", more);
    var body = new LinkedHashMap<String, Object>();
    body.put("x402Version", 2);
    body.put("error", error);
    body.put("resource", Map.of("url", url));
    body.put("accepts", List.of(way));
    return encode(body);
  }

  record Extra(ChannelId channel, Road.Standing standing) {}

  /// Writes `PAYMENT-RESPONSE` for a voucher that was taken.
  static String response(
      String network, ChannelConfig config, ChannelId channel, Road.Paid.Taken taken) {
    var extra = new LinkedHashMap<String, Object>();
    extra.put("channelState", state(channel, taken.standing()));
    extra.put("chargedAmount", taken.added().toString());
    extra.put("claimedCount", taken.claimed().count());
    var body = new LinkedHashMap<String, Object>();
    body.put("success", true);
    body.put("transaction", "");
    body.put("network", network);
    body.put("payer", config.payer().checksummed());
    body.put("amount", taken.added().toString());
    body.put("extra", extra);
    return encode(body);
  }

  private static Map<String, Object> state(ChannelId channel, Road.Standing standing) {
    var state = new LinkedHashMap<String, Object>();
    state.put("channelId", channel.toString());
    state.put("balance", standing.balance().toString());
    state.put("totalClaimed", standing.claimed().toString());
    state.put("chargedCumulativeAmount", standing.charged().toString());
    return state;
  }

  private static String encode(Object body) {
    return Base64.getEncoder().encodeToString(MAPPER.writeValueAsBytes(body));
  }

  private static Address address(String name, @Nullable String hex) {
    return new Address(need(name, hex));
  }

  private static <T> T need(String name, @Nullable T value) {
    if (value == null) {
      throw new Refused("invalid_payload", name + " is needed.");
    }
    return value;
  }
}
