package tally.network.fake;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tally.network.port.Chain.ChainUnavailable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks a fake chain. Every failure on the way is `ChainUnavailable`; `Unanswered` where the
/// request may have been carried out.
final class FakeRpc {

  /// The request went out and no answer came back.
  static final class Unanswered extends Exception {
    private static final long serialVersionUID = 1;

    Unanswered(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final URI url;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_WITHIN)
          .build();

  FakeRpc(URI url) {
    this.url = url;
  }

  /// For what changes nothing: an unanswered question is as good as one never asked.
  JsonNode ask(String method, ObjectNode parameters) {
    try {
      return send(method, parameters);
    } catch (Unanswered e) {
      throw new ChainUnavailable(String.valueOf(e.getMessage()), e);
    }
  }

  JsonNode ask(String method) {
    return ask(method, FakeWire.object());
  }

  JsonNode send(String method, ObjectNode parameters) throws Unanswered {
    var whole = FakeWire.object().put("jsonrpc", "2.0").put("id", 1).put("method", method);
    whole.set("params", parameters);
    var request =
        HttpRequest.newBuilder(url)
            .timeout(ANSWER_WITHIN)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(FakeWire.MAPPER.writeValueAsBytes(whole)))
            .build();
    return result(method, exchange(request));
  }

  private HttpResponse<byte[]> exchange(HttpRequest request) throws Unanswered {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new ChainUnavailable("the chain at " + url + " cannot be reached", e);
    } catch (IOException e) {
      throw new Unanswered("the chain at " + url + " did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unanswered("interrupted while the chain was asked", e);
    }
  }

  private JsonNode result(String method, HttpResponse<byte[]> response) throws Unanswered {
    if (response.statusCode() == 503) {
      throw new ChainUnavailable("the chain at " + url + " is away");
    }
    if (response.statusCode() != 200) {
      throw new Unanswered("the chain answered " + response.statusCode(), new IOException(method));
    }
    JsonNode read;
    try {
      read = FakeWire.MAPPER.readTree(response.body());
    } catch (RuntimeException e) {
      throw new Unanswered("the chain's answer is no JSON", e);
    }
    if (read.has("error")) {
      throw new IllegalStateException(method + ": " + read.get("error"));
    }
    return read.path("result");
  }
}
