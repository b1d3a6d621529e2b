package tally.network.fake;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The command line of the fake chain: `--name value` pairs.
final class FakeArguments {

  private static final Set<String> KNOWN =
      Set.of(
          "--port",
          "--store",
          "--seed",
          "--block-millis",
          "--faults",
          "--confirmations",
          "--appeal-window-millis");

  private FakeArguments() {}

  /// Throws `IllegalArgumentException` that names what is wrong.
  static FakeChain.Options read(String[] arguments, InstantSource clock) {
    var given = pairs(arguments);
    return new FakeChain.Options(
        (int) number(given, "--port", 0),
        Optional.ofNullable(given.get("--store")).map(Path::of),
        number(given, "--seed", 1),
        Duration.ofMillis(number(given, "--block-millis", 100)),
        Faults.valueOf(given.getOrDefault("--faults", "none").toUpperCase(Locale.ROOT)),
        (int) number(given, "--confirmations", 3),
        Duration.ofMillis(number(given, "--appeal-window-millis", 1000)),
        clock);
  }

  private static Map<String, String> pairs(String[] arguments) {
    var given = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!KNOWN.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException("unknown, or without its value: " + arguments[i]);
      }
      given.put(arguments[i], arguments[i + 1]);
    }
    return given;
  }

  private static long number(Map<String, String> given, String name, long otherwise) {
    var text = given.get(name);
    return text == null ? otherwise : Long.parseLong(text);
  }
}
