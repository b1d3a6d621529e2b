package tally.gateway.fake;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tally.gateway.fake.BankThings.BankEvent;
import tools.jackson.databind.json.JsonMapper;

/// Carries out what the bank does by itself, and sends webhooks, each until it is taken or was
/// tried twenty times.
final class BankHooks implements AutoCloseable {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int TRIES_MAX = 20;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LAST_PAUSE = Duration.ofMinutes(1);

  private final BankRecords records;
  private final BankBooks books;
  private volatile Optional<URI> url;
  private final String secret;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Set<String> underway = ConcurrentHashMap.newKeySet();
  private final Thread beat;
  private volatile boolean over;

  BankHooks(BankRecords records, BankBooks books, Optional<URI> url, String secret) {
    this.records = records;
    this.books = books;
    this.url = url;
    this.secret = secret;
    this.beat = Thread.ofVirtual().unstarted(this::run);
  }

  void start() {
    beat.start();
  }

  void to(URI to) {
    url = Optional.of(to);
  }

  private void run() {
    try {
      while (!over) {
        while (records.whole(books::act)) {
          // Everything that is due, before webhooks tell of it.
        }
        records.owed().stream().filter(e -> underway.add(e.id())).forEach(this::deliver);
        Thread.sleep(Duration.ofMillis(10));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(BankEvent event) {
    for (int copy = 0; copy < event.copies(); copy++) {
      Thread.ofVirtual().start(() -> send(event));
    }
  }

  private void send(BankEvent event) {
    var pause = FIRST_PAUSE;
    try {
      for (int tries = 0; tries < TRIES_MAX && !over; tries++) {
        if (taken(event)) {
          records.whole(() -> {
            records.delivered(event.id());
            return event;
          });
          return;
        }
        Thread.sleep(pause);
        pause =
            pause.multipliedBy(2).compareTo(LAST_PAUSE) < 0 ? pause.multipliedBy(2) : LAST_PAUSE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean taken(BankEvent event) throws InterruptedException {
    var to = url;
    if (to.isEmpty()) {
      return false;
    }
    var body = MAPPER.writeValueAsBytes(json(event));
    var request =
        HttpRequest.newBuilder(to.get())
            .timeout(Duration.ofSeconds(5))
            .header("Content-Type", "application/json")
            .header(FakeWire.SIGNATURE, FakeWire.sign(body, secret, Instant.now().getEpochSecond()))
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() / 100 == 2;
    } catch (IOException e) {
      return false;
    }
  }

  static Map<String, Object> json(BankEvent event) {
    return Map.of(
        "id", event.id(),
        "type", event.type(),
        "at", event.at().toString(),
        "about", List.of(Map.of("kind", event.about(), "object", event.object())));
  }

  @Override
  public void close() {
    over = true;
    beat.interrupt();
    http.shutdownNow();
  }
}
