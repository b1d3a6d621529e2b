package tally.x402;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a payer sends with the request that he pays for.
///
/// @param accepted the way to pay that he chose, echoed
/// @param payload the scheme's own words; of `batch-settlement` a `BatchPayload`
public record PaymentPayload(
    Optional<PaymentRequired.Resource> resource,
    PaymentRequirements accepted,
    Map<String, Object> payload,
    Map<String, Object> extensions) {

  public PaymentPayload {
    payload = Fields.kept(payload);
    extensions = Fields.kept(extensions);
  }

  static PaymentPayload read(Fields fields) {
    fields.object("payload");
    return new PaymentPayload(
        fields.maybeObject("resource").map(PaymentRequired.Resource::read),
        PaymentRequirements.read(fields.object("accepted")),
        fields.map("payload"),
        fields.map("extensions"));
  }

  Map<String, Object> written() {
    var out = new LinkedHashMap<String, Object>();
    out.put("x402Version", PaymentRequired.VERSION);
    resource.ifPresent(what -> out.put("resource", what.written()));
    out.put("accepted", accepted.written());
    out.put("payload", payload);
    if (!extensions.isEmpty()) {
      out.put("extensions", extensions);
    }
    return out;
  }
}
