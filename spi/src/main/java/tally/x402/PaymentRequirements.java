package tally.x402;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/// One way in which a seller takes payment.
///
/// @param network CAIP-2, such as `eip155:31337`
/// @param amount units of the asset, 0 up
/// @param asset the token, in the network's own writing
/// @param payTo the receiver, likewise
/// @param maxTimeoutSeconds how long the payer's authorization must hold; 0 only where nothing is
///   authorized
/// @param extra the scheme's own words; unknown ones are kept
public record PaymentRequirements(
    String scheme,
    String network,
    BigInteger amount,
    String asset,
    String payTo,
    long maxTimeoutSeconds,
    Map<String, Object> extra) {

  public PaymentRequirements {
    extra = Fields.kept(extra);
  }

  /// Whether a payer's echo is this very offer: all fields equal, and his `extra` says at least
  /// what ours does.
  public boolean isMetBy(PaymentRequirements accepted) {
    return scheme.equals(accepted.scheme)
        && network.equals(accepted.network)
        && amount.equals(accepted.amount)
        && asset.equalsIgnoreCase(accepted.asset)
        && payTo.equalsIgnoreCase(accepted.payTo)
        && maxTimeoutSeconds == accepted.maxTimeoutSeconds
        && accepted.extra.entrySet().containsAll(extra.entrySet());
  }

  static PaymentRequirements read(Fields fields) {
    return new PaymentRequirements(
        fields.text("scheme"),
        fields.text("network"),
        fields.digits("amount"),
        fields.text("asset"),
        fields.text("payTo"),
        fields.number("maxTimeoutSeconds"),
        fields.map("extra"));
  }

  Map<String, Object> written() {
    var out = new LinkedHashMap<String, Object>();
    out.put("scheme", scheme);
    out.put("network", network);
    out.put("amount", amount.toString());
    out.put("asset", asset);
    out.put("payTo", payTo);
    out.put("maxTimeoutSeconds", maxTimeoutSeconds);
    if (!extra.isEmpty()) {
      out.put("extra", extra);
    }
    return out;
  }
}
