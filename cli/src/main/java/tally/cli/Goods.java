package tally.cli;

import java.net.URI;
import java.util.UUID;
import java.util.regex.Pattern;

/// The address of something that a node sells: its offering, and a place within.
///
/// @param node the private door that the address names
/// @param path within the offering, still encoded, with its query; begins with a slash
record Goods(URI node, UUID offering, String path) {

  private static final Pattern PATH =
      Pattern.compile("(?:/api/v1)?/offerings/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(/.*)?");

  /// Stops with `url_malformed` where it is not like `http://127.0.0.1:7070/offerings/<id>/<file>`.
  static Goods of(String written) {
    try {
      var url = URI.create(written.strip());
      var match = PATH.matcher(url.getRawPath() == null ? "" : url.getRawPath());
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (web && url.getHost() != null && match.matches()) {
        var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        var within = match.group(2) == null ? "/" : match.group(2);
        return new Goods(
            URI.create(url.getScheme() + "://" + url.getRawAuthority()),
            UUID.fromString(match.group(1)),
            within + query);
      }
    } catch (IllegalArgumentException notAnAddress) {
      throw wrong(written);
    }
    throw wrong(written);
  }

  private static Stop wrong(String written) {
    return new Stop(
        "url_malformed",
        "Name what ./tally sell printed, http://…/offerings/<id>/<file>; this is \""
            + written
            + "\".");
  }

  /// The last part of the path, for a file here.
  String fileName() {
    var plain = URI.create(path).getPath();
    var name = plain.substring(plain.lastIndexOf('/') + 1);
    return name.isEmpty() || name.equals("..") || name.equals(".") ? "index.html" : name;
  }
}
