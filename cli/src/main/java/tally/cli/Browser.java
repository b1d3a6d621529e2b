package tally.cli;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The browser of a person who sits at this machine.
///
/// @param program `TALLY_BROWSER`, else `xdg-open` or `open` where there is a screen
record Browser(Path program) {

  /// Empty where nobody sits at the output, or there is nothing to open it with.
  static Optional<Browser> here() {
    return Progress.hasPerson()
        ? find(System.getenv(), System.getProperty("os.name"))
        : Optional.empty();
  }

  static Optional<Browser> find(Map<String, String> environment, String system) {
    var named = environment.getOrDefault("TALLY_BROWSER", "");
    if (!named.isBlank()) {
      return onPath(named, environment).map(Browser::new);
    }
    if (system.startsWith("Mac")) {
      return onPath("open", environment).map(Browser::new);
    }
    boolean screen =
        environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
    return screen ? onPath("xdg-open", environment).map(Browser::new) : Optional.empty();
  }

  private static Optional<Path> onPath(String name, Map<String, String> environment) {
    if (name.contains("/")) {
      return Optional.of(Path.of(name)).filter(Files::isExecutable);
    }
    for (var folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      var program = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isExecutable(program)) {
        return Optional.of(program);
      }
    }
    return Optional.empty();
  }

  /// Opens it beside this program; false where it cannot be begun.
  boolean open(URI link) {
    try {
      new ProcessBuilder(program.toString(), link.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .getOutputStream()
          .close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
