package tally.x402;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a seller answers with status 402: what is sold, and the ways to pay for it.
///
/// @param error why the last try was not taken: a code, or `Payment required`
/// @param accepts 1 to 64 ways
public record PaymentRequired(
    Optional<String> error,
    Resource resource,
    List<PaymentRequirements> accepts,
    Map<String, Object> extensions) {

  /// The version of the protocol that all of this is.
  public static final int VERSION = 2;

  public PaymentRequired {
    accepts = List.copyOf(accepts);
    extensions = Fields.kept(extensions);
    if (accepts.isEmpty()) {
      throw new IllegalArgumentException("a seller names at least one way to pay");
    }
  }

  /// What is sold.
  public record Resource(
      String url,
      Optional<String> description,
      Optional<String> mimeType,
      Optional<String> serviceName,
      List<String> tags,
      Optional<String> iconUrl) {

    public Resource {
      tags = List.copyOf(tags);
    }

    public static Resource of(String url) {
      return new Resource(
          url, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    }

    static Resource read(Fields fields) {
      return new Resource(
          fields.text("url"),
          fields.maybeText("description"),
          fields.maybeText("mimeType"),
          fields.maybeText("serviceName"),
          fields.texts("tags"),
          fields.maybeText("iconUrl"));
    }

    Map<String, Object> written() {
      var out = new LinkedHashMap<String, Object>();
      out.put("url", url);
      description.ifPresent(text -> out.put("description", text));
      mimeType.ifPresent(text -> out.put("mimeType", text));
      serviceName.ifPresent(text -> out.put("serviceName", text));
      if (!tags.isEmpty()) {
        out.put("tags", tags);
      }
      iconUrl.ifPresent(text -> out.put("iconUrl", text));
      return out;
    }
  }

  static PaymentRequired read(Fields fields) {
    var accepts = fields.objects("accepts").stream().map(PaymentRequirements::read).toList();
    if (accepts.isEmpty()) {
      throw new Fields.Malformed("a PaymentRequired without accepts");
    }
    return new PaymentRequired(
        fields.maybeText("error"),
        Resource.read(fields.object("resource")),
        accepts,
        fields.map("extensions"));
  }

  Map<String, Object> written() {
    var out = new LinkedHashMap<String, Object>();
    out.put("x402Version", VERSION);
    error.ifPresent(text -> out.put("error", text));
    out.put("resource", resource.written());
    out.put("accepts", accepts.stream().map(PaymentRequirements::written).toList());
    if (!extensions.isEmpty()) {
      out.put("extensions", extensions);
    }
    return out;
  }
}
