package tally.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// A node's settings file, as far as commands look into it: every value by its dotted name. An
/// environment variable (`TALLY_PRIVATE_PORT`) goes before the file, as it does for the node.
///
/// @param path absolute
record ConfigFile(Path path, Map<String, String> values) {

  private static final int BYTES_MAX = 1 << 20;
  private static final int PORT = 7070;

  ConfigFile {
    values = Map.copyOf(values);
  }

  /// Stops with `config_missing` or `config_malformed`.
  static ConfigFile read(Path file) {
    var path = file.toAbsolutePath().normalize();
    if (!Files.isRegularFile(path)) {
      throw new Stop(
          "config_missing",
          "There is no " + path + ". ./tally init writes one; --config names it.");
    }
    var options = new LoaderOptions();
    options.setCodePointLimit(BYTES_MAX);
    try {
      Object read = new Yaml(new SafeConstructor(options)).load(Files.readString(path));
      var values = new TreeMap<String, String>();
      flatten("", read, values);
      return new ConfigFile(path, values);
    } catch (IOException | YAMLException e) {
      throw new Stop("config_malformed", path + " is no YAML: " + e.getMessage());
    }
  }

  private static void flatten(String name, @Nullable Object value, Map<String, String> into) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) -> flatten(name.isEmpty() ? "" + key : name + "." + key, inner, into));
    } else if (value != null) {
      into.put(name, String.valueOf(value));
    }
  }

  Optional<String> find(String name) {
    var variable = name.replace('.', '_').replace("-", "").toUpperCase(java.util.Locale.ROOT);
    return Optional.ofNullable(System.getenv(variable))
        .or(() -> Optional.ofNullable(values.get(name)))
        .filter(value -> !value.isBlank());
  }

  int privatePort() {
    return port("tally.private.port", PORT);
  }

  int publicPort() {
    return port("tally.public.port", PORT + 1);
  }

  /// A folder that is not named by its whole path is beside this file.
  Path data() {
    return path.resolveSibling(find("tally.data").orElse("data"));
  }

  private int port(String name, int otherwise) {
    var written = find(name).orElse(String.valueOf(otherwise));
    if (!written.matches("[0-9]{1,5}")) {
      throw new Stop("config_malformed", name + " is a port; this is \"" + written + "\".");
    }
    return Integer.parseInt(written);
  }
}
