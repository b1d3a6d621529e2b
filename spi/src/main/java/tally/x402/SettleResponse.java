package tally.x402;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What became of a payment.
///
/// @param transaction the chain's hash, or no letters where none was sent
/// @param amount units that moved on chain, or no letters
public record SettleResponse(
    boolean success,
    Optional<String> errorReason,
    Optional<String> errorMessage,
    Optional<String> payer,
    String transaction,
    String network,
    Optional<String> amount,
    Map<String, Object> extensions,
    Map<String, Object> extra) {

  public SettleResponse {
    extensions = Fields.kept(extensions);
    extra = Fields.kept(extra);
  }

  /// Paid by a voucher, without a transaction.
  public static SettleResponse paid(Address payer, String network, Map<String, Object> extra) {
    return new SettleResponse(
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.of(payer.checksummed()),
        "",
        network,
        Optional.of(""),
        Map.of(),
        extra);
  }

  static SettleResponse read(Fields fields) {
    return new SettleResponse(
        fields.truth("success"),
        fields.maybeText("errorReason"),
        fields.maybeText("errorMessage"),
        fields.maybeText("payer"),
        fields.text("transaction"),
        fields.text("network"),
        fields.maybeText("amount"),
        fields.map("extensions"),
        fields.map("extra"));
  }

  Map<String, Object> written() {
    var out = new LinkedHashMap<String, Object>();
    out.put("success", success);
    errorReason.ifPresent(text -> out.put("errorReason", text));
    errorMessage.ifPresent(text -> out.put("errorMessage", text));
    payer.ifPresent(text -> out.put("payer", text));
    out.put("transaction", transaction);
    out.put("network", network);
    amount.ifPresent(text -> out.put("amount", text));
    if (!extensions.isEmpty()) {
      out.put("extensions", extensions);
    }
    if (!extra.isEmpty()) {
      out.put("extra", extra);
    }
    return out;
  }
}
