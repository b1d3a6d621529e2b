package tally.network.fake;

import java.net.URI;
import tally.plugin.Settings;

/// @param url where the chain listens
/// @param confirmations blocks above a transaction's own that make it final, 0 to 64
record FakeNetworkSettings(URI url, int confirmations) {

  FakeNetworkSettings {
    if (!"http".equals(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException("setting url: an http address is wanted");
    }
    if (confirmations < 0 || confirmations > Storage.DEPTH) {
      throw new IllegalArgumentException("setting confirmations: 0 to " + Storage.DEPTH);
    }
  }

  static FakeNetworkSettings read(Settings settings) {
    return new FakeNetworkSettings(
        url(settings.need("url")), confirmations(settings.find("confirmations").orElse("3")));
  }

  private static URI url(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("setting url: not an address", malformed);
    }
  }

  private static int confirmations(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException malformed) {
      throw new IllegalArgumentException(
          "setting confirmations: a whole number is wanted", malformed);
    }
  }
}
