package tally.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import tally.bench.TopUpsWaiting.Waiting;

/// Payers pay at the bank on a constant schedule, and a second after each the bank's webhook is
/// sent on.
final class Deliveries {

  /// How long before its webhook is sent a payer pays.
  static final Duration LEAD = Duration.ofSeconds(1);

  /// Every so manieth webhook is sent a second time, right behind the first.
  static final int TWICE = 5;

  /// One webhook that was sent.
  ///
  /// @param due when it was to be sent, by `System.nanoTime`
  /// @param sent the same, by the clock
  /// @param late whether the bank told of it later than planned, so that `due` is when it did
  record Delivery(Waiting topUp, long due, Instant sent, boolean late) {}

  private final int rate;
  private final Relay relay;
  private final URI bank;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Deliveries(int rate, Relay relay, URI bank) {
    this.rate = rate;
    this.relay = relay;
    this.bank = bank;
  }

  /// Into the node, watched until the money is in the book.
  List<Delivery> pay(List<Waiting> topUps, URI to, BalanceWatch watch) {
    Queue<Delivery> all = new ConcurrentLinkedQueue<>();
    OpenLoop.run(
        rate,
        topUps.size(),
        (number, planned) -> {
          var topUp = topUps.get(number);
          pay(topUp);
          long due = planned + LEAD.toNanos();
          OpenLoop.awaitTime(due);
          boolean late = !relay.holds(topUp.object());
          if (late) {
            relay.await(topUp.object());
            due = System.nanoTime();
          }
          all.add(new Delivery(topUp, due, clock(due), late));
          watch.await(topUp.account(), topUp.units());
          relay.pass(topUp.object(), to);
          if (number % TWICE == 0) {
            relay.pass(topUp.object(), to);
          }
        });
    return List.copyOf(all);
  }

  /// The same letters once more, into another taker; from the planned time to its answer.
  Quantiles repeat(List<Waiting> topUps, URI to) {
    var took = new ConcurrentHashMap<Integer, Long>();
    OpenLoop.run(
        rate,
        topUps.size(),
        (number, planned) -> {
          relay.pass(topUps.get(number).object(), to);
          took.put(number, System.nanoTime() - planned);
        });
    return Quantiles.of(took.values().stream().mapToLong(Long::longValue).toArray());
  }

  private static Instant clock(long nanos) {
    return Instant.now().plusNanos(nanos - System.nanoTime());
  }

  private void pay(Waiting topUp) throws IOException, InterruptedException {
    var page = bank.resolve("/pay/" + topUp.object());
    var request = HttpRequest.newBuilder(page).POST(BodyPublishers.noBody()).build();
    int status = http.send(request, BodyHandlers.discarding()).statusCode();
    if (status >= 400) {
      throw new IllegalStateException(page + " answered " + status);
    }
  }
}
