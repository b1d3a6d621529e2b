package tally.adapter.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import tally.delivery.port.Adapter.Checked;

/// What is sold: a folder's files, or what stands behind one base address.
sealed interface Source {

  /// @param root as the file system really names it
  record Folder(Path root) implements Source {}

  /// @param base http or https, with a host, without user, query or fragment; its path ends with a
  ///   slash and has no step upwards
  record Upstream(URI base) implements Source {}

  sealed interface Read {
    record Good(Source source) implements Read {}

    record Bad(Checked.Bad bad) implements Read {}
  }

  /// What is written, if it is there and may be sold.
  static Read of(Map<String, String> written, Sellable sellable) {
    return switch (of(written)) {
      case Read.Good(var source) when !sellable.allows(source) ->
          bad(
              source instanceof Folder ? "folder" : "upstream",
              "This node does not sell that. Its operator says what may be sold (sells).");
      case Read other -> other;
    };
  }

  private static Read of(Map<String, String> written) {
    var folder = written.get("folder");
    var upstream = written.get("upstream");
    if ((folder == null) == (upstream == null)) {
      return bad("folder", "A source is either a folder or an upstream.");
    }
    return folder != null ? folder(folder) : upstream(String.valueOf(upstream));
  }

  private static Read folder(String written) {
    try {
      var path = Path.of(written);
      if (!path.isAbsolute()) {
        return bad("folder", "A folder is named by its whole path.");
      }
      var root = path.toRealPath();
      return Files.isDirectory(root) && Files.isReadable(root)
          ? new Read.Good(new Folder(root))
          : bad("folder", "This is no folder that we may read.");
    } catch (InvalidPathException | IOException e) {
      return bad("folder", "There is no such folder.");
    }
  }

  static Read upstream(String written) {
    try {
      var url = URI.create(written.endsWith("/") ? written : written + "/");
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (!web || url.getHost() == null) {
        return bad("upstream", "An upstream is an http or https address.");
      }
      if (url.getRawUserInfo() != null
          || url.getRawQuery() != null
          || url.getRawFragment() != null) {
        return bad("upstream", "An upstream has no user, query or fragment.");
      }
      if (Segments.of(url.getRawPath()).isEmpty()) {
        return bad("upstream", "An upstream's path names each step plainly, and none upwards.");
      }
      return new Read.Good(new Upstream(url));
    } catch (IllegalArgumentException e) {
      return bad("upstream", "An upstream is an http or https address.");
    }
  }

  private static Read bad(String setting, String text) {
    return new Read.Bad(new Checked.Bad(setting, text));
  }
}
