package tally.gateway.fake;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tally.money.Amount;
import tally.money.Asset;
import tally.payment.port.Gateway.About;
import tally.payment.port.Gateway.Action;
import tally.payment.port.Gateway.Currency;
import tally.payment.port.Gateway.Decline;
import tally.payment.port.Gateway.DeclineKind;
import tally.payment.port.Gateway.DisputeSnapshot;
import tally.payment.port.Gateway.DisputeStatus;
import tally.payment.port.Gateway.Event;
import tally.payment.port.Gateway.ListedEvent;
import tally.payment.port.Gateway.Order;
import tally.payment.port.Gateway.PayoutSnapshot;
import tally.payment.port.Gateway.PayoutStatus;
import tally.payment.port.Gateway.Reference;
import tally.payment.port.Gateway.RefundSnapshot;
import tally.payment.port.Gateway.RefundStatus;
import tally.payment.port.Gateway.Snapshot;
import tally.payment.port.Gateway.StatementLine;
import tally.payment.port.Gateway.Status;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The fake bank's words to ours and back. Pure.
final class FakeWire {

  static final String SIGNATURE = "Fake-Signature";
  static final Duration TOLERANCE = Duration.ofSeconds(300);
  static final List<Currency> CURRENCIES =
      List.of(
          currency("USD/2", 50, 99_999_999),
          currency("EUR/2", 50, 99_999_999),
          currency("JPY/0", 50, 99_999_999),
          currency("BHD/3", 200, 99_999_990));

  /// How long the hosted page waits for the payer.
  private static final Duration PAGE_LIFE = Duration.ofHours(24);

  private static final int REFERENCES_MAX = 20;
  private static final JsonMapper MAPPER = new JsonMapper();

  private FakeWire() {}

  /// Why the bank does not take an amount.
  static Optional<String> check(Amount amount) {
    var known = CURRENCIES.stream().filter(c -> c.asset().equals(amount.asset())).findFirst();
    if (known.isEmpty()) {
      return Optional.of("no " + amount.asset());
    }
    boolean within =
        !amount.isLessThan(known.get().minimum()) && !known.get().maximum().isLessThan(amount);
    return within
        ? Optional.empty()
        : Optional.of(known.get().minimum() + " to " + known.get().maximum());
  }

  static byte[] json(Map<String, Object> words) {
    return MAPPER.writeValueAsBytes(words);
  }

  static JsonNode read(byte[] body) {
    return MAPPER.readTree(body);
  }

  static Map<String, Object> order(Order order) {
    var json = money(order.amount());
    json.put("reference", order.reference());
    json.put("customer", order.customer());
    json.put("capture", order.capture().name());
    json.put("method", order.method().orElse(""));
    json.put("returnTo", order.returnTo().toString());
    json.put("description", order.description());
    return json;
  }

  static Map<String, Object> money(Amount amount) {
    var json = new TreeMap<String, Object>();
    json.put("asset", amount.asset().toString());
    json.put("units", amount.units());
    return json;
  }

  /// @param bank where the hosted page is
  static Snapshot payment(JsonNode json, URI bank) {
    var amount = amount(json);
    var object = text(json, "object");
    var status = Status.valueOf(text(json, "status"));
    var at = time(json, "at");
    var decline =
        status == Status.DECLINED
            ? Optional.of(new Decline(DeclineKind.HARD, "the bank declined"))
            : Optional.<Decline>empty();
    var action =
        status == Status.ACTION_REQUIRED
            ? Optional.of(new Action(bank.resolve("/pay/" + object), at.plus(PAGE_LIFE)))
            : Optional.<Action>empty();
    boolean captured = status == Status.CAPTURED;
    return new Snapshot(
        object,
        text(json, "reference"),
        status,
        amount,
        new Amount(amount.asset(), json.required("captured").bigIntegerValue()),
        new Amount(amount.asset(), json.required("refunded").bigIntegerValue()),
        captured ? Optional.of(Amount.zero(amount.asset())) : Optional.empty(),
        "card",
        json.required("secured").booleanValue(),
        true,
        decline,
        action,
        at);
  }

  static RefundSnapshot refund(JsonNode json) {
    return new RefundSnapshot(
        text(json, "refund"),
        text(json, "object"),
        text(json, "reference"),
        RefundStatus.valueOf(text(json, "status")),
        amount(json),
        text(json, "reason"),
        time(json, "at"));
  }

  static DisputeSnapshot dispute(JsonNode json) {
    return new DisputeSnapshot(
        text(json, "dispute"),
        text(json, "object"),
        DisputeStatus.valueOf(text(json, "status")),
        amount(json),
        amount(json.required("fee")),
        json.required("withdrawn").booleanValue(),
        text(json, "reason"),
        Optional.of(time(json, "answerBy")),
        time(json, "at"));
  }

  static PayoutSnapshot payout(JsonNode json) {
    return new PayoutSnapshot(
        text(json, "payout"),
        text(json, "reference"),
        PayoutStatus.valueOf(text(json, "status")),
        amount(json),
        time(json, "at"));
  }

  static StatementLine line(JsonNode json) {
    var gross = amount(json);
    var at = time(json, "at");
    return new StatementLine(
        text(json, "id"),
        text(json, "kind"),
        text(json, "source"),
        gross,
        new Amount(gross.asset(), json.required("fee").bigIntegerValue()),
        json.required("credit").booleanValue(),
        at,
        at);
  }

  static ListedEvent event(JsonNode json) {
    return new ListedEvent(text(json, "id"), time(json, "at"), about(json));
  }

  /// Proves and reads one webhook: `Fake-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`, HMAC-SHA256
  /// of `t.body`.
  static Event webhook(
      byte[] body, Map<String, String> headers, List<String> secrets, Instant now) {
    JsonNode json;
    try {
      json = read(body);
      if (json.path("id").asString("").isEmpty()) {
        return new Event.Unverified("no event id", List.of());
      }
    } catch (JacksonException e) {
      return new Event.Unverified("not JSON", List.of());
    }
    var about = hints(json);
    var wrong = wrong(body, header(headers), secrets, now);
    if (wrong.isPresent()) {
      return new Event.Unverified(wrong.get(), about);
    }
    return about.isEmpty()
        ? new Event.Ignored("names nothing that we look at")
        : new Event.Verified(text(json, "id"), time(json, "at"), about);
  }

  static String sign(byte[] body, String secret, long seconds) {
    return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac(body, secret, seconds));
  }

  private static Optional<String> wrong(
      byte[] body, String signature, List<String> secrets, Instant now) {
    long seconds = -1;
    var given = new ArrayList<byte[]>();
    try {
      for (var part : signature.split(",", 10)) {
        if (part.startsWith("t=")) {
          seconds = Long.parseLong(part.substring(2));
        } else if (part.startsWith("v1=")) {
          given.add(HexFormat.of().parseHex(part.substring(3)));
        }
      }
    } catch (IllegalArgumentException e) {
      return Optional.of("malformed signature");
    }
    if (seconds < 0 || given.isEmpty()) {
      return Optional.of("no signature");
    }
    if (Math.abs(now.getEpochSecond() - seconds) > TOLERANCE.toSeconds()) {
      return Optional.of("signed at " + seconds + ", now " + now.getEpochSecond());
    }
    boolean proven = false;
    for (var secret : secrets) {
      var mac = mac(body, secret, seconds);
      for (var one : given) {
        proven |= MessageDigest.isEqual(mac, one);
      }
    }
    return proven ? Optional.empty() : Optional.of("signature does not match");
  }

  private static byte[] mac(byte[] body, String secret, long seconds) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String header(Map<String, String> headers) {
    return headers.entrySet().stream()
        .filter(e -> e.getKey().equalsIgnoreCase(SIGNATURE))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  /// What a delivery seems to be about, however malformed the rest of it.
  private static List<Reference> hints(JsonNode json) {
    try {
      return about(json);
    } catch (JacksonException | IllegalArgumentException e) {
      return List.of();
    }
  }

  private static List<Reference> about(JsonNode json) {
    var list = new ArrayList<Reference>();
    for (var one : json.path("about")) {
      if (list.size() < REFERENCES_MAX) {
        list.add(new Reference(About.valueOf(text(one, "kind")), text(one, "object")));
      }
    }
    return list;
  }

  private static Amount amount(JsonNode json) {
    return new Amount(Asset.of(text(json, "asset")), json.required("units").bigIntegerValue());
  }

  private static String text(JsonNode json, String name) {
    return json.required(name).stringValue();
  }

  private static Instant time(JsonNode json, String name) {
    return Instant.parse(text(json, name));
  }

  private static Currency currency(String asset, long minimum, long maximum) {
    var of = Asset.of(asset);
    return new Currency(of, Amount.of(of, minimum), Amount.of(of, maximum));
  }
}
