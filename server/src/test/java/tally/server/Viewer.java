package tally.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/// Somebody who watches films all the time, at a pace that rises and falls, so that there is
/// something to see of it.
final class Viewer implements AutoCloseable {

  private static final int SIP = 16 << 10;
  private static final long PAUSE_LEAST_NANOS = Duration.ofMillis(8).toNanos();
  private static final long PAUSE_SPREAD_NANOS = Duration.ofMillis(40).toNanos();

  /// From one fast stretch to the next.
  private static final double WAVE_SECONDS = 18;

  final Caller buyer;
  final Caller seller;
  final String purchase;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Thread thread;
  private volatile boolean over;

  private Viewer(Caller buyer, Caller seller, String purchase, URI film) {
    this.buyer = buyer;
    this.seller = seller;
    this.purchase = purchase;
    this.thread = Thread.ofVirtual().name("viewer").start(() -> watch(film));
  }

  /// @param folder with `film.bin`, which is sold to him first
  static Viewer of(WholeNode node, String title, String folder) {
    var seller = node.person("vito");
    var offering = seller.offer(UUID.randomUUID(), title, folder).id();
    var buyer = node.person("vera");
    buyer.topUp("25.00");
    var quote = buyer.quote(UUID.randomUUID(), offering, "5.00").id();
    var purchase = buyer.purchase(UUID.randomUUID(), quote).id();
    var running = buyer.awaitState("/api/v1/purchases/" + purchase, "running");
    var film = URI.create(running.path("url").asString() + "/film.bin");
    return new Viewer(buyer, seller, purchase, film);
  }

  private void watch(URI film) {
    while (!over) {
      try (var body =
          http.send(HttpRequest.newBuilder(film).build(), BodyHandlers.ofInputStream()).body()) {
        sip(body);
      } catch (IOException ended) {
        over = true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        over = true;
      }
    }
  }

  private void sip(InputStream body) throws IOException {
    var chance = new SplittableRandom(11);
    while (!over && body.readNBytes(SIP).length > 0) {
      double wave = 1 + Math.sin(System.nanoTime() / 1e9 / WAVE_SECONDS * 2 * Math.PI);
      long spread = (long) (PAUSE_SPREAD_NANOS * wave * chance.nextDouble(0.3, 1));
      LockSupport.parkNanos(PAUSE_LEAST_NANOS + spread);
    }
  }

  @Override
  public void close() {
    over = true;
    thread.interrupt();
    http.shutdownNow();
  }
}
