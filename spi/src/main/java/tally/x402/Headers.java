package tally.x402;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import tally.money.Refusal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The three headers: standard, padded base64 of UTF-8 JSON, at most 16 KiB. Source: x402 version
/// 2, HTTP transport.
public final class Headers {

  public static final String PAYMENT_REQUIRED = "PAYMENT-REQUIRED";
  public static final String PAYMENT_SIGNATURE = "PAYMENT-SIGNATURE";
  public static final String PAYMENT_RESPONSE = "PAYMENT-RESPONSE";

  /// Characters of a header's value.
  public static final int LENGTH_MAX = 16 * 1024;

  private static final Pattern STANDARD = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxNumberLength(100)
                          .maxDocumentLength(LENGTH_MAX)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Headers() {}

  /// What a header's value was read as.
  public sealed interface Decoded<T> {
    record Good<T>(T value) implements Decoded<T> {}

    /// Codes: `invalid_payload`, `invalid_x402_version`, and for what lies in a payload those of
    /// its scheme.
    record Bad<T>(String code, String text) implements Decoded<T>, Refusal {}
  }

  public static String encode(PaymentRequired required) {
    return encode(required.written());
  }

  public static String encode(PaymentPayload payload) {
    return encode(payload.written());
  }

  public static String encode(SettleResponse response) {
    return encode(response.written());
  }

  public static Decoded<PaymentRequired> paymentRequired(String value) {
    return decode(value, "PaymentRequired", true, PaymentRequired::read);
  }

  public static Decoded<PaymentPayload> paymentPayload(String value) {
    return decode(value, "PaymentPayload", true, PaymentPayload::read);
  }

  public static Decoded<SettleResponse> settleResponse(String value) {
    return decode(value, "SettleResponse", false, SettleResponse::read);
  }

  private static String encode(Map<String, Object> json) {
    var value = Base64.getEncoder().encodeToString(MAPPER.writeValueAsBytes(json));
    if (value.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("a header has at most " + LENGTH_MAX + " characters");
    }
    return value;
  }

  private static <T> Decoded<T> decode(
      String value, String what, boolean versioned, Function<Fields, T> reading) {
    if (value.length() > LENGTH_MAX) {
      return bad(
          "A header has at most " + LENGTH_MAX + " characters; this has " + value.length() + ".");
    }
    if (!STANDARD.matcher(value).matches() || value.length() % 4 != 0) {
      return bad("A header is standard, padded base64.");
    }
    try {
      var text = utf8(Base64.getDecoder().decode(value));
      if (!(MAPPER.readValue(text, Object.class) instanceof Map<?, ?> json)) {
        return bad("A " + what + " is a JSON object.");
      }
      var fields = new Fields(what, json);
      if (versioned && fields.number("x402Version") != PaymentRequired.VERSION) {
        return new Decoded.Bad<>(
            Codes.INVALID_X402_VERSION,
            "Unsupported x402 version: " + fields.number("x402Version"));
      }
      return new Decoded.Good<>(reading.apply(fields));
    } catch (Fields.Malformed malformed) {
      return bad(String.valueOf(malformed.getMessage()));
    } catch (CharacterCodingException | JacksonException | IllegalArgumentException malformed) {
      return bad("A header is base64 of UTF-8 JSON.");
    }
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static <T> Decoded<T> bad(String text) {
    return new Decoded.Bad<>(Codes.INVALID_PAYLOAD, text);
  }
}
