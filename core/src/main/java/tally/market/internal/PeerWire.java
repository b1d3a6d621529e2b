package tally.market.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tally.Json;
import tally.delivery.DeliveryId;
import tally.delivery.port.Adapter.Access;
import tally.market.Offering;
import tally.money.Rounding;
import tally.x402.ChannelConfig;
import tally.x402.Voucher;
import tools.jackson.core.JacksonException;

/// Our words to a provider's public door and back. Pure. Source: x402 v2 with scheme
/// `batch-settlement` (`reference/x402.md` §3), and our own `/peer` messages.
///
/// What a peer writes is read with care: whatever is missing or malformed is empty, never a fault.
final class PeerWire {

  static final int TEXT_MAX = 300;
  private static final int SECONDS_MAX = 300;
  private static final Pattern CODE = Pattern.compile("[a-z0-9_]{1,100}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,39}");

  private PeerWire() {}

  record Config(
      String payer,
      String payerAuthorizer,
      String receiver,
      String receiverAuthorizer,
      String token,
      long withdrawDelay,
      String salt) {
    static Config of(ChannelConfig c) {
      return new Config(
          c.payer().checksummed(),
          c.payerAuthorizer().checksummed(),
          c.receiver().checksummed(),
          c.receiverAuthorizer().checksummed(),
          c.token().checksummed(),
          c.withdrawDelay(),
          c.salt().hex());
    }
  }

  record Signed(String channelId, String maxClaimableAmount, String signature) {
    static Signed of(Voucher v) {
      return new Signed(v.channel().hex(), v.maxClaimable().toString(), v.signature().hex());
    }
  }

  record Ask(UUID offering, UUID delivery, Config channelConfig, Signed proof) {}

  record Finish(UUID delivery, Signed voucher) {}

  record Terms(String receiverAuthorizer, long withdrawDelay) {}

  record Requirements(
      String scheme,
      String network,
      String amount,
      String asset,
      String payTo,
      int maxTimeoutSeconds,
      Terms extra) {}

  record Batch(String type, Config channelConfig, Signed voucher) {}

  record Payload(int x402Version, Requirements accepted, Batch payload) {}

  private record Admitted(@Nullable Reach access) {}

  private record Reach(@Nullable String url, @Nullable String token) {}

  private record Claimed(@Nullable Long claimed) {}

  private record Problem(@Nullable String code, @Nullable String detail, @Nullable String title) {}

  private record ChannelState(@Nullable String chargedCumulativeAmount) {}

  private record Extra(@Nullable ChannelState channelState) {}

  private record Accept(@Nullable Extra extra) {}

  private record Required(@Nullable String error, @Nullable List<Accept> accepts) {}

  /// A refusal as the peer gave it.
  record No(String code, String text) {}

  static String ask(Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher proof) {
    return Json.write(
        Ask.class,
        new Ask(offering.id().value(), delivery.value(), Config.of(channel), Signed.of(proof)));
  }

  static String finish(DeliveryId delivery, Voucher voucher) {
    return Json.write(Finish.class, new Finish(delivery.value(), Signed.of(voucher)));
  }

  /// The header PAYMENT-SIGNATURE. The amount is that of one portion, as the seller's own
  /// requirements have it.
  ///
  /// @param network CAIP-2
  static String payment(Offering offering, String network, ChannelConfig channel, Voucher voucher) {
    var portion = offering.tariff().price().of(offering.tariff().portion(), Rounding.UP).amount();
    var accepted =
        new Requirements(
            "batch-settlement",
            network,
            portion.units().toString(),
            channel.token().checksummed(),
            channel.receiver().checksummed(),
            SECONDS_MAX,
            new Terms(channel.receiverAuthorizer().checksummed(), channel.withdrawDelay()));
    var payload = new Batch("voucher", Config.of(channel), Signed.of(voucher));
    var json = Json.write(Payload.class, new Payload(2, accepted, payload));
    return Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
  }

  static Optional<Access> access(String body) {
    return read(Admitted.class, body)
        .flatMap(admitted -> {
          var access = admitted.access();
          var url = access == null ? null : access.url();
          var token = access == null ? null : access.token();
          return url == null || token == null
              ? Optional.<Access>empty()
              : url(url).map(web -> new Access(web, token));
        });
  }

  /// Only web addresses: a peer's word must not make this node open files.
  private static Optional<URI> url(String text) {
    try {
      var url = URI.create(text);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return web && url.getHost() != null ? Optional.of(url) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  static Optional<Long> claimed(String body) {
    return read(Claimed.class, body)
        .flatMap(answer -> Optional.ofNullable(answer.claimed()))
        .filter(count -> count >= 0);
  }

  /// The refusal of a problem document, or empty where it is none.
  static Optional<No> problem(String body) {
    return read(Problem.class, body)
        .flatMap(problem -> {
          var code = problem.code();
          if (code == null || !CODE.matcher(code).matches()) {
            return Optional.empty();
          }
          var text = problem.detail() != null ? problem.detail() : problem.title();
          return Optional.of(new No(code, text == null ? "The provider refused." : cut(text)));
        });
  }

  /// What the seller says that it holds vouchers for, of the header PAYMENT-REQUIRED; zero where it
  /// says nothing.
  static BigInteger charged(Optional<String> header) {
    return header
        .flatMap(PeerWire::decoded)
        .flatMap(json -> read(Required.class, json))
        .flatMap(PeerWire::charged)
        .orElse(BigInteger.ZERO);
  }

  private static Optional<BigInteger> charged(Required required) {
    var accepts = required.accepts();
    if (accepts == null || accepts.isEmpty()) {
      return Optional.empty();
    }
    var extra = accepts.getFirst().extra();
    var state = extra == null ? null : extra.channelState();
    var charged = state == null ? null : state.chargedCumulativeAmount();
    return charged != null && NUMBER.matcher(charged).matches()
        ? Optional.of(new BigInteger(charged))
        : Optional.empty();
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(base64), UTF_8));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static String cut(String text) {
    return text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) : text;
  }

  private static <T> Optional<T> read(Class<T> type, String json) {
    try {
      return Optional.ofNullable(Json.read(type, json));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }
}
