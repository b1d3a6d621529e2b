package tally.market.internal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import tally.delivery.DeliveryId;
import tally.market.Offering;
import tally.market.Peers;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.x402.ChannelConfig;
import tally.x402.Voucher;

/// Speaks to a provider's public door over HTTP. An answer that is late, too long, or not in our
/// words is no answer: `Unreachable`.
final class HttpPeers implements Peers, AutoCloseable {

  static final int BODY_MAX = 64 * 1024;

  private final HttpClient client;
  private final Proofs proofs;
  private final UnaryOperator<String> caip2;
  private final Duration patience;
  private final InstantSource clock;

  /// @param caip2 the chain's own name of a network, such as `eip155:31337` of `fake`
  /// @param patience for a whole exchange
  HttpPeers(Proofs proofs, UnaryOperator<String> caip2, Duration patience, InstantSource clock) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    this.proofs = proofs;
    this.caip2 = caip2;
    this.patience = patience;
    this.clock = clock;
  }

  /// The proof by which access was asked for, kept because finishing shows it again.
  interface Proofs {
    void keep(Tenant tenant, DeliveryId delivery, Voucher proof, Instant now);

    Optional<Voucher> find(DeliveryId delivery);
  }

  @Override
  public Admission ask(
      Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher proof) {
    proofs.keep(offering.tenant(), delivery, proof, clock.instant());
    var answer =
        exchange(json(offering, "peer/access", PeerWire.ask(offering, delivery, channel, proof)));
    if (answer.statusCode() == 200) {
      return new Admission.Admitted(
          PeerWire.access(answer.body()).orElseThrow(() -> strange(offering, answer)));
    }
    var no = refusal(offering, answer);
    return new Admission.Refused(no.code(), no.text());
  }

  @Override
  public Payment pay(
      Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher voucher) {
    var payment = PeerWire.payment(offering, caip2.apply(offering.network()), channel, voucher);
    var answer =
        exchange(
            request(offering, "pay/" + delivery.value())
                .header("PAYMENT-SIGNATURE", payment)
                .POST(BodyPublishers.noBody())
                .build());
    if (answer.statusCode() == 200) {
      return new Payment.Taken(claimed(offering, answer));
    }
    var no = refusal(offering, answer);
    return new Payment.Refused(
        no.code(), no.text(), PeerWire.charged(answer.headers().firstValue("PAYMENT-REQUIRED")));
  }

  /// Throws `Unreachable` also where the provider refuses: he then has not finished, and the payer
  /// must help himself on chain.
  @Override
  public Quantity finish(Offering offering, DeliveryId delivery) {
    var proof =
        proofs
            .find(delivery)
            .orElseThrow(() ->
                new IllegalArgumentException("access was never asked for: " + delivery.value()));
    var answer = exchange(json(offering, "peer/finish", PeerWire.finish(delivery, proof)));
    if (answer.statusCode() != 200) {
      throw strange(offering, answer);
    }
    return claimed(offering, answer);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private static Quantity claimed(Offering offering, HttpResponse<String> answer) {
    var count = PeerWire.claimed(answer.body()).orElseThrow(() -> strange(offering, answer));
    return new Quantity(offering.tariff().price().per().unit(), count);
  }

  /// A client error with a code is a refusal; a server's trouble passes, and is asked again.
  private static PeerWire.No refusal(Offering offering, HttpResponse<String> answer) {
    boolean client =
        answer.statusCode() >= 400 && answer.statusCode() < 500 && answer.statusCode() != 429;
    return (client ? PeerWire.problem(answer.body()) : Optional.<PeerWire.No>empty())
        .orElseThrow(() -> strange(offering, answer));
  }

  private static Unreachable strange(Offering offering, HttpResponse<String> answer) {
    var code = PeerWire.problem(answer.body()).map(no -> " " + no.code()).orElse("");
    return new Unreachable(
        offering.endpoint() + " answered " + answer.statusCode() + code,
        new IOException("not an answer of the protocol"));
  }

  private HttpRequest json(Offering offering, String path, String body) {
    return request(offering, path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder request(Offering offering, String path) {
    var base = offering.endpoint().toString();
    return HttpRequest.newBuilder(URI.create(base.endsWith("/") ? base + path : base + "/" + path))
        .timeout(patience)
        .header("Accept", "application/json, application/problem+json");
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    // The client's own timeout ends with the headers; this one covers the body too.
    var coming =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), BODY_MAX));
    try {
      return coming.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new Unreachable(request.uri() + " cannot be reached", e);
    } catch (TimeoutException e) {
      coming.cancel(true);
      throw new Unreachable(request.uri() + " did not answer within " + patience, e);
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      throw new Unreachable(request.uri() + " was given up", e);
    }
  }
}
