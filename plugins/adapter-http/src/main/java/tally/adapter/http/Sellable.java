package tally.adapter.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node's operator lets be sold: whole folders, and what stands behind addresses. Whoever
/// has an account may offer something; without this he could offer, and then buy, the node's own
/// keys or what only this machine can reach.
///
/// @param folders absolute; each with all below it that is not hidden
/// @param bases http or https, each with all below its path
record Sellable(List<Path> folders, List<URI> bases) {

  private static final int MAX = 100;

  Sellable {
    folders = List.copyOf(folders);
    bases = List.copyOf(bases);
  }

  /// @param written folders by their whole paths, and addresses, with commas; empty lets nothing be
  ///   sold
  static Sellable of(String written) {
    var folders = new ArrayList<Path>();
    var bases = new ArrayList<URI>();
    for (var one : written.isBlank() ? new String[0] : written.split(",", MAX)) {
      var place = one.strip();
      if (place.startsWith("http://") || place.startsWith("https://")) {
        bases.add(base(place));
      } else {
        folders.add(folder(place));
      }
    }
    return new Sellable(folders, bases);
  }

  private static Path folder(String written) {
    try {
      var path = Path.of(written);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw malformed(written, e);
    }
    throw malformed(written, null);
  }

  private static URI base(String written) {
    return switch (Source.upstream(written)) {
      case Source.Read.Good(Source.Upstream(var base)) -> base;
      default -> throw malformed(written, null);
    };
  }

  private static IllegalArgumentException malformed(String written, @Nullable Exception why) {
    return new IllegalArgumentException(
        "setting sells: " + written + " is neither a folder by its whole path nor an address", why);
  }

  boolean allows(Source source) {
    return switch (source) {
      case Source.Folder(var root) -> folders.stream().anyMatch(it -> holds(it, root));
      case Source.Upstream(var base) -> bases.stream().anyMatch(it -> holds(it, base));
    };
  }

  /// A folder that is allowed may be made later, and may be reached by links. What is hidden in it
  /// is not sold: whoever allows a home does not mean its keys.
  private static boolean holds(Path allowed, Path root) {
    try {
      var real = allowed.toRealPath();
      return root.startsWith(real) && isOpen(real.relativize(root));
    } catch (IOException absent) {
      return false;
    }
  }

  private static boolean isOpen(Path below) {
    for (var name : below) {
      if (name.toString().startsWith(".")) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(URI allowed, URI base) {
    return allowed.getScheme().equals(base.getScheme())
        && allowed.getRawAuthority().equalsIgnoreCase(base.getRawAuthority())
        && base.getRawPath().startsWith(allowed.getRawPath());
  }
}
