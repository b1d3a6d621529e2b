package tally.network.evm;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.http.HttpService;

/// One JSON-RPC endpoint of a chain. Never throws for what comes from outside: every failure is an
/// `Answer`.
final class Endpoint {

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

  /// From the first byte sent to the last one read.
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(6);

  /// A thousand blocks' logs fit well into it.
  private static final long BODY_MAX = 16L << 20;

  private static final int TEXT_MAX = 200;

  /// Questions under way at once; more are not sent, so that a slow endpoint costs no memory.
  private static final int ASKED_MAX = 32;

  private final String name;
  private final Web3jService service;
  private final Semaphore room = new Semaphore(ASKED_MAX);

  /// @param name host and port alone: the rest of an address may be a secret
  private Endpoint(String name, Web3jService service) {
    this.name = name;
    this.service = service;
  }

  static Endpoint of(URI url) {
    var client =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT_WITHIN)
            .readTimeout(ANSWER_WITHIN)
            .writeTimeout(ANSWER_WITHIN)
            .callTimeout(ANSWER_WITHIN)
            .followRedirects(false)
            .addInterceptor(Endpoint::bounded)
            .build();
    var name = url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    return new Endpoint(name, new HttpService(url.toString(), client));
  }

  String name() {
    return name;
  }

  /// Asks, and reads the answer by a function that may throw on anything unexpected.
  <T, R extends org.web3j.protocol.core.Response<?>> Answer<T> ask(
      Class<R> type, Function<R, T> read, String method, Object... parameters) {
    if (!room.tryAcquire()) {
      return new Answer.Unreached<>(name + " has too many questions open");
    }
    try {
      return read(new Request<>(method, List.of(parameters), service, type).send(), read);
    } catch (ConnectException | NoRouteToHostException | UnknownHostException e) {
      return new Answer.Unreached<>(name + " cannot be reached");
    } catch (IOException | RuntimeException e) {
      return new Answer.Lost<>(
          name + " gave no answer to " + method + ": " + e.getClass().getSimpleName());
    } finally {
      room.release();
    }
  }

  private <T, R extends org.web3j.protocol.core.Response<?>> Answer<T> read(
      R response, Function<R, T> read) {
    if (!response.hasError()) {
      return new Answer.Said<>(read.apply(response));
    }
    var error = response.getError();
    return new Answer.Refused<>(
        shortened(String.valueOf(error.getMessage())), data(error.getData()));
  }

  /// Some nodes put the bytes into quotes, or an object around them; those are not understood.
  private static String data(@org.jspecify.annotations.Nullable String given) {
    var text = given == null ? "" : given.replace("\"", "");
    return text.matches("0x([0-9a-fA-F]{2}){0,5000}") ? text : "";
  }

  private static String shortened(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
  }

  private static Response bounded(Interceptor.Chain chain) throws IOException {
    var response = chain.proceed(chain.request());
    var body = response.body();
    if (body != null && body.source().request(BODY_MAX + 1)) {
      response.close();
      throw new IOException("the answer has more than " + BODY_MAX + " bytes");
    }
    return response;
  }
}
