package tally.adapter.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import tally.plugin.Settings;

/// Settings of the adapter, each with a default.
///
/// @param bind the seller's address; `127.0.0.1`
/// @param port the seller's port; 0 takes a free one
/// @param publicUrl how buyers reach the seller, where a proxy or a name stands before it
/// @param patience how long a stream waits at its ceiling, while suspended, or on a peer that takes
///   nothing, before it is cut
/// @param headTime how long a request's head may take in all
/// @param connectionsMax open connections to each door at once; one delivery takes at most a
///   quarter of them
/// @param sells the only folders and addresses that may be offered; nothing
/// @param secret from which access tokens follow, so that they outlive a restart; by default drawn
///   anew
record HttpSettings(
    InetAddress bind,
    int port,
    Optional<URI> publicUrl,
    Duration patience,
    Duration headTime,
    int connectionsMax,
    Sellable sells,
    Optional<String> secret) {

  static final int SECRET_LEAST = 32;

  HttpSettings {
    if (connectionsMax < 4 || connectionsMax > 65_536) {
      throw new IllegalArgumentException("connectionsMax is 4 to 65536");
    }
    if (patience.isNegative() || patience.isZero() || headTime.isNegative() || headTime.isZero()) {
      throw new IllegalArgumentException("waitSeconds and headSeconds are above 0");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port is 0 to 65535");
    }
    if (secret.isPresent() && secret.get().length() < SECRET_LEAST) {
      throw new IllegalArgumentException("secret has at least " + SECRET_LEAST + " characters");
    }
  }

  static HttpSettings of(Settings settings) {
    return new HttpSettings(
        address(settings.find("bind").orElse("127.0.0.1")),
        number(settings, "port", 0),
        settings.find("publicUrl").map(HttpSettings::url),
        Duration.ofSeconds(number(settings, "waitSeconds", 60)),
        Duration.ofSeconds(number(settings, "headSeconds", 10)),
        number(settings, "connectionsMax", 256),
        Sellable.of(settings.find("sells").orElse("")),
        settings.find("secret"));
  }

  int connectionsEach() {
    return connectionsMax / 4;
  }

  private static InetAddress address(String written) {
    try {
      return InetAddress.getByName(written);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("setting bind is no address: " + written, e);
    }
  }

  private static int number(Settings settings, String name, int otherwise) {
    try {
      return settings.find(name).map(Integer::parseInt).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("setting " + name + " is a whole number", e);
    }
  }

  private static URI url(String written) {
    var url = URI.create(written.endsWith("/") ? written : written + "/");
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException(
          "setting publicUrl is an http or https address: " + written);
    }
    return url;
  }
}
