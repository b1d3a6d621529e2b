package tally.cli;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// The operator's session on a node that this program runs. It is kept in the node's folder for
/// other commands, and made anew before it is over.
final class OperatorSession {

  /// A session ends after half an hour unused.
  private static final Duration RENEWED = Duration.ofMinutes(10);

  private final NodeFolder node;
  private Api api;
  private long since = System.nanoTime();

  OperatorSession(NodeFolder node, Api api) {
    this.node = node;
    this.api = api;
    keep();
  }

  NodeFolder node() {
    return node;
  }

  Api api() {
    return api;
  }

  /// A new one-time link for a person's browser.
  String link() {
    return api.post("/session/link", Map.of()).required("url").asString();
  }

  /// To be called often; every ten minutes it opens a new session. A node that does not answer is
  /// asked again at the next call.
  void renew() {
    if (System.nanoTime() - since < RENEWED.toNanos()) {
      return;
    }
    try {
      api = api.follow(URI.create(link()));
    } catch (UncheckedIOException | Api.Refused later) {
      return;
    }
    since = System.nanoTime();
    keep();
  }

  private void keep() {
    api.session().ifPresent(node::keepSession);
  }
}
