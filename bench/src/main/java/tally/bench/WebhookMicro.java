package tally.bench;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tally.gateway.fake.FakeGateway;
import tally.gateway.fake.FakeSettings;
import tally.payment.port.Gateway.Event;

/// Proves and reads a webhook of the fake gateway. The peer is the HMAC-SHA256 alone.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WebhookMicro {

  private static final String SECRET = "a secret of forty-eight characters, more or less";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String OBJECT = "pay_0123456789abcdef0123456789abcdef";

  private final byte[] body =
      ("{\"id\":\"evt_0123456789abcdef0123456789abcdef\",\"type\":\"payment.captured\",\"at\":\""
              + NOW
              + "\",\"about\":[{\"kind\":\"PAYMENT\",\"object\":\""
              + OBJECT
              + "\"}]}")
          .getBytes(StandardCharsets.UTF_8);
  private final Map<String, String> headers =
      Map.of(
          "content-type",
          "application/json",
          "fake-signature",
          "t=" + NOW.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(peer()));
  private final FakeGateway gateway =
      new FakeGateway(
          new FakeSettings(URI.create("http://127.0.0.1:1"), "unused", Duration.ofSeconds(1)),
          InstantSource.fixed(NOW));

  @Benchmark
  public final byte[] peer() {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((NOW.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  @Benchmark
  public Event proven() {
    var event = gateway.webhook(body, headers, List.of(SECRET), NOW);
    if (!(event instanceof Event.Verified)) {
      throw new IllegalStateException("not proven: " + event);
    }
    return event;
  }
}
