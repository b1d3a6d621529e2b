package tally.gateway.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tally.gateway.fake.BankBooks.No;
import tally.gateway.fake.BankThings.BankDispute;
import tally.gateway.fake.BankThings.BankEvent;
import tally.gateway.fake.BankThings.BankLine;
import tally.gateway.fake.BankThings.BankPayment;
import tally.gateway.fake.BankThings.BankPayout;
import tally.gateway.fake.BankThings.BankRefund;
import tally.money.Amount;
import tally.money.Asset;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The fake bank's three doors: `/v1` for the merchant, `/pay` for the payer, `/outside` for the
/// rest of the world.
final class BankDoors implements HttpHandler {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int BODY_MAX = 256 * 1024;

  private final FakeBank.Options options;
  private final BankRecords records;
  private final BankBooks books;
  private final BankHooks hooks;
  private final BankPages pages;
  private final Set<String> inProgress = ConcurrentHashMap.newKeySet();

  BankDoors(FakeBank.Options options, BankRecords records, BankBooks books, BankHooks hooks) {
    this.options = options;
    this.records = records;
    this.books = books;
    this.hooks = hooks;
    this.pages = new BankPages(options, records, books);
  }

  /// @param lost whether the act was done but nobody is told
  private record Answer(int status, Object body, boolean lost) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var body = exchange.getRequestBody().readNBytes(BODY_MAX);
      if (path.startsWith("/pay/")) {
        pages.handle(exchange, path.substring("/pay/".length()));
        return;
      }
      Answer answer;
      try {
        answer = answer(exchange, path, body);
      } catch (No no) {
        answer = refused(no);
      } catch (JacksonException | IllegalArgumentException | ArithmeticException e) {
        answer = refused(new No(400, "malformed", String.valueOf(e.getMessage())));
      }
      if (!answer.lost()) {
        send(exchange, answer);
      }
    }
  }

  private Answer answer(HttpExchange exchange, String path, byte[] body) {
    var words = path.substring(1).split("/", -1);
    var json = body.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(body);
    boolean post = exchange.getRequestMethod().equals("POST");
    if (words[0].equals("outside")) {
      return records.whole(() -> outside(words, json));
    }
    if (!words[0].equals("v1")) {
      throw BankBooks.nowhere();
    }
    var bearer = exchange.getRequestHeaders().getFirst("Authorization");
    if (bearer == null || !same(bearer, "Bearer " + options.key())) {
      throw new No(401, "key_wrong", "this account needs its key");
    }
    if (!post) {
      return records.whole(() -> read(words, exchange.getRequestURI()));
    }
    var key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    if (key == null || key.isEmpty() || key.length() > 255) {
      throw new No(
          400,
          "idempotency_key_missing",
          "each POST needs an Idempotency-Key of at most 255 characters");
    }
    return once(key, path + " " + json, () -> act(words, json));
  }

  /// The same key and content is answered as the first time; other content is refused; nothing runs
  /// twice at once.
  private Answer once(String key, String content, Supplier<Answer> act) {
    if (!inProgress.add(key)) {
      throw new No(
          409, "idempotency_key_in_use", "the first call under this key is not answered yet");
    }
    try {
      var answer =
          records.whole(() -> {
            var known = records.key(key);
            if (known.isPresent()) {
              if (!known.get().content().equals(content)) {
                throw new No(400, "idempotency_error", "this key came with other content");
              }
              return new Answer(known.get().status(), MAPPER.readTree(known.get().body()), false);
            }
            var first = act.get();
            records.answered(key, content, first.status(), MAPPER.writeValueAsString(first.body()));
            return first;
          });
      if (answer.lost()) {
        pause();
      }
      return answer;
    } finally {
      inProgress.remove(key);
    }
  }

  private Answer act(String[] words, JsonNode json) {
    return switch (String.join("/", words[1], words.length > 3 ? words[3] : "")) {
      case "payments/" -> {
        var made = make(json);
        yield new Answer(200, payment(made), Behaviour.of(made.amount()) == Behaviour.PREPARE_LOST);
      }
      case "payments/confirm" -> told(books.pay(words[2], false));
      case "payments/capture" -> told(books.capture(words[2], amount(json)));
      case "payments/cancel" -> ok(payment(books.cancel(words[2])));
      case "refunds/" -> {
        var object = text(json, "payment");
        var refund =
            books.refund(object, amount(json), text(json, "reference"), text(json, "reason"));
        var whole = records.find(BankPayment.class, object).orElseThrow().amount();
        yield new Answer(
            200,
            BankWords.of(refund),
            Behaviour.ofRefund(refund.amount(), whole) == Behaviour.REFUND_UNKNOWN);
      }
      case "disputes/contest" -> ok(BankWords.of(books.contest(words[2])));
      case "disputes/accept" -> ok(BankWords.of(books.accept(words[2])));
      case "payouts/" ->
          ok(
              BankWords.of(
                  books.payout(text(json, "beneficiary"), amount(json), text(json, "reference"))));
      case "payouts/cancel" -> ok(BankWords.of(books.cancelPayout(words[2])));
      default -> throw BankBooks.nowhere();
    };
  }

  private BankPayment make(JsonNode json) {
    var method = Optional.of(text(json, "method")).filter(m -> !m.isEmpty());
    return books.make(
        text(json, "reference"),
        text(json, "customer"),
        amount(json),
        text(json, "capture").equals("MANUAL"),
        method,
        URI.create(text(json, "returnTo")),
        text(json, "description"));
  }

  private Answer told(BankPayment payment) {
    boolean lost = Behaviour.of(payment.amount()) == Behaviour.UNKNOWN;
    return new Answer(200, payment(payment), lost);
  }

  private Answer read(String[] words, URI uri) {
    if (words[1].equals("account")) {
      return ok(BankWords.currencies());
    }
    var one = words.length > 2 ? Optional.of(words[2]) : Optional.<String>empty();
    var reference = query(uri, "reference");
    var after = query(uri, "after");
    return switch (words[1]) {
      case "payments" ->
          ok(
              payment(
                  books
                      .look(one.or(() -> reference).orElse(""), one.isEmpty())
                      .orElseThrow(BankBooks::nowhere)));
      case "refunds" ->
          ok(
              records.list(BankRefund.class).stream()
                  .filter(r ->
                      one.map(r.id()::equals)
                          .orElseGet(() -> reference.filter(r.reference()::equals).isPresent()))
                  .findFirst()
                  .map(BankWords::of)
                  .orElseThrow(BankBooks::nowhere));
      case "disputes" ->
          ok(
              BankWords.of(
                  records.find(BankDispute.class, one.orElse("")).orElseThrow(BankBooks::nowhere)));
      case "payouts" ->
          ok(
              records.list(BankPayout.class).stream()
                  .filter(p -> reference.filter(p.reference()::equals).isPresent())
                  .findFirst()
                  .map(BankWords::of)
                  .orElseThrow(BankBooks::nowhere));
      case "events" ->
          ok(records.page(BankEvent.class, after).stream().map(BankHooks::json).toList());
      case "lines" -> ok(records.page(BankLine.class, after).stream().map(BankWords::of).toList());
      default -> throw BankBooks.nowhere();
    };
  }

  /// The outer world's buttons, which ask for no key.
  private Answer outside(String[] words, JsonNode json) {
    var act = words.length > 3 ? words[1] + "/" + words[3] : words[1];
    return switch (act) {
      case "store" -> ok(BankWords.store(records));
      case "dispute" -> {
        var object = text(json, "object");
        var asset =
            records
                .find(BankPayment.class, object)
                .orElseThrow(BankBooks::nowhere)
                .amount()
                .asset();
        yield ok(BankWords.of(books.dispute(object, part(asset, text(json, "amount")))));
      }
      case "dispute/decide" ->
          ok(BankWords.of(books.decide(words[2], json.path("won").asBoolean())));
      case "dispute/reopen" -> ok(BankWords.of(books.reopen(words[2])));
      case "deposit" -> {
        var asset = Asset.of(text(json, "asset"));
        books.deposit(new Amount(asset, new BigInteger(text(json, "units"))));
        yield ok(json);
      }
      case "payment/return" -> ok(payment(books.takeBack(words[2])));
      case "webhook" -> {
        hooks.to(URI.create(text(json, "url")));
        yield ok(json);
      }
      default -> throw BankBooks.nowhere();
    };
  }

  private Object payment(BankPayment payment) {
    return BankWords.of(payment);
  }

  private void pause() {
    try {
      Thread.sleep(options.lost());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Amount> part(Asset asset, String decimal) {
    if (decimal.isEmpty()) {
      return Optional.empty();
    }
    return switch (Amount.parse(asset, decimal)) {
      case Amount.Parsed.Good(var amount) -> Optional.of(amount);
      case Amount.Parsed.Bad(var code, var text) -> throw new No(400, code, text);
    };
  }

  private static Amount amount(JsonNode json) {
    return new Amount(Asset.of(text(json, "asset")), json.path("units").bigIntegerValue());
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asString("");
  }

  private static Optional<String> query(URI uri, String name) {
    for (var pair : Optional.ofNullable(uri.getRawQuery()).orElse("").split("&", 20)) {
      if (pair.startsWith(name + "=")) {
        return Optional.of(
            URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  private static boolean same(String given, String wanted) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8));
  }

  private static Answer ok(Object body) {
    return new Answer(200, body, false);
  }

  private static Answer refused(No no) {
    return new Answer(
        no.status, BankWords.refused(no.code, String.valueOf(no.getMessage())), false);
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    var bytes = MAPPER.writeValueAsBytes(answer.body());
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
