package tally.gateway.fake;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tally.money.Amount;
import tally.payment.port.Gateway;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// One account at a fake bank, reached by HTTP.
public final class FakeGateway implements Gateway {

  private static final Facts FACTS =
      new Facts(
          "fake",
          true,
          EnumSet.allOf(Feature.class),
          FakeWire.CURRENCIES,
          Duration.ofDays(180),
          Duration.ofHours(24),
          Duration.ofDays(7),
          WebhookProof.HMAC);

  private final FakeSettings settings;
  private final InstantSource clock;
  private final HttpClient http;

  public FakeGateway(FakeSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.http = HttpClient.newBuilder().connectTimeout(settings.patience()).build();
  }

  /// What the bank answered.
  private record Answer(int status, JsonNode json) {
    boolean good() {
      return status == 200;
    }

    String code() {
      return json.path("code").asString("status_" + status);
    }

    String text() {
      return json.path("text").asString("");
    }

    /// The bank said no before doing anything.
    boolean refused() {
      return status / 100 == 4 && status != 409;
    }
  }

  @Override
  public Facts facts() {
    return FACTS;
  }

  @Override
  public Optional<String> probe() {
    try {
      var answer = get("/v1/account");
      return answer.good() ? Optional.empty() : Optional.of(answer.code());
    } catch (IllegalStateException | NotSent e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Prepared prepare(Order order, String key) {
    var answer = post("/v1/payments", FakeWire.order(order), key);
    if (answer.refused()) {
      throw new NotSent(answer.code() + ": " + answer.text());
    }
    var snapshot = payment(expect(answer));
    return new Prepared(snapshot.object(), snapshot.action(), snapshot.at());
  }

  @Override
  public Outcome confirm(String object, String key) {
    return move("/v1/payments/" + path(object) + "/confirm", Map.of(), key);
  }

  @Override
  public Outcome capture(String object, Amount amount, String key) {
    return move("/v1/payments/" + path(object) + "/capture", FakeWire.money(amount), key);
  }

  @Override
  public Outcome cancel(String object, String key) {
    return move("/v1/payments/" + path(object) + "/cancel", Map.of(), key);
  }

  @Override
  public Found lookup(String object) {
    return found("/v1/payments/" + path(object));
  }

  @Override
  public Found lookupByReference(String reference) {
    return found("/v1/payments?reference=" + path(reference));
  }

  @Override
  public RefundOutcome refund(
      String object, Amount amount, String reference, String reason, String key) {
    var words = FakeWire.money(amount);
    words.put("payment", object);
    words.put("reference", reference);
    words.put("reason", reason);
    Answer answer;
    try {
      answer = post("/v1/refunds", words, key);
    } catch (NotSent e) {
      return new RefundOutcome.NotSent(String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      return new RefundOutcome.Unknown(String.valueOf(e.getMessage()));
    }
    if (answer.refused()) {
      return new RefundOutcome.Refused(answer.code(), answer.text());
    }
    return answer.good()
        ? new RefundOutcome.Taken(FakeWire.refund(answer.json()))
        : new RefundOutcome.Unknown(answer.code());
  }

  @Override
  public Optional<RefundSnapshot> lookupRefund(String refund) {
    return maybe("/v1/refunds/" + path(refund)).map(FakeWire::refund);
  }

  @Override
  public Optional<RefundSnapshot> lookupRefundByReference(String reference) {
    return maybe("/v1/refunds?reference=" + path(reference)).map(FakeWire::refund);
  }

  @Override
  public Optional<DisputeSnapshot> dispute(String dispute) {
    return maybe("/v1/disputes/" + path(dispute)).map(FakeWire::dispute);
  }

  @Override
  public Outcome contest(String dispute, Map<String, String> evidence, String key) {
    return answer(dispute, "contest", Map.of("evidence", evidence), key);
  }

  @Override
  public Outcome accept(String dispute, String key) {
    return answer(dispute, "accept", Map.of(), key);
  }

  @Override
  public Event webhook(
      byte[] body, Map<String, String> headers, List<String> secrets, Instant now) {
    return FakeWire.webhook(body, headers, secrets, now);
  }

  @Override
  public Page<ListedEvent> events(Optional<String> cursor) {
    return page("/v1/events", cursor, FakeWire::event, ListedEvent::id);
  }

  @Override
  public Page<StatementLine> statements(Optional<String> cursor) {
    return page("/v1/lines", cursor, FakeWire::line, StatementLine::id);
  }

  @Override
  public PayoutOutcome payout(String beneficiary, Amount amount, String reference, String key) {
    var words = FakeWire.money(amount);
    words.put("beneficiary", beneficiary);
    words.put("reference", reference);
    Answer answer;
    try {
      answer = post("/v1/payouts", words, key);
    } catch (NotSent e) {
      return new PayoutOutcome.NotSent(String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      return new PayoutOutcome.Unknown(String.valueOf(e.getMessage()));
    }
    if (answer.refused()) {
      return new PayoutOutcome.Refused(answer.code(), answer.text());
    }
    return answer.good()
        ? new PayoutOutcome.Taken(FakeWire.payout(answer.json()))
        : new PayoutOutcome.Unknown(answer.code());
  }

  @Override
  public Optional<PayoutSnapshot> lookupPayout(String reference) {
    return maybe("/v1/payouts?reference=" + path(reference)).map(FakeWire::payout);
  }

  /// The answer's snapshot is of no payment, so a cancelled payout is `Pending` until its look-up,
  /// which is at once.
  @Override
  public Outcome cancelPayout(String payout, String key) {
    return done("/v1/payouts/" + path(payout) + "/cancel", Map.of(), key);
  }

  private Outcome move(String path, Map<String, Object> words, String key) {
    return outcome(path, words, key, json -> said(payment(json)));
  }

  private Outcome answer(String dispute, String act, Map<String, Object> words, String key) {
    return done("/v1/disputes/" + path(dispute) + "/" + act, words, key);
  }

  private Outcome done(String path, Map<String, Object> words, String key) {
    return outcome(
        path, words, key, json -> new Outcome.Pending("taken; look it up", clock.instant()));
  }

  private Outcome outcome(
      String path, Map<String, Object> words, String key, Function<JsonNode, Outcome> said) {
    Answer answer;
    try {
      answer = post(path, words, key);
    } catch (NotSent e) {
      return new Outcome.NotSent(String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      return new Outcome.Unknown(String.valueOf(e.getMessage()));
    }
    if (answer.status() == 409) {
      return new Outcome.Pending(answer.code(), clock.instant().plusSeconds(1));
    }
    if (answer.refused()) {
      return new Outcome.NotSent(answer.code() + ": " + answer.text());
    }
    return answer.good() ? said.apply(answer.json()) : new Outcome.Unknown(answer.code());
  }

  private Outcome said(Snapshot snapshot) {
    return switch (snapshot.status()) {
      case AUTHORIZED, CAPTURED, CANCELLED -> new Outcome.Succeeded(snapshot);
      case DECLINED, EXPIRED, RETURNED ->
          new Outcome.Declined(
              snapshot.decline().orElse(new Decline(DeclineKind.HARD, snapshot.status().name())));
      case OPEN, PENDING ->
          new Outcome.Pending(snapshot.status().name(), clock.instant().plusSeconds(1));
      case ACTION_REQUIRED ->
          snapshot
              .action()
              .<Outcome>map(Outcome.ActionRequired::new)
              .orElseGet(
                  () -> new Outcome.Pending("action required", clock.instant().plusSeconds(1)));
    };
  }

  private Found found(String path) {
    Answer answer;
    try {
      answer = get(path);
    } catch (IllegalStateException | NotSent e) {
      return new Found.Unreachable(String.valueOf(e.getMessage()));
    }
    if (answer.status() == 404) {
      return new Found.Nowhere(answer.code().equals("not_found"));
    }
    return answer.good()
        ? new Found.Here(payment(answer.json()))
        : new Found.Unreachable(answer.code());
  }

  private Optional<JsonNode> maybe(String path) {
    var answer = get(path);
    return answer.status() == 404 ? Optional.empty() : Optional.of(expect(answer));
  }

  private <T> Page<T> page(
      String path,
      Optional<String> cursor,
      Function<JsonNode, T> reader,
      Function<T, String> name) {
    var json = expect(get(path + cursor.map(c -> "?after=" + path(c)).orElse("")));
    var items = json.valueStream().map(reader).toList();
    return new Page<>(items, items.isEmpty() ? cursor : Optional.of(name.apply(items.getLast())));
  }

  private Snapshot payment(JsonNode json) {
    return FakeWire.payment(json, settings.url());
  }

  private static JsonNode expect(Answer answer) {
    if (!answer.good()) {
      throw new IllegalStateException("the bank answers " + answer.status() + " " + answer.code());
    }
    return answer.json();
  }

  private Answer get(String path) {
    return send(request(path).GET().build());
  }

  private Answer post(String path, Map<String, Object> words, String key) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofByteArray(FakeWire.json(words)))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(settings.url().resolve(path))
        .timeout(settings.patience())
        .header("Authorization", "Bearer " + settings.key());
  }

  private Answer send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), FakeWire.read(response.body()));
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new NotSent("the bank is out of reach: " + e.getMessage());
    } catch (IOException | JacksonException e) {
      throw new IllegalStateException("no answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String path(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
