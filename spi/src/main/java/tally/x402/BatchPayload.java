package tally.x402;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import tally.x402.Headers.Decoded;

/// What a payer of the scheme `batch-settlement` sends in `payload`.
public sealed interface BatchPayload {

  ChannelConfig config();

  Voucher voucher();

  /// Pays from what the channel has.
  record Spend(ChannelConfig config, Voucher voucher) implements BatchPayload {}

  /// Raises the deposit, and pays.
  ///
  /// @param amount units of the token
  /// @param authorization `erc3009Authorization` or `permit2Authorization`, as it came
  record Deposit(
      ChannelConfig config, Voucher voucher, BigInteger amount, Map<String, Object> authorization)
      implements BatchPayload {
    public Deposit {
      authorization = Fields.kept(authorization);
    }
  }

  /// Asks for what was not charged back.
  ///
  /// @param amount units, or all
  record Refund(ChannelConfig config, Voucher voucher, Optional<BigInteger> amount)
      implements BatchPayload {}

  /// Refuses, with the scheme's codes, another type, a config or voucher without its form, and a
  /// signature that is not 65 bytes.
  static Decoded<BatchPayload> read(Map<String, Object> payload) {
    var fields = new Fields("payload", payload);
    String type;
    try {
      type = fields.text("type");
    } catch (Fields.Malformed malformed) {
      return bad(Codes.PAYLOAD_TYPE, malformed);
    }
    return switch (type) {
      case "voucher" -> reading(fields, Codes.VOUCHER_PAYLOAD, Spend::new);
      case "deposit" ->
          reading(
              fields,
              Codes.DEPOSIT_PAYLOAD,
              (config, voucher) -> {
                var deposit = fields.object("deposit");
                deposit.object("authorization");
                return new Deposit(
                    config, voucher, deposit.digits("amount"), deposit.map("authorization"));
              });
      case "refund" ->
          reading(
              fields,
              Codes.REFUND_PAYLOAD,
              (config, voucher) -> new Refund(config, voucher, fields.maybeDigits("amount")));
      // A word of the outside: any other text is refused, not a state that we forgot.
      default ->
          new Decoded.Bad<>(Codes.PAYLOAD_TYPE, "payload.type is voucher, deposit or refund.");
    };
  }

  /// The form in which `PaymentPayload` carries it.
  default Map<String, Object> written() {
    var out = new LinkedHashMap<String, Object>();
    switch (this) {
      case Spend _ -> out.put("type", "voucher");
      case Deposit deposit -> {
        out.put("type", "deposit");
        out.put(
            "deposit",
            Map.of(
                "amount", deposit.amount().toString(), "authorization", deposit.authorization()));
      }
      case Refund refund -> {
        out.put("type", "refund");
        refund.amount().ifPresent(amount -> out.put("amount", amount.toString()));
      }
    }
    out.put("channelConfig", written(config()));
    out.put("voucher", written(voucher()));
    return out;
  }

  /// A configuration as the protocol's JSON has it.
  static Map<String, Object> written(ChannelConfig config) {
    var out = new LinkedHashMap<String, Object>();
    out.put("payer", config.payer().checksummed());
    out.put("payerAuthorizer", config.payerAuthorizer().checksummed());
    out.put("receiver", config.receiver().checksummed());
    out.put("receiverAuthorizer", config.receiverAuthorizer().checksummed());
    out.put("token", config.token().checksummed());
    out.put("withdrawDelay", config.withdrawDelay());
    out.put("salt", config.salt().hex());
    return out;
  }

  static Map<String, Object> written(Voucher voucher) {
    var out = new LinkedHashMap<String, Object>();
    out.put("channelId", voucher.channel().hex());
    out.put("maxClaimableAmount", voucher.maxClaimable().toString());
    out.put("signature", voucher.signature().hex());
    return out;
  }

  private static Decoded<BatchPayload> reading(
      Fields fields, String code, BiFunction<ChannelConfig, Voucher, BatchPayload> reading) {
    try {
      var written = fields.object("voucher");
      ChannelId channel;
      try {
        channel = written.as("channelId", ChannelId::of);
      } catch (Fields.Malformed malformed) {
        return bad(Codes.CHANNEL_ID_INVALID, malformed);
      }
      Signature signature;
      try {
        signature = written.as("signature", Signature::new);
      } catch (Fields.Malformed malformed) {
        return bad(Codes.VOUCHER_SIGNATURE, malformed);
      }
      var max = written.as("maxClaimableAmount", BatchPayload::uint128);
      var voucher = new Voucher(channel, max, signature);
      return new Decoded.Good<>(reading.apply(config(fields.object("channelConfig")), voucher));
    } catch (Fields.Malformed malformed) {
      return bad(code, malformed);
    }
  }

  private static BigInteger uint128(String text) {
    if (!text.matches("[0-9]{1,39}")) {
      throw new IllegalArgumentException("not a string of digits");
    }
    var number = new BigInteger(text);
    if (number.compareTo(Voucher.LIMIT) >= 0) {
      throw new IllegalArgumentException("above a uint128");
    }
    return number;
  }

  private static ChannelConfig config(Fields fields) {
    long delay = fields.number("withdrawDelay");
    if (delay >= 1L << 40) {
      throw new Fields.Malformed("withdrawDelay is a uint40");
    }
    return new ChannelConfig(
        fields.as("payer", Address::new),
        fields.as("payerAuthorizer", Address::new),
        fields.as("receiver", Address::new),
        fields.as("receiverAuthorizer", Address::new),
        fields.as("token", Address::new),
        delay,
        fields.as("salt", Bytes32::new));
  }

  private static Decoded<BatchPayload> bad(String code, Fields.Malformed malformed) {
    return new Decoded.Bad<>(code, String.valueOf(malformed.getMessage()));
  }
}
