package tally.plugin;

import java.util.Map;
import java.util.Optional;

/// Settings of one plug-in account, all text. Secrets are handed in at opening and kept nowhere
/// else.
public record Settings(Map<String, String> values) {

  public Settings {
    values = Map.copyOf(values);
  }

  public String need(String name) {
    return find(name).orElseThrow(() -> new IllegalArgumentException("setting missing: " + name));
  }

  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /// Names only: values may be secret.
  @Override
  public String toString() {
    return "Settings" + values.keySet();
  }
}
